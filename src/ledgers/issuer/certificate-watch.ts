import { z } from 'zod'
import type { ChainView, ContractEvent } from '../defined/define-ledger.ts'
import { certificateRegistryAbi, issuerAbi } from './abi.ts'
import { approvedIn } from './approved.ts'

/** What an Issuer made of a request. */
export interface Approval {
  readonly certificateId: bigint
  /** Wh that were issued, which the desk may have changed. */
  readonly energy: bigint
  readonly event: ContractEvent
}

/** How much of a certificate was claimed, by anybody, and the last claim. */
export interface Claims {
  /** Wh. */
  readonly energy: bigint
  /** Who claimed last, lower case. */
  readonly owner: string
  readonly event: ContractEvent
}

/** Where an owner's certificates come from and are kept. */
export interface CertificatePlace {
  readonly issuer: string
  readonly registry: string
  /** Lower case. */
  readonly owner: string
}

/** Blocks that are looked through. */
export interface BlockSpan {
  readonly chain: ChainView
  readonly from: bigint
  /** The last one that is final. */
  readonly upTo: bigint
}

const requestRevoked = z.object({ id: z.bigint() })
const certificateRevoked = z.object({ certificateId: z.bigint() })
const transferred = z.object({ from: z.string(), id: z.bigint(), value: z.bigint() })

const nobody = `0x${'0'.repeat(40)}`

/**
 * Follows what happens to an owner's requests and certificates, as far as it is final. Approvals and claims come one by one
 * and in batches; each certificate of a batch is minted and burnt by an event of its own, so those are what is counted.
 */
export class CertificateWatch {
  readonly #place: CertificatePlace
  /** Where it began, and how far it is. */
  #from: bigint | undefined
  #upTo = -1n
  readonly #approvals = new Map<bigint, { certificateId: bigint; event: ContractEvent }>()
  readonly #refused = new Map<bigint, ContractEvent>()
  /** Of certificates that the owner got. */
  readonly #minted = new Map<bigint, readonly Transfer[]>()
  readonly #revoked = new Map<bigint, ContractEvent>()
  readonly #claims = new Map<bigint, Claims>()
  /** Certificates of all lines that ever asked, with the block that each was issued in: what happens to others is not kept. */
  readonly #known = new Map<bigint, bigint>()

  constructor(place: CertificatePlace) {
    this.#place = place
  }

  /**
   * Reads what came since the last time, at first from block `from` on.
   * @param known - certificates that may be older, by id, with the block that they were issued in
   * @throws EnergywebError `network-unreachable`, `network-refused`
   */
  async follow(span: BlockSpan, known: ReadonlyMap<bigint, bigint>): Promise<void> {
    const { chain, from, upTo } = span
    const begin = this.#from === undefined || from < this.#from ? from : this.#from
    // What was read before a line told of its certificates says nothing of these: it is read again.
    if (this.#learns(known) || begin !== this.#from) this.#begin(begin)
    if (upTo <= this.#upTo) return
    const next = { chain, from: this.#upTo + 1n, upTo }
    const { owner } = this.#place
    // All are read before any is taken: what fails in between is read again as a whole.
    const approvals = await this.#issuerEvents('CertificationRequestApproved', next, { owner })
    const batches = await this.#issuerEvents('CertificationRequestBatchApproved', next)
    const refused = await this.#issuerEvents('CertificationRequestRevoked', next, { owner })
    const revoked = await this.#issuerEvents('CertificateRevoked', next)
    const minted = await this.#transfers(next, { from: nobody, to: owner })
    const issuedIn = this.#issuedIn(minted)
    const claims = await this.#claimsIn(next, issuedIn)
    for (const event of [...approvals, ...batches]) {
      for (const { request, certificate } of approvedIn(event)) {
        this.#approvals.set(request, { certificateId: certificate, event })
      }
    }
    for (const event of refused) {
      const { data } = requestRevoked.safeParse(event.args)
      if (data !== undefined) this.#refused.set(data.id, event)
    }
    for (const event of revoked) {
      const id = certificateRevoked.safeParse(event.args).data?.certificateId
      if (id !== undefined && issuedIn(id) !== undefined) this.#revoked.set(id, event)
    }
    for (const one of minted) this.#minted.set(one.id, [...(this.#minted.get(one.id) ?? []), one])
    for (const [id, claim] of claims) this.#claims.set(id, claim)
    this.#upTo = upTo
  }

  /** What was issued for a request; undefined while nothing was. */
  approval(request: bigint): Approval | undefined {
    const approval = this.#approvals.get(request)
    if (approval === undefined) return undefined
    const { transaction } = approval.event
    const minted = this.#minted.get(approval.certificateId) ?? []
    const issued = minted.filter(({ event }) => event.transaction === transaction)
    return { ...approval, energy: issued.reduce((sum, { value }) => sum + value, 0n) }
  }

  /** Where a request was revoked; undefined when it was not. */
  refusal(request: bigint): ContractEvent | undefined {
    return this.#refused.get(request)
  }

  /** Where a certificate was revoked; undefined when it was not. */
  revocation(certificate: bigint): ContractEvent | undefined {
    return this.#revoked.get(certificate)
  }

  /** All that was claimed of a certificate, if any of it since the watch began. */
  claims(certificate: bigint): Claims | undefined {
    return this.#claims.get(certificate)
  }

  #begin(from: bigint): void {
    this.#from = from
    this.#upTo = from - 1n
    const kept = [this.#approvals, this.#refused, this.#minted, this.#revoked, this.#claims]
    for (const map of kept) map.clear()
  }

  /** Says whether any of these certificates was not heard of until now. */
  #learns(known: ReadonlyMap<bigint, bigint>): boolean {
    const news = [...known].filter(([id]) => !this.#known.has(id) && !this.#minted.has(id))
    for (const [id, block] of known) this.#known.set(id, block)
    return news.length > 0
  }

  /** The block that a certificate of the owner was issued in; undefined for somebody else's. */
  #issuedIn(minted: readonly Transfer[]) {
    const blocks = new Map(this.#known)
    for (const { id, event } of [...this.#minted.values()].flat().concat(minted)) {
      if (!blocks.has(id)) blocks.set(id, event.block)
    }
    return (id: bigint) => blocks.get(id)
  }

  /** Certificates of which something was claimed in a span, each with all that was ever claimed of it. */
  async #claimsIn(span: BlockSpan, issuedIn: (id: bigint) => bigint | undefined) {
    const isOurs = ({ id }: Transfer) => issuedIn(id) !== undefined
    const fresh = (await this.#transfers(span, { to: nobody })).filter(isOurs)
    const oldest = fresh.map(({ id }) => issuedIn(id) ?? span.from).reduce(smaller, span.from)
    const all =
      oldest === span.from ? fresh : await this.#transfers({ ...span, from: oldest }, { to: nobody })
    const touched = new Set(fresh.map(({ id }) => id))
    const claims = new Map<bigint, Claims>()
    for (const { id, value, from: owner, event } of all) {
      if (!touched.has(id)) continue
      claims.set(id, { energy: (claims.get(id)?.energy ?? 0n) + value, owner, event })
    }
    return claims
  }

  #issuerEvents(eventName: string, span: BlockSpan, args?: EventArgs): Promise<readonly ContractEvent[]> {
    const contract = { address: this.#place.issuer, abi: issuerAbi }
    return eventsIn(contract, { eventName, ...(args && { args }) }, span)
  }

  async #transfers(span: BlockSpan, args: EventArgs): Promise<readonly Transfer[]> {
    const contract = { address: this.#place.registry, abi: certificateRegistryAbi }
    const events = await eventsIn(contract, { eventName: 'TransferSingle', args }, span)
    return events.flatMap(event => {
      const { data } = transferred.safeParse(event.args)
      return data === undefined ? [] : [{ ...data, from: data.from.toLowerCase(), event }]
    })
  }
}

interface Transfer {
  readonly id: bigint
  /** Wh. */
  readonly value: bigint
  readonly from: string
  readonly event: ContractEvent
}

type EventArgs = Readonly<Record<string, unknown>>

async function eventsIn(
  contract: Parameters<ChainView['events']>[0],
  query: { readonly eventName: string; readonly args?: EventArgs },
  { chain, from, upTo }: BlockSpan,
): Promise<readonly ContractEvent[]> {
  const found: ContractEvent[] = []
  for await (const event of chain.events(contract, { ...query, from })) {
    // What is not final yet comes again.
    if (event.block > upTo) break
    found.push(event)
  }
  return found
}

const smaller = (a: bigint, b: bigint) => (a < b ? a : b)
