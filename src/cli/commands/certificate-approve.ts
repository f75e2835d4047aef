import { EnergywebError } from '../../core/errors.ts'
import { defineCommand, parsed, word } from '../command.ts'
import { parseCount } from '../count-argument.ts'
import { parseIds } from '../id-list.ts'
import { deskOptions, openDesk, send } from '../issuer-desk.ts'
import { wattHours } from '../issuer-view.ts'
import { parseWattHours } from '../whole-watt-hours.ts'

/** `energyweb certificate approve` */
export const certificateApproveCommand = defineCommand({
  name: 'certificate approve',
  summary: 'Approve requests: issue certificates for them',
  description:
    "Issues a certificate for each of these requests, several in one transaction. Only the Issuer's owner may. What is approved already is told and left alone, so that the command may be repeated. Hold a request against its evidence first: `energyweb certificate show <id> --request --evidence <file>`.",
  arguments: { requests: word('ids of requests: 4, or 1,3,7-9') },
  options: {
    ...deskOptions,
    energy: parsed(
      'energy',
      "how much is issued, like '12 kWh', for a single request; default what it asks for",
      parseWattHours,
    ),
    together: parsed(
      'number',
      'how many go into one transaction at most, as a block takes; default 10',
      parseCount,
    ),
  },
  examples: [
    { command: 'certificate approve 4 --key desk', description: 'approves request 4 over what it asks for' },
    { command: 'certificate approve 5-24 --key desk', description: 'approves twenty, in two transactions' },
  ],
  async run({ requests: given, energy, together, key, ...input }, context) {
    const ids = parseIds(given)
    if (energy !== undefined && ids.length !== 1) {
      throw new EnergywebError('argument-invalid', '--energy is for a single request')
    }
    const { account, desk } = await openDesk({ ...input, key }, context)
    const { approvalsOf } = await import('../../ledgers/issuer/desk.ts')
    const { issuerEventIn } = await import('../../ledgers/issuer/event-in.ts')
    const { approvedIn } = await import('../../ledgers/issuer/approved.ts')
    const wanted = ids.map(id => ({ id, ...(energy !== undefined && { energy }) }))
    const { transactions, approved } = await approvalsOf(desk, wanted, together ? { together } : {})
    for (const id of approved) await context.printer.note(`request ${id} is approved already`)
    const issued: { request: string; certificate: string; transaction: string }[] = []
    for (const transaction of transactions) {
      const { logs, transaction: hash } = await send(account, transaction)
      const own = logs.filter(({ address }) => address === desk.place.issuer)
      for (const { request, certificate } of own.flatMap(log => {
        const event = issuerEventIn(log)
        return event === undefined ? [] : approvedIn(event)
      })) {
        issued.push({ request: String(request), certificate: String(certificate), transaction: hash })
      }
    }
    const lines = issued.map(({ request, certificate }) => `request ${request}: certificate ${certificate}`)
    const what = energy === undefined ? '' : ` over ${wattHours(energy)}`
    await context.printer.data(
      { issued, approvedAlready: approved.map(String) },
      lines.length === 0 ? 'Nothing was left to approve.' : lines.map(line => line + what).join('\n'),
    )
  },
})
