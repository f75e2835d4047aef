import { defineSource } from '../define-source.ts'
import { openLoxoneHttp } from '../loxone/http-source.ts'
import { loxoneOptions } from '../loxone/options.ts'
import { openLoxoneSocket } from '../loxone/socket-source.ts'

/** Nobody here had a device. */
const othersSaw = "the maker's own client, loxone-java, or PyLoxone"

/** Loxone Miniserver, both generations. */
export const source = defineSource({
  name: 'loxone',
  title: 'Loxone Miniserver',
  description: `Reads a meter block of a Loxone Miniserver at home, by name or UUID as its structure file has it; a name that
is not there is answered with those that are.

**Set it up.** In Loxone Config give the gateway a user of its own that sees the meter and may do nothing else, and the meter a
unit of energy, like \`<v.1>kWh\`. At a plant set \`counts: export\`. A bidirectional meter counts both ways: \`import\` is its reading,
\`export\` the one of delivery.

| Miniserver | \`url\` and \`tls\` |
|---|---|
| first generation | \`http://…\` with \`tls: { allow: lan-http, reason: … }\`: it has no TLS |
| second generation | \`https://\` and its name at \`dyndns.loxonecloud.com\`, or its address with \`tls: { pin: sha256/… }\`: its certificate does not name addresses |

**\`transport: websocket\`** (the default) logs in with a token: the password is proven by a hash of one use and does not travel. The
log-in's commands are encrypted as the maker's own client does, on a line without TLS too; that keeps the token from listeners, but
does not prove who answers. The token is renewed at half of its life and given back at the end. All meters of one Miniserver share one
connection. A wrong password is not tried again for a quarter of an hour, then twice as long each time: the Miniserver blocks addresses.

**\`transport: http\`** sends the password with each request (HTTP Basic), in plain text to a first generation. It is for those who
can't keep a connection open. A wrong one is left alone in the same way.

**Value and unit.** A pushed state is a binary float: the shortest decimal that stands for it and no other is taken, exactly, in the
unit that the meter's format names; a format without a unit of energy is refused. What the format shows is told as the reading's
quality, like \`shown to 0.1 kWh\`: set the asset's \`resolution\` to it. By HTTP the outputs \`Mr\`, else \`Mrc\`, and for delivery \`Mrd\` are in kWh.

**Time.** A Miniserver gives its values no time. \`measuredAt\` is the instant of its answer by the gateway's own clock: by WebSocket
that of a sign of life after the newest push, so that a meter that stands still is read all the same, and a Miniserver that is away
is silence.

**Raw bytes.** By HTTP the answer. By WebSocket the 24 bytes of the state's record, and what the structure file says of its meter: UUID,
name, state and format.`,
  proof: {
    level: 'simulator',
    text: "a fake Miniserver that the maker's own client (lxcommunicator 1.1.1) logs in to and reads; tried on no device",
  },
  knownFaults: [
    {
      seen: 'a refusal comes as an answer of 200, with its code inside, as text or as a number',
      answer: 'the code inside counts',
      cases: ['a code of 404 in an answer of 200', 'a code of 401', 'a code of 500', 'no code'],
      source: othersSaw,
    },
    {
      seen: 'a value may carry its unit, or be a number or a text',
      answer: 'a unit of energy is heeded, any other refused',
      cases: [
        'a meter that counts both ways: what was taken; the code is a number, the value has its unit',
        'MWh behind the value',
        'one in litres',
      ],
      source: othersSaw,
    },
    {
      seen: 'old versions send JSON as plain text',
      answer: 'taken',
      cases: ['an answer as text, which old versions send'],
      source: othersSaw,
    },
    {
      seen: 'names of meters are not unique, nor are meters of energy alone',
      answer: 'refused with those that there are; `room` tells them apart',
      cases: ['a name of two meters', 'with its room', 'not in this room', 'what is no meter'],
      source: othersSaw,
    },
  ],
  values: ['counter'],
  channels: ['import', 'export'],
  plaintextCredentials: true,
  options: loxoneOptions,
  example: `kind: loxone
url: http://192.168.1.77
tls: { allow: lan-http, reason: device has no TLS }
auth: { user: gateway, password: { file: ./loxone.password } }
meter: PV meter
counts: export`,
  create: (options, context) =>
    options.transport === 'http' ? openLoxoneHttp(options, context) : openLoxoneSocket(options, context),
})
