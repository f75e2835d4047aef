import type { ChainView } from '../defined/define-ledger.ts'
import type { RequestMetadata } from './request-metadata.ts'
import {
  type AnnouncedRequest,
  announcedRequests,
  type CertificationRequest,
  readRequest,
} from './requests.ts'

/** Which requests are a report line's own. */
export interface RequestsOf {
  /** Whose the certificates become, lower case. */
  readonly owner: string
  readonly deviceId: string
  /** Who may have asked, lower case: anybody can ask for anybody, so what others asked for counts nothing. */
  readonly senders: readonly string[]
}

/** A request of ours: its metadata was read. */
export type OwnRequest = CertificationRequest & { readonly metadata: RequestMetadata }

/** What report lines asked an Issuer for. What was read once is kept: a request's content never changes. */
export class OwnRequests {
  readonly #issuer: string
  /** By id and the hash of the block that it came in, as a reorganisation may give an id to another request. */
  readonly #read = new Map<string, CertificationRequest>()

  constructor(issuer: string) {
    this.#issuer = issuer
  }

  /**
   * The request of a line that asked for the most in all, undefined when there is none. It is the newest, unless an earlier
   * one was lost and had to be made again after it: so one looks back to what the newest one goes on from. Batches are of
   * somebody else's making, in whatever order: all of them are read.
   * @throws EnergywebError `ledger-not-ready`, `network-unreachable`, `network-refused`
   */
  async newest(
    chain: ChainView,
    { from, ...line }: RequestsOf & { readonly from: bigint },
  ): Promise<OwnRequest | undefined> {
    const { owner, senders: operators } = line
    const announced = await announcedRequests(chain, this.#issuer, { owner, operators, from })
    let begin: bigint | undefined
    let isThrough = false
    let highest: OwnRequest | undefined
    for (const one of announced.toReversed()) {
      const isSingle = one.event.eventName === 'CertificationRequested'
      if (isSingle && isThrough) continue
      const request = await this.own(chain, one, line)
      if (request === undefined) continue
      const { total, energy } = request.metadata
      if (isSingle && begin !== undefined && total <= begin) isThrough = true
      begin ??= total - energy
      if (highest === undefined || total > highest.metadata.total) highest = request
    }
    return highest
  }

  /** The request that was announced, if it is the line's own. @throws EnergywebError as `newest` */
  async own(
    chain: ChainView,
    announced: AnnouncedRequest,
    { owner, deviceId, senders }: RequestsOf,
  ): Promise<OwnRequest | undefined> {
    if (announced.owner !== owner) return undefined
    const request = await this.#content(chain, announced)
    if (request?.metadata === undefined || request.owner !== owner) return undefined
    if (request.data?.deviceId !== deviceId || !senders.includes(request.sender)) return undefined
    return { ...request, metadata: request.metadata }
  }

  async #content(
    chain: ChainView,
    { id, event }: AnnouncedRequest,
  ): Promise<CertificationRequest | undefined> {
    const key = `${id}/${event.blockHash}`
    const known = this.#read.get(key)
    if (known !== undefined) return known
    const request = await readRequest(chain, this.#issuer, id)
    if (request !== undefined) this.#read.set(key, request)
    return request
  }
}
