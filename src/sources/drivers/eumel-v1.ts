import { defineEumel } from '../eumel.ts'

/** Verbund Eumel data logger, firmware 1.0. */
export const source = defineEumel({
  name: 'eumel-v1',
  firmware: '1.0',
  path: '/rest',
  remark: `This firmware repeats the ids \`TotVAhExpPhB\` and \`TotVAhImpPhB\` where the third phase is meant. That touches no
energy that is read here; the first answer after each start says it as a warning. A device that answers 404 there has
the newer firmware: see [\`eumel-v2\`](./eumel-v2.md).`,
})
