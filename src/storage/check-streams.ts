import { type AnchorDocument, anchorSchema } from '../core/anchor-document.ts'
import { toBase64url } from '../core/bytes.ts'
import type { CarbonDraft } from '../core/carbon-document.ts'
import { carbonStep } from '../core/carbon-step.ts'
import { type CertificateDocument, certificateSchema } from '../core/certificate.ts'
import { type Document, decodeDocumentAs, schemas } from '../core/document.ts'
import { decodeEntry, type Entry, type EntryKind } from '../core/entry.ts'
import { messageOf } from '../core/errors.ts'
import { gatewayStream } from '../core/log.ts'
import { emptyRegister, type RegisterState } from '../core/register.ts'
import { applyEntry } from '../core/register-apply.ts'
import { decodeWholeRegister, encodeWholeRegister } from '../core/register-json.ts'
import type { Draft } from '../core/register-transition.ts'
import { CarbonCheck } from './check-carbon.ts'
import { KeyCheck } from './check-keys.ts'
import type { CheckReason } from './check-result.ts'
import { Finding } from './check-result.ts'
import type { EntryRow } from './check-rows.ts'
import { schemaOf } from './entry-rows.ts'
import type { Erasure, Erasures } from './erasures.ts'
import { loadStreams, type StreamState } from './log-state.ts'
import type { Sql } from './sql.ts'

interface StreamCheck {
  readonly stream: StreamState
  readonly keys: KeyCheck
  sequence: number
  leaf: string | undefined
  /** Undefined inside an erased range: what it does is not known. */
  register: RegisterState | undefined
  /** The last total that was known. */
  total: bigint
  /** The carbon register that prices this stream, or that is kept in it. */
  carbon: CarbonCheck | undefined
  /** Of a carbon register's stream: the asset's. */
  asset: StreamCheck | undefined
}

/** Runs the checks that follow each stream from entry to entry: its chain, its register and its readings' keys. */
export class StreamsCheck {
  readonly #erasures: Erasures
  readonly #byPublicId = new Map<string, StreamCheck>()

  constructor(sql: Sql, erasures: Erasures) {
    this.#erasures = erasures
    for (const stream of loadStreams(sql).values()) {
      const keys = new KeyCheck(sql, stream, erasures)
      const fresh = { sequence: -1, leaf: undefined, register: emptyRegister, total: 0n }
      this.#byPublicId.set(stream.publicId, { stream, keys, ...fresh, carbon: undefined, asset: undefined })
    }
    const byId = new Map([...this.#byPublicId.values()].map(check => [check.stream.id, check]))
    for (const asset of byId.values()) {
      const priced = asset.stream.pricedBy === undefined ? undefined : byId.get(asset.stream.pricedBy)
      if (priced === undefined) continue
      asset.carbon = new CarbonCheck(sql, asset.stream, priced.stream)
      priced.carbon = asset.carbon
      priced.asset = asset
    }
  }

  get count(): number {
    return this.#byPublicId.size
  }

  /** Reads an entry and checks that it follows the one before it in its stream. */
  follow(row: EntryRow, leaf: string): { entry: Entry; stream: string } {
    const entry = entryOf(row)
    const check = this.#byPublicId.get(entry.stream)
    if (check === undefined || check.stream.id !== row.stream || entry.kind !== row.kind) {
      throw finding('entry-columns', `entry ${row.index}: stream or kind is not that of its text`, row)
    }
    const { name } = check.stream
    if (entry.sequence !== row.sequence) {
      throw finding('entry-columns', `entry ${row.index}: its text has sequence ${entry.sequence}`, row, name)
    }
    const previous = check.leaf === undefined ? null : toBase64url(Buffer.from(check.leaf, 'latin1'))
    if (entry.sequence !== check.sequence + 1 || entry.previous !== previous) {
      const detail = `entry ${row.index} is number ${entry.sequence} of ${name} and does not follow number ${check.sequence}`
      throw finding('stream-chain', detail, row, name)
    }
    check.sequence = entry.sequence
    check.leaf = leaf
    return { entry, stream: name }
  }

  /** Does to the register what the entry does; `undefined` is an erased document. */
  apply(row: EntryRow, entry: Entry, content: CheckedContent | undefined): void {
    const check = this.#byPublicId.get(entry.stream)
    if (check === undefined) return
    if (content === undefined) this.#erased(check)
    else if (content.anchor !== undefined) anchorBelongs(row, check.stream.name)
    else if (content.certificate === undefined) this.#applyToRegister(check, row, content)
    const draft = content?.draft
    if (draft?.kind === 'erasure' && Number(draft.document.last) >= row.sequence) {
      throw finding('register-law', `entry ${row.index} erases what comes after it`, row, check.stream.name)
    }
    const ended = this.#erasures.endingAt(row.stream, row.sequence)
    if (ended === undefined) return
    if (check.stream.carbon === undefined) this.#resume(check, row, ended)
    else check.carbon?.resume(row, ended.state)
  }

  #applyToRegister(check: StreamCheck, row: EntryRow, content: CheckedContent): void {
    if (check.stream.carbon !== undefined) this.#applyCarbon(check, row, content)
    else this.#applyEnergy(check, row, content)
  }

  #erased(check: StreamCheck): void {
    if (check.stream.carbon === undefined) check.register = undefined
    check.carbon?.erased(check.stream.id)
  }

  #applyEnergy(check: StreamCheck, row: EntryRow, { kind, draft }: CheckedContent): void {
    const before = check.register
    const { name } = check.stream
    if (draft === undefined) {
      throw finding(
        'register-law',
        `entry ${row.index} is the ${kind} of a carbon register in ${name}`,
        row,
        name,
      )
    }
    if (before === undefined) return
    try {
      check.register = applyEntry(before, draft, row.sequence)
    } catch (error) {
      throw finding('register-law', `entry ${row.index}: ${messageOf(error)}`, row, check.stream.name)
    }
    check.total = check.register.total
    check.keys.take(row, draft, { before, after: check.register })
    if (check.carbon === undefined) return
    const step = carbonStep(before, draft, { after: check.register, sequence: row.sequence })
    if (step !== undefined) check.carbon.step(step, check.leaf ?? '')
  }

  #applyCarbon(check: StreamCheck, row: EntryRow, { kind, carbon, draft }: CheckedContent): void {
    const { name } = check.stream
    const { carbon: register, asset } = check
    if (register === undefined || asset === undefined) {
      throw finding('carbon-state', `the carbon register ${name} has no asset`, row, name)
    }
    const event = carbon ?? (draft?.kind === 'gap' ? draft : undefined)
    if (event !== undefined) {
      const { sequence, leaf, register: energy } = asset
      register.take(row, event, { sequence, leaf, total: energy?.total })
    } else if (draft?.kind !== 'note' && draft?.kind !== 'erasure') {
      throw finding('carbon-law', `entry ${row.index} is a ${kind} in the carbon register ${name}`, row, name)
    }
  }

  /** The register goes on from what the erasure says of the end of its range. Whether it was so nobody can tell any more. */
  #resume(check: StreamCheck, row: EntryRow, { state, sequence }: Erasure): void {
    const { name } = check.stream
    const fail = (why: string) =>
      finding('register-law', `the erasure ${sequence} of ${name} ${why}`, row, name)
    let resumed: RegisterState
    try {
      resumed = decodeWholeRegister(state)
    } catch (error) {
      throw fail(`holds no register: ${messageOf(error)}`)
    }
    if (check.register !== undefined && encodeWholeRegister(check.register) !== state) {
      throw fail('holds another register than the entries make that are still there')
    }
    if (resumed.total < check.total) throw fail(`lets the total fall to ${resumed.total} mJ`)
    check.register = resumed
    check.total = resumed.total
    check.keys.resumed(resumed)
  }

  /** Compares the ends of all streams with the registers that are kept. */
  finish(): void {
    for (const { stream, keys, sequence, leaf, register, carbon } of this.#byPublicId.values()) {
      const place = { stream: stream.name, sequence: stream.sequence }
      const kept = stream.leaf === undefined ? undefined : Buffer.from(stream.leaf).toString('latin1')
      if (stream.sequence !== sequence || kept !== leaf) {
        const detail = `${stream.name} ends with entry ${sequence}, its register with ${stream.sequence}`
        throw new Finding(stream.sequence > sequence ? 'tail-missing' : 'register-state', detail, place)
      }
      if (register === undefined || encodeWholeRegister(register) !== encodeWholeRegister(stream.register)) {
        throw new Finding(
          'register-state',
          `the register of ${stream.name} is not what its entries make`,
          place,
        )
      }
      keys.finish()
      if (stream.carbon !== undefined) carbon?.finish()
    }
  }
}

/** A receipt of an anchor leaves every register alone, and stands in the gateway's stream only. */
function anchorBelongs(row: EntryRow, stream: string): void {
  if (stream === gatewayStream) return
  throw finding('register-law', `entry ${row.index} is the receipt of an anchor in ${stream}`, row, stream)
}

function entryOf(row: EntryRow): Entry {
  try {
    return decodeEntry(row.text)
  } catch (error) {
    throw finding('entry-invalid', `entry ${row.index}: ${messageOf(error)}`, row)
  }
}

/** A finding at an entry. */
export function finding(reason: CheckReason, detail: string, row: EntryRow, stream?: string): Finding {
  return new Finding(reason, detail, { index: row.index, sequence: row.sequence, stream })
}

/** What an entry's document says: of an energy register's stream, or of a carbon register's. */
export interface CheckedContent {
  readonly kind: EntryKind
  readonly document: Document
  readonly draft: Draft | undefined
  readonly carbon: CarbonDraft | undefined
  /** Of a receipt in the gateway's own stream. */
  readonly anchor: AnchorDocument | undefined
  /** Of a receipt that tells of a certificate: it leaves every register alone. */
  readonly certificate: CertificateDocument | undefined
}

/** A kept document, read by the schema that its entry names. @throws EnergywebError `document-invalid` */
export function contentOf({ kind, schema: name }: Entry, body: string): CheckedContent {
  const schema = schemaOf(kind, name)
  const document = decodeDocumentAs(schema, body)
  const [ofEnergy, ofAnchor] = [schema === schemas[kind], schema === anchorSchema]
  const ofCertificate = schema === certificateSchema
  // What is read against a kind's schema is that kind's document.
  return {
    kind,
    document,
    draft: ofEnergy ? ({ kind, document } as Draft) : undefined,
    carbon: ofEnergy || ofAnchor || ofCertificate ? undefined : ({ kind, document } as CarbonDraft),
    anchor: ofAnchor ? (document as AnchorDocument) : undefined,
    certificate: ofCertificate ? (document as CertificateDocument) : undefined,
  }
}
