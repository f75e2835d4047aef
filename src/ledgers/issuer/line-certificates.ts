import type { Certificate } from '../../core/certificate.ts'
import type { Logger } from '../../core/logger.ts'
import type { ChainView, ContractEvent, FinalRegistration } from '../defined/define-ledger.ts'
import { type Approval, CertificateWatch } from './certificate-watch.ts'
import type { OwnRequest, OwnRequests, RequestsOf } from './own-requests.ts'
import { resolveIssuer } from './place.ts'
import { announcedIn } from './requests.ts'

export interface FollowOptions {
  readonly open: readonly FinalRegistration[]
  readonly known: readonly Certificate[]
  /** Everything of blocks before it is among `known`. */
  readonly since: bigint
  readonly upTo: bigint
  /** Blocks that were read are gone. */
  readonly isAnew?: boolean
  readonly chain: ChainView
  readonly signal?: AbortSignal
}

interface Followed {
  readonly line: string
  readonly place: { readonly registry: string; readonly owner: string }
  readonly watch: CertificateWatch
  readonly chain: ChainView
}

/** Turns what an Issuer made of the requests of report lines into certificates for the log. */
export class LineCertificates {
  readonly #issuer: string
  readonly #requests: OwnRequests
  readonly #log: Logger
  #registry: string | undefined
  /** By owner: its lines share one. */
  readonly #watches = new Map<string, CertificateWatch>()
  /** The request of a registration, by transaction, log and total: one log may tell of several. */
  readonly #asked = new Map<string, OwnRequest>()
  /** What an operator was told. */
  readonly #told = new Set<string>()

  constructor({ issuer, requests, log }: { issuer: string; requests: OwnRequests; log: Logger }) {
    this.#issuer = issuer
    this.#requests = requests
    this.#log = log
  }

  /**
   * What is new of a line's certificates: issued, revoked, claimed as a whole.
   * @throws EnergywebError `ledger-not-ready`, `network-unreachable`, `network-refused`
   */
  async follow(
    line: { readonly name: string },
    requests: RequestsOf,
    { open, known, since, upTo, isAnew = false, chain, signal }: FollowOptions,
  ): Promise<readonly Certificate[]> {
    this.#registry ??= (await resolveIssuer(chain, { issuer: this.#issuer })).registry
    const place = { issuer: this.#issuer, registry: this.#registry, owner: requests.owner }
    // What it has read says nothing of the blocks that stand there now.
    const kept = isAnew ? undefined : this.#watches.get(place.owner)
    const watch = kept ?? new CertificateWatch(place)
    this.#watches.set(place.owner, watch)
    // What was asked for, and not answered, is older than what was looked at last.
    const from = open.reduce((least, { block }) => (block < least ? block : least), since)
    const issued = known.filter(({ state }) => state === 'issued')
    await watch.follow({ chain, from, upTo }, new Map(issued.map(({ id, block }) => [id, block])))
    const followed = { line: line.name, place, watch, chain }
    const fresh: Certificate[] = []
    for (const registration of open) {
      signal?.throwIfAborted()
      const certificate = await this.#issuedFor(followed, registration, requests)
      if (certificate !== undefined) fresh.push(certificate)
    }
    return [...fresh, ...[...issued, ...fresh].flatMap(one => endOf(followed, one))]
  }

  async #issuedFor(
    { line, place, watch, chain }: Followed,
    registration: FinalRegistration,
    requests: RequestsOf,
  ): Promise<Certificate | undefined> {
    const request = await this.#askedBy(chain, registration, requests)
    if (request === undefined) return undefined
    const { id, metadata } = request
    const approval = watch.approval(id)
    if (approval === undefined) {
      const refusal = watch.refusal(id)
      if (refusal !== undefined) {
        const facts = { line, request: id, energy: metadata.energy, transaction: refusal.transaction }
        this.#tell(
          `revoked ${id}`,
          facts,
          'a request for a certificate was revoked: nothing will be issued for it',
        )
      }
      return undefined
    }
    this.#compare({ line, request, approval })
    const { certificateId, energy, event } = approval
    const { first, last } = registration
    return certificateOf(event, { chain, place, id: certificateId, state: 'issued', energy, first, last })
  }

  /** A desk may approve another value than was asked for: that is its right, and an operator's business. */
  #compare({ line, request, approval }: { line: string; request: OwnRequest; approval: Approval }): void {
    const { energy: asked } = request.metadata
    const { certificateId: certificate, energy: issued } = approval
    if (issued === asked) return
    const facts = { line, request: request.id, certificate, asked, issued }
    this.#tell(
      `differs ${request.id}`,
      facts,
      'a certificate was issued over another energy than was asked for',
    )
  }

  #tell(key: string, facts: Record<string, unknown>, message: string): void {
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#log.warn(facts, message)
  }

  /** The request that a registration made: its transaction tells the id. */
  async #askedBy(
    chain: ChainView,
    registration: FinalRegistration,
    requests: RequestsOf,
  ): Promise<OwnRequest | undefined> {
    const { transaction, logIndex, block, blockHash, total } = registration
    const key = `${transaction}/${logIndex}/${blockHash}/${total}`
    const known = this.#asked.get(key)
    if (known !== undefined) return known
    const log = (await registration.logs()).find(one => one.logIndex === logIndex)
    if (log === undefined || log.address.toLowerCase() !== this.#issuer) return undefined
    for (const announced of announcedIn({ ...log, transaction, block, blockHash })) {
      const request = await this.#requests.own(chain, announced, requests)
      if (request?.metadata.total !== total) continue
      this.#asked.set(key, request)
      return request
    }
    return undefined
  }
}

/** A certificate that came to its end: it was revoked, or all of it was claimed. Neither is taken back. */
function endOf({ place, watch, chain }: Followed, issued: Certificate): readonly Certificate[] {
  const { id, energy, first, last } = issued
  const of = { chain, place, id, first, last, energy }
  const revoked = watch.revocation(id)
  if (revoked !== undefined) return [certificateOf(revoked, { ...of, state: 'revoked' })]
  const claims = watch.claims(id)
  if (claims === undefined || claims.energy < energy) return []
  const by = { ...place, owner: claims.owner }
  return [certificateOf(claims.event, { ...of, place: by, state: 'claimed' })]
}

function certificateOf(
  { transaction, block, blockHash, logIndex }: ContractEvent,
  {
    chain,
    place,
    ...rest
  }: Pick<Certificate, 'id' | 'state' | 'energy' | 'first' | 'last'> & Pick<Followed, 'chain' | 'place'>,
): Certificate {
  const { registry: contract, owner } = place
  return { ...rest, chainId: chain.chainId, contract, owner, transaction, block, blockHash, logIndex }
}
