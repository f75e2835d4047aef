import type { ChainView, ContractEvent } from '../defined/define-ledger.ts'
import { issuerAbi } from './abi.ts'
import { approvedIn } from './approved.ts'
import type { IssuerPlace } from './place.ts'
import { announcedRequests, type CertificationRequest, readRequest } from './requests.ts'

/** A request with what became of it. */
export interface ListedRequest extends CertificationRequest {
  /** Id of the certificate that was issued for it; undefined while none was. */
  readonly certificate: bigint | undefined
}

/**
 * All requests from a block on, oldest first; with an owner only those for that one.
 * @throws EnergywebError `network-unreachable`, `network-refused`, `ledger-not-ready`
 */
export async function listRequests(
  chain: ChainView,
  { issuer }: IssuerPlace,
  { owner, from }: { readonly owner?: string; readonly from: bigint },
): Promise<readonly ListedRequest[]> {
  const announced = await announcedRequests(chain, issuer, { ...(owner !== undefined && { owner }), from })
  const approvals = await approvalsFrom(chain, issuer, { ...(owner !== undefined && { owner }), from })
  const found: ListedRequest[] = []
  for (const { id } of announced) {
    const request = await readRequest(chain, issuer, id)
    if (request !== undefined) found.push({ ...request, certificate: approvals.get(id) })
  }
  return found
}

/**
 * Certificates by the requests that they were issued for.
 * @throws EnergywebError `network-unreachable`, `network-refused`
 */
export async function approvalsFrom(
  chain: ChainView,
  issuer: string,
  { owner, from }: { readonly owner?: string; readonly from: bigint },
): Promise<ReadonlyMap<bigint, bigint>> {
  const contract = { address: issuer, abi: issuerAbi }
  const single = {
    eventName: 'CertificationRequestApproved',
    from,
    ...(owner !== undefined && { args: { owner } }),
  }
  const events: ContractEvent[] = []
  for (const query of [single, { eventName: 'CertificationRequestBatchApproved', from }]) {
    for await (const event of chain.events(contract, query)) events.push(event)
  }
  return new Map(
    events.flatMap(event => approvedIn(event)).map(({ request, certificate }) => [request, certificate]),
  )
}
