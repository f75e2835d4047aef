import type { Certificate, CertificateBook } from '../core/certificate.ts'
import { EnergywebError } from '../core/errors.ts'
import type { StoredEntry } from '../core/log.ts'
import type { Receipt } from '../core/receipt.ts'
import type {
  CursorStore,
  FiledCall,
  LineEnd,
  LineState,
  NewSubmission,
  Submission,
  SubmissionState,
  SubmissionStore,
  Variant,
} from '../core/submission.ts'
import { fakeEntry } from './fake-entry.ts'

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

interface LineRow {
  readonly line: string
  readonly stream: string
  cursor: number
  planned: number
  last: { readonly sequence: number; readonly leafHash: Uint8Array } | undefined
  stopped: string | undefined
  /** Not final or skipped yet, by first entry. */
  readonly open: Mutable<Submission>[]
  /** At rest above the cursor, by first entry. */
  readonly done: Mutable<Submission>[]
}

/**
 * CursorStore, SubmissionStore and CertificateBook in memory, over a plain array of entries that the test goes on filling. Nothing here
 * survives the process: `snapshot` stands in for the disk.
 */
export class MemoryStores implements CursorStore, SubmissionStore, CertificateBook {
  readonly entries: StoredEntry[]
  readonly #streams = new Map<string, StoredEntry[]>()
  #indexed = 0
  readonly #lines = new Map<string, LineRow>()
  readonly #submissions: Mutable<Submission>[] = []
  readonly #nonces = new Map<string, number>()
  /** By line, in the order of their entries. */
  readonly #certificates = new Map<string, readonly Certificate[]>()

  constructor(entries: StoredEntry[] = []) {
    this.entries = entries
  }

  /** Another store in the same state, over the same entries (or a copy of them): a restart, or a backup. */
  snapshot(entries: StoredEntry[] = this.entries): MemoryStores {
    const copy = new MemoryStores(entries)
    for (const row of this.#submissions) copy.#submissions.push({ ...row })
    const rows = (list: readonly Submission[]) =>
      list.flatMap(({ id }) => copy.#submissions.filter(row => row.id === id))
    for (const [name, line] of this.#lines) {
      copy.#lines.set(name, { ...line, open: rows(line.open), done: rows(line.done) })
    }
    for (const [account, next] of this.#nonces) copy.#nonces.set(account, next)
    for (const [line, list] of this.#certificates) copy.#certificates.set(line, list)
    return copy
  }

  async openLine(line: string, stream: string): Promise<LineState> {
    const known = this.#lines.get(line)
    if (known !== undefined && known.stream !== stream) {
      throw new EnergywebError('argument-invalid', `line ${line} is of stream ${known.stream}, not ${stream}`)
    }
    if (known === undefined) {
      const fresh = { cursor: -1, planned: -1, last: undefined, stopped: undefined, open: [], done: [] }
      this.#lines.set(line, { line, stream, ...fresh })
    }
    return this.line(line)
  }

  async line(line: string): Promise<LineState> {
    const { stream, cursor, planned, last: lastReading, stopped } = this.#row(line)
    return { line, stream, cursor, planned, lastReading, stopped }
  }

  async ends(lines: readonly string[]): Promise<readonly LineEnd[]> {
    return lines.map(name => {
      const { stream, stopped } = this.#row(name)
      return { end: this.#stream(stream).length - 1, stopped }
    })
  }

  async unplanned(line: string, limit: number): Promise<readonly StoredEntry[]> {
    const { stream, planned } = this.#row(line)
    return this.#stream(stream).slice(planned + 1, planned + 1 + limit)
  }

  async backlog(line: string): Promise<number> {
    const { stream, cursor } = this.#row(line)
    return this.#stream(stream).length - 1 - cursor
  }

  async setStopped(line: string, reason: string | undefined): Promise<void> {
    this.#row(line).stopped = reason
  }

  async nextNonce(chainId: bigint, account: string): Promise<number | undefined> {
    return this.#nonces.get(`${chainId}/${account}`)
  }

  async raiseNonce(chainId: bigint, account: string, next: number): Promise<void> {
    const key = `${chainId}/${account}`
    this.#nonces.set(key, Math.max(next, this.#nonces.get(key) ?? 0))
  }

  async create(submission: NewSubmission, variant: Variant): Promise<Submission> {
    const line = this.#row(submission.line)
    if (submission.first !== line.planned + 1 || submission.last < submission.first) {
      throw new EnergywebError(
        'nonce-conflict',
        `entries ${submission.first} to ${submission.last} are taken`,
      )
    }
    this.#takeNonce(submission, variant.nonce)
    const row = this.#add(submission, { state: 'signed', nonce: variant.nonce, variants: [variant] })
    line.open.push(row)
    return { ...row }
  }

  async addVariant(id: number, variant: Variant): Promise<void> {
    const row = this.#submission(id)
    if (variant.nonce !== row.nonce) {
      throw new EnergywebError(
        'nonce-conflict',
        `submission ${id} has nonce ${row.nonce}, not ${variant.nonce}`,
      )
    }
    row.variants = [...row.variants, variant]
  }

  async renounce(id: number, variant: Variant): Promise<void> {
    const row = this.#submission(id)
    this.#takeNonce(row, variant.nonce)
    Object.assign(row, { state: 'signed', nonce: variant.nonce, reason: undefined, receipt: undefined })
    row.variants = [...row.variants, variant]
  }

  async markSent(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      const row = this.#submission(id)
      if (row.state === 'signed') row.state = 'sent'
    }
  }

  async markMined(id: number, receipt: Receipt): Promise<void> {
    Object.assign(this.#submission(id), { state: 'mined', receipt })
  }

  async markUnmined(id: number): Promise<void> {
    Object.assign(this.#submission(id), { state: 'signed', receipt: undefined })
  }

  async finalise(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      const row = this.#submission(id)
      if (row.receipt === undefined)
        throw new EnergywebError('argument-invalid', `submission ${id} is not mined`)
      this.#rest(row, 'final')
      this.#appendReceipt(row, row.receipt)
    }
  }

  async moveReceipt(id: number, receipt: Receipt): Promise<void> {
    const row = this.#submission(id)
    if (row.state !== 'final') {
      throw new EnergywebError('argument-invalid', `submission ${id} is ${row.state}, not final`)
    }
    if (row.receipt?.block === receipt.block && row.receipt.blockHash === receipt.blockHash) return
    row.receipt = receipt
    this.#appendReceipt(row, receipt)
  }

  async skip(line: string, first: number, last: number, reason: string): Promise<void> {
    const row = this.#row(line)
    if (first !== row.planned + 1)
      throw new EnergywebError('nonce-conflict', `entry ${first} is not the next`)
    const nowhere = { chainId: 0n, account: '', to: '', data: '', gas: 0n, value: 0n }
    const skipped = this.#add({ line, first, last, reading: undefined, ...nowhere }, { state: 'signed' })
    skipped.reason = reason
    row.open.push(skipped)
    this.#rest(skipped, 'skipped')
  }

  async adopt(submission: NewSubmission, receipt: Receipt): Promise<void> {
    const line = this.#row(submission.line)
    if (submission.first !== line.planned + 1) {
      throw new EnergywebError(
        'nonce-conflict',
        `entries ${submission.first} to ${submission.last} are taken`,
      )
    }
    const row = this.#add(submission, { state: 'mined', receipt })
    line.open.push(row)
    await this.finalise([row.id])
  }

  async abandon(id: number, reason: string): Promise<void> {
    const row = this.#submission(id)
    row.reason = reason
    this.#rest(row, 'skipped')
  }

  async fail(id: number, reason: string): Promise<void> {
    const row = this.#submission(id)
    Object.assign(row, { state: 'failed', reason })
    this.#row(row.line).stopped = reason
  }

  async pending(chainId: bigint, account: string): Promise<readonly Submission[]> {
    const rows = [...this.#lines.values()].flatMap(line => line.open)
    return rows
      .filter(row => row.chainId === chainId && row.account === account && row.state !== 'failed')
      .sort((a, b) => (a.nonce ?? 0) - (b.nonce ?? 0))
      .map(row => ({ ...row }))
  }

  async withNonces(
    chainId: bigint,
    account: string,
    { from, to }: { readonly from: number; readonly to: number },
  ): Promise<readonly Submission[]> {
    const states: readonly SubmissionState[] = ['signed', 'sent', 'mined', 'final']
    return this.#submissions
      .filter(row => row.chainId === chainId && row.account === account && states.includes(row.state))
      .filter(({ nonce = -1 }) => nonce >= from && nonce <= to)
      .sort((a, b) => (a.nonce ?? 0) - (b.nonce ?? 0))
      .map(row => ({ ...row }))
  }

  async ofLine(line: string, limit: number): Promise<readonly Submission[]> {
    const found: Submission[] = []
    for (let at = this.#submissions.length - 1; at >= 0 && found.length < limit; at--) {
      const row = this.#submissions[at]
      if (row?.line === line) found.push({ ...row })
    }
    return found
  }

  async finals(
    line: string,
    { after, limit }: { after: number; limit: number },
  ): Promise<readonly Submission[]> {
    const finals = this.#submissions
      .filter(row => row.line === line && row.state === 'final')
      .sort((a, b) => a.last - b.last)
    const before = finals.filter(({ last }) => last <= after).slice(-1)
    const behind = finals.filter(({ last }) => last > after).slice(0, limit)
    return [...before, ...behind].map(row => ({ ...row }))
  }

  async calls(
    line: string,
    { after, limit }: { after: number; limit: number },
  ): Promise<readonly FiledCall[]> {
    const { stream } = this.#row(line)
    const all = this.#submissions
      .filter(row => row.line === line && row.reading !== undefined)
      .sort((a, b) => a.last - b.last)
      .map(({ last, data, reading = -1 }, i) => {
        return { last, isFirst: i === 0, at: this.#stream(stream)[reading]?.at ?? 0, data }
      })
    return all.filter(({ last }) => last > after).slice(0, limit)
  }

  async certificates(line: string): Promise<readonly Certificate[]> {
    this.#row(line)
    const all = this.#certificates.get(line) ?? []
    return all.filter((one, i) => !all.slice(i + 1).some(later => isOneCertificate(one, later)))
  }

  async recordCertificates(line: string, certificates: readonly Certificate[]): Promise<void> {
    const { stream } = this.#row(line)
    for (const one of certificates) {
      const known = this.#certificates.get(line) ?? []
      if (known.some(other => isOneState(one, other))) continue
      this.#certificates.set(line, [...known, one])
      const { id, first, last, logIndex, ...rest } = one
      const range = { first: BigInt(first), last: BigInt(last) }
      const document = { ...rest, ...range, certificate: id, ledger: line, logIndex: BigInt(logIndex) }
      this.entries.push(fakeEntry(this.entries, stream, 'receipt', document))
    }
  }

  #row(line: string): LineRow {
    const row = this.#lines.get(line)
    if (row === undefined) throw new EnergywebError('argument-invalid', `line ${line} is not open`)
    return row
  }

  #submission(id: number): Mutable<Submission> {
    const row = this.#submissions[id - 1]
    if (row === undefined) throw new EnergywebError('argument-invalid', `there is no submission ${id}`)
    return row
  }

  #stream(stream: string): readonly StoredEntry[] {
    for (; this.#indexed < this.entries.length; this.#indexed++) {
      const entry = this.entries[this.#indexed]
      if (entry === undefined) continue
      const list = this.#streams.get(entry.stream)
      if (list === undefined) this.#streams.set(entry.stream, [entry])
      else list.push(entry)
    }
    return this.#streams.get(stream) ?? []
  }

  #takeNonce({ chainId, account }: { chainId: bigint; account: string }, nonce: number): void {
    const key = `${chainId}/${account}`
    const next = this.#nonces.get(key)
    if (next !== undefined && nonce !== next) {
      throw new EnergywebError(
        'nonce-conflict',
        `nonce ${nonce} of ${account} is not the next one, ${next} is`,
      )
    }
    this.#nonces.set(key, nonce + 1)
  }

  #add(
    submission: Omit<NewSubmission, 'reading'> & { readonly reading: number | undefined },
    rest: { state: SubmissionState; nonce?: number; variants?: readonly Variant[]; receipt?: Receipt },
  ): Mutable<Submission> {
    const id = this.#submissions.length + 1
    const { state, nonce, variants = [], receipt } = rest
    const row: Mutable<Submission> = { ...submission, id, state, reason: undefined, nonce, variants, receipt }
    this.#submissions.push(row)
    const line = this.#row(row.line)
    line.planned = row.last
    const entry = row.reading === undefined ? undefined : this.#stream(line.stream)[row.reading]
    if (entry !== undefined) line.last = { sequence: entry.sequence, leafHash: entry.leafHash }
    return row
  }

  /** Puts a submission to rest and moves the cursor over the contiguous prefix. */
  #rest(row: Mutable<Submission>, state: 'final' | 'skipped'): void {
    row.state = state
    const line = this.#row(row.line)
    line.open.splice(line.open.indexOf(row), 1)
    line.done.push(row)
    line.done.sort((a, b) => a.first - b.first)
    while (line.done[0]?.first === line.cursor + 1) line.cursor = line.done.shift()?.last ?? line.cursor
  }

  #appendReceipt(row: Submission, receipt: Receipt): void {
    const { stream } = this.#row(row.line)
    const { chainId, contract, transaction, block, blockHash, logIndex, value } = receipt
    this.entries.push(
      fakeEntry(this.entries, stream, 'receipt', {
        block,
        blockHash,
        chainId,
        contract,
        first: BigInt(row.first),
        last: BigInt(row.last),
        ledger: row.line,
        logIndex: BigInt(logIndex),
        reading: BigInt(row.reading ?? -1),
        transaction,
        value,
      }),
    )
  }
}

function isOneCertificate(one: Certificate, other: Certificate): boolean {
  return one.chainId === other.chainId && one.contract === other.contract && one.id === other.id
}

/** By what event a certificate is in what state. */
function isOneState(one: Certificate, other: Certificate): boolean {
  const isSameEvent = one.blockHash === other.blockHash && one.logIndex === other.logIndex
  return isOneCertificate(one, other) && one.state === other.state && isSameEvent
}
