import { defineSource } from '../define-source.ts'
import { energyApiOptions } from '../energy-api/options.ts'
import { openVersion3 } from '../energy-api/version-3.ts'
import { openVersions1And2 } from '../energy-api/versions-1-2.ts'

/** Energy Web Foundation's Energy API, versions 1 to 3. */
export const source = defineSource({
  name: 'energy-api',
  title: 'Energy API, versions 1 to 3',
  description: `Energy Web Foundation's API between a plant and a registry. **Which version is it?** Look at the addresses:

| version | addresses | unit and kind of value |
|---|---|---|
| 1 | \`/v1/produced\`, \`/v1/consumed\` | not told: \`unit\` and \`accumulated\` are configured |
| 2 | \`/v2/produced/{device}\`, \`/v2/consumed/{device}\`, and the JSON has \`measuredEnergy\` | told in every answer |
| 3 | \`/v3/asset/{asset}\` and \`/v3/asset/{asset}/energy\` | told by the asset |
| none | \`/meter-reads/{meter}\` | another kind: [\`meter-reads\`](./meter-reads.md) |

Channel \`export\` is what is produced, \`import\` what is consumed. Numbers are taken as they are written, without rounding,
times without a zone are UTC, and rows may come in any order or twice.

**Counters and intervals.** Accumulated values are a counter: every value is logged, the newest by its time counts. Values that are
not accumulated are the energy of intervals, of which the API tells the end only. \`interval\` says how long they are: an
interval starts that long before its end, or where the one before ends if that is later. Holes stay holes, and nothing is counted
twice, however often and with whatever overlap the service is asked.

**Bad rows.** A row without a time, without a number, below zero or absurd is left out and named in a warning; the rows around it
are taken. An interval that is missing that way is written into the log as a gap. If no row is good, the answer is refused.

**Changed afterwards.** Normally only what ends after the newest reading in the log is taken. With \`overlap\`, every poll looks
back again: a value that was changed becomes a revision, one that came late a reading.

**Pages** (versions 1 and 2) are followed wherever \`next\` leads on the same server, up to 100; where there are more, less time is
asked for at once. Status 400 means an empty list there, or a wrong request: the list may say that it is empty; if not, the same
question for all times tells, and only when that is refused too it is an error. Every poll after the first asks from the newest
reading on, that one included, so that the list is hardly ever empty. Status 501 means that the site has the other channel only.

The asset's description (version 3) is read again every hour.`,
  proof: {
    level: 'simulator',
    text: 'mocks of the contracts (Prism), and a server built from golden files with the deviations of the known ones',
  },
  values: ['counter', 'interval'],
  channels: ['import', 'export'],
  options: energyApiOptions,
  example: `kind: energy-api
version: 3
url: https://energy.example.org/v3
asset: 7
auth: { user: gateway, password: { env: ENERGY_API_PASSWORD } }`,
  create: (options, context) =>
    options.version === 3 ? openVersion3(options, context) : openVersions1And2(options, context),
})
