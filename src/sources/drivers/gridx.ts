import { defineSource } from '../define-source.ts'
import { gridxOptions } from '../gridx/options.ts'
import { openGridx } from '../gridx/source.ts'

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
