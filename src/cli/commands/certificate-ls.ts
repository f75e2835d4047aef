import { parseAddress } from '../address-argument.ts'
import { defineCommand, flag, parsed } from '../command.ts'
import { issuerPlaceOptions, openIssuer } from '../issuer-desk.ts'
import { periodText, plainRequest, stateOf, wattHours } from '../issuer-view.ts'
import { printable } from '../printable.ts'
import { formatTable } from '../table.ts'

/** `energyweb certificate ls` */
export const certificateLsCommand = defineCommand({
  name: 'certificate ls',
  summary: 'List requests for certificates, and what became of them',
  description:
    'Lists what an Issuer was asked for, by whomever, oldest first: by single requests and by batches. Requests and certificates have ids of their own. Energy is what a request of a gateway asks for; requests of another form tell none.',
  arguments: {},
  options: {
    ...issuerPlaceOptions,
    owner: parsed('address', 'only those for this account', parseAddress),
    open: flag('only those that are neither approved nor revoked'),
  },
  examples: [
    { command: 'certificate ls --open', description: 'what waits for the desk' },
    {
      command: 'certificate ls --network ewc --issuer 0x5FbDB2315678afecb367f032d93F642f64180aa3',
      description: 'everything of an Issuer that no ledger is configured for',
    },
  ],
  async run({ owner, open, ...input }, context) {
    const { chain, place, from } = await openIssuer(input, context)
    const { listRequests } = await import('../../ledgers/issuer/list-requests.ts')
    const all = await listRequests(chain, place, { ...(owner !== undefined && { owner }), from })
    const requests = open ? all.filter(request => stateOf(request) === 'open') : all
    const rows = requests.map(request => [
      String(request.id),
      stateOf(request),
      request.certificate === undefined ? '' : String(request.certificate),
      request.metadata === undefined ? '' : wattHours(request.metadata.energy),
      request.data === undefined ? '' : periodText(request.data),
      printable(request.data?.deviceId.slice(0, 40) ?? ''),
      request.owner,
    ])
    const head = ['request', 'state', 'certificate', 'energy', 'period', 'device', 'owner']
    await context.printer.data(
      { issuer: place.issuer, registry: place.registry, requests: requests.map(plainRequest) },
      rows.length === 0 ? 'There are no such requests.' : formatTable(head, rows, { right: [0, 2, 3] }),
    )
  },
})
