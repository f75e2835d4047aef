import { z } from 'zod'
import { EnergywebError } from '../../core/errors.ts'
import type { ChainView, ContractEvent } from '../defined/define-ledger.ts'
import type { EventLog } from '../evm/answers.ts'
import { issuerAbi } from './abi.ts'
import { issuerEventIn } from './event-in.ts'
import { decodeRequestData, type RequestData } from './request-data.ts'
import { decodeRequestMetadata, type RequestMetadata } from './request-metadata.ts'

/** A request as the Issuer keeps it. Ids begin at 1. */
export interface CertificationRequest {
  readonly id: bigint
  /** Whose the certificate becomes, and who asked: 0x and 40 hex digits, lower case. Anybody may ask for anybody. */
  readonly owner: string
  readonly sender: string
  readonly approved: boolean
  readonly revoked: boolean
  /** What it asks for, as bytes: 0x and hex digits. */
  readonly bytes: string
  /** The same, read; undefined where it is of another form. */
  readonly data: RequestData | undefined
  /** What one of ours says besides; undefined for another's. */
  readonly metadata: RequestMetadata | undefined
}

const kept = z.object({
  owner: z.string(),
  data: z.string(),
  approved: z.boolean(),
  revoked: z.boolean(),
  sender: z.string(),
})

const nobody = /^0x0{40}$/

/**
 * Reads a request; undefined when there is none of this id.
 * @throws EnergywebError `ledger-not-ready` when the contract is no Issuer; `network-unreachable`
 */
export async function readRequest(
  chain: ChainView,
  issuer: string,
  id: bigint,
): Promise<CertificationRequest | undefined> {
  const call = { functionName: 'getCertificationRequest', args: [id] }
  const read = kept.safeParse(await chain.read({ address: issuer, abi: issuerAbi }, call))
  if (!read.success) {
    throw new EnergywebError(
      'ledger-not-ready',
      `the contract at ${issuer} keeps no requests as an Issuer does`,
      {
        retryable: true,
        hint: 'Correct the address of the issuer.',
      },
    )
  }
  const { owner, sender, approved, revoked, data: bytes } = read.data
  if (nobody.test(owner)) return undefined
  const data = decodeRequestData(bytes)
  const metadata = data && decodeRequestMetadata(data.metadata)
  return {
    id,
    owner: owner.toLowerCase(),
    sender: sender.toLowerCase(),
    approved,
    revoked,
    bytes: bytes.toLowerCase(),
    data,
    metadata,
  }
}

/** A request's id with the event that announced it. */
export interface AnnouncedRequest {
  readonly id: bigint
  /** Lower case. */
  readonly owner: string
  readonly event: ContractEvent
}

const single = z.object({ owner: z.string(), id: z.bigint() })
const batch = z.object({ owners: z.array(z.string()), ids: z.array(z.bigint()) })

/** The requests that an event announces, one or a batch of them; none when it is another event. */
export function requestsIn(event: ContractEvent): readonly AnnouncedRequest[] {
  const one = single.safeParse(event.args).data
  if (event.eventName === 'CertificationRequested' && one !== undefined) {
    return [{ id: one.id, owner: one.owner.toLowerCase(), event }]
  }
  const many = batch.safeParse(event.args).data
  if (event.eventName !== 'CertificationRequestedBatch' || many === undefined) return []
  return many.ids.flatMap((id, i) => {
    const owner = many.owners[i]?.toLowerCase()
    return owner === undefined ? [] : [{ id, owner, event }]
  })
}

/** The requests that a log announces; none when it is of another event. */
export function announcedIn(log: EventLog): readonly AnnouncedRequest[] {
  const event = issuerEventIn(log)
  return event === undefined ? [] : requestsIn(event)
}

/**
 * All requests from block `from` on by their ids, oldest first; with an owner those for that one. A batch names its owners
 * where no node can look for them, so those of everybody, or of given operators, are read.
 * @throws EnergywebError `network-unreachable`, `network-refused`
 */
export async function announcedRequests(
  chain: ChainView,
  issuer: string,
  { owner, operators, from }: { owner?: string; operators?: readonly string[]; from: bigint },
): Promise<readonly AnnouncedRequest[]> {
  const contract = { address: issuer, abi: issuerAbi }
  const queries = [
    { eventName: 'CertificationRequested', from, ...(owner !== undefined && { args: { owner } }) },
    { eventName: 'CertificationRequestedBatch', from, ...(operators && { args: { operator: operators } }) },
  ]
  const found: AnnouncedRequest[] = []
  for (const query of queries) {
    for await (const event of chain.events(contract, query)) {
      found.push(...requestsIn(event).filter(one => owner === undefined || one.owner === owner.toLowerCase()))
    }
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1))
}
