import { defineSource } from '../define-source.ts'
import { gridxOptions } from '../gridx/options.ts'
import { openGridx } from '../gridx/source.ts'

/** Nobody here had a box. */
const othersSaw = "openHAB's binding, gridx-connector, or the maker's reference"

/** gridX, the service behind gridBoxes and the brands that resell them. */
export const source = defineSource({
  name: 'gridx',
  title: 'gridX gridBox (cloud)',
  description: `Reads a gridBox over gridX' cloud; the box itself lets nobody read it at home.

**Set it up.** Take the account of the app that came with the box. \`clientId\` and \`realm\` are those of that app: they come from
the operator's partner contract, and none is shipped with this package. Known realms: \`eon-home-authentication-db\` (E.ON Home),
formerly \`viessmann-authentication-db\`. With one system in the account \`system\` may be left out: it is looked up.

**What is read.** \`measure: grid\` reads the grid meter's counters from the live data: \`import\` is what was taken from the grid,
\`export\` what was delivered. They are watt-seconds, taken exactly. The time is the box's own, \`measuredAt\`. Poll it every minute or
slower.

There is no counter of what a plant produces. \`measure: production\` (all generators) or \`photovoltaic\` reads the energy of each
*day* from the history, as an interval from midnight to midnight in \`zone\`, days of 23 and 25 hours included. A day is taken once it
has been over for \`settle\`; later polls look back for \`overlap\`, and a day that was changed becomes a revision. After a long absence
each poll brings at most 28 days. One poll an hour is plenty.

**What is not read.** The history's rows of 15 minutes and of an hour are average *power*, stamped at their end: what is
integrated from power is an estimate and no certificate should rest on it. Self-consumption is not said by any counter, and not
made up from others.

**Silence.** While a box is away the service answers packets in which every value is zero, and leaves out fields of appliances
that are away. Neither is a reading: the log has a gap with the reason. Days of zeros alone are left out in the same way.

**Log-in.** Assets of one account share one log-in. Its token is renewed before it ends, by refresh token where the service gives
one, and when the service refuses it. A refused password is not tried again for a quarter of an hour, then twice as long each
time: the log-in service locks accounts. Where the service wants fewer requests, it is left alone for as long as it says.

Names of the history's fields are those of the live data; that the service names them so was not seen.`,
  proof: {
    level: 'simulator',
    text: 'a server built from golden files, and a mock of the contract that checks each request (Prism); not tried on the service',
  },
  knownFaults: [
    {
      seen: 'while a box is away, live packets come in which every value is zero',
      answer: 'no reading: the log has a gap; a counter of zero beside others that count is one',
      cases: [
        'a packet of zeros is silence',
        'a counter of zero beside others that count is a reading',
        'a day of zeros is a hole',
      ],
      source: othersSaw,
    },
    {
      seen: 'fields of an appliance that is away are left out',
      answer: 'no reading, never a zero',
      cases: ['a field that vanished is no reading', 'a day without its field is a hole'],
      source: othersSaw,
    },
    {
      seen: 'rows of 15 minutes and of an hour are power, stamped at their end; those of a day are energy, stamped at their start',
      answer: 'days alone are read; rows that are none are refused',
      cases: [
        'rows of hours are refused',
        'days of a plant from their start, that of 23 hours too; the day that runs is not taken',
      ],
      source: othersSaw,
    },
    {
      seen: 'days are changed after they are over',
      answer: 'looked at again for `overlap`: a change becomes a revision',
      cases: [
        "the log's newest days are told again within the overlap, for their revisions; older ones are not",
      ],
      source: othersSaw,
    },
    {
      seen: 'a token that is no longer good is answered with 403',
      answer: 'logged in again, once',
      cases: ['403 to the live data', '401 to the live data'],
      source: othersSaw,
    },
  ],
  values: ['counter', 'interval'],
  channels: ['import', 'export'],
  options: gridxOptions,
  example: `kind: gridx
auth:
  user: owner@example.org
  password: { env: GRIDX_PASSWORD }
  clientId: the-id-of-your-app
  realm: eon-home-authentication-db`,
  create: openGridx,
})
