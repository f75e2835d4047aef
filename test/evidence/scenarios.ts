import { toBase64url, utf8 } from '../../src/core/bytes.ts'
import { certificateSchema } from '../../src/core/certificate.ts'
import { formatRawCid } from '../../src/core/cid.ts'
import type { Document } from '../../src/core/document.ts'
import { formatInstant } from '../../src/core/time.ts'
import type { Evidence, EvidenceAnchor } from '../../src/proof/evidence/index.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'
import { Stream } from '../support/register-stream.ts'
import { evidenceFrom, type FormOf, sealed, segmentFrom, showing, whole, witness } from './make-evidence.ts'
import type { AppendOptions, MemoryEntry } from './memory-log.ts'
import { MemoryLog } from './memory-log.ts'

/** Instant so many minutes into the day of all scenarios. */
export const at = (minute: number) => formatInstant(Date.UTC(2024, 4, 1) + minute * 60_000)
export const wattHour = 3_600_000n

/** What the meter of a scenario answered. */
export function answerOf(minute: number): Uint8Array {
  return utf8(`{"minute":${minute}}`)
}

/** A stream's readings go through the law of the register into a log, as in a gateway. */
export class Scenario {
  readonly log: MemoryLog
  readonly stream: Stream
  readonly #number: number
  readonly #options: AppendOptions

  constructor(
    { log = new MemoryLog(), number = 1, stream = new Stream() } = {},
    options: AppendOptions = {},
  ) {
    this.log = log
    this.stream = stream
    this.#number = number
    this.#options = options
  }

  get entries(): readonly MemoryEntry[] {
    return this.log.of(this.#number)
  }

  /** A reading, with the hash of what the meter answered. */
  read(reading: Parameters<Stream['read']>[0]): this {
    return this.#take(() => this.stream.read(reading), reading.minute)
  }

  resolve(resolution: Parameters<Stream['resolve']>[0]): this {
    return this.#take(() => this.stream.resolve(resolution))
  }

  /** An entry that changes no register. */
  add(kind: 'gap' | 'receipt' | 'note' | 'erasure', document: Document, schema?: string): this {
    this.log.append(this.#number, kind, document, { ...this.#options, ...(schema && { schema }) })
    // Sequences of the register's law count all entries of the stream.
    this.stream.drafts.push({ kind: 'note', document: { by: null, text: null } })
    return this
  }

  gap(from: number, to: number | null, reason = 'source-timeout'): this {
    return this.add('gap', { detail: null, from: at(from), reason, to: to === null ? null : at(to) })
  }

  receipt(first: number, last: number, block = 5): this {
    const word = (digit: string) => `0x${digit.repeat(64)}`
    return this.add('receipt', {
      block: BigInt(block),
      blockHash: word('b'),
      chainId: 246n,
      contract: '0x00000000000000000000000000000000000000aa',
      first: BigInt(first),
      last: BigInt(last),
      ledger: 'origin',
      logIndex: 0n,
      reading: BigInt(last),
      transaction: word(`${block % 10}`),
      value: 1n,
    })
  }

  /** A certificate for the energy of entries; the id is its place in its block, too. */
  certificate(
    id: number,
    [first, last]: readonly [number, number],
    energy: number,
    { state = 'issued', block = 7 } = {},
  ): this {
    const word = (digit: string) => `0x${digit.repeat(64)}`
    const document = {
      block: BigInt(block),
      blockHash: word(`${block % 10}`),
      certificate: BigInt(id),
      chainId: 246n,
      contract: '0x00000000000000000000000000000000000000ce',
      energy: BigInt(energy),
      first: BigInt(first),
      last: BigInt(last),
      ledger: 'certified',
      logIndex: BigInt(id),
      owner: '0x00000000000000000000000000000000000000ef',
      state,
      transaction: word('c'),
    }
    return this.add('receipt', document, certificateSchema.name)
  }

  #take(act: () => unknown, minute?: number): this {
    const before = this.stream.drafts.length
    act()
    for (const { kind, document } of this.stream.drafts.slice(before)) {
      this.log.append(this.#number, kind, withRaw(document, minute), this.#options)
    }
    return this
  }
}

function withRaw(document: Document, minute: number | undefined): Document {
  if (minute === undefined || document.raw === undefined) return document
  const hash = nobleHashes.sha256(answerOf(minute))
  return { ...document, raw: toBase64url(hash), cid: formatRawCid(hash) }
}

const device = { manufacturer: 'Eumel', model: 'E2', serial: 'A1' }

/** A roof's counter, every 15 minutes, with a gap and receipts; beside it a neighbour's entries. */
export function roof(log = new MemoryLog(), { changed = false } = {}): Scenario {
  const scenario = new Scenario({ log })
  for (let i = 0; i < 8; i++) {
    if (i === 4) scenario.gap(60, 61)
    const wh = 1_000 + i * 250 + (changed && i === 1 ? 1 : 0)
    scenario.read({ wh, minute: i * 15, device })
    log.append(2, 'note', { by: 'neighbour', text: `number ${i}` }, { commitment: 'document' })
    if (i === 5) scenario.receipt(2, 6)
  }
  return scenario
}

/** The roof's file with something of everything that a file can hold. */
export async function goodFile(scenario = roof()): Promise<Evidence> {
  const { log, entries } = scenario
  const forms: Readonly<Record<number, FormOf>> = {
    4: showing('energy', 'kind', 'measuredAt', 'status', 'total'),
    10: sealed,
  }
  const form: FormOf = entry => (forms[entry.entry.sequence] ?? whole)(entry)
  const evidence = await evidenceFrom(
    log,
    [
      segmentFrom(log, entries.slice(2), { form }),
      segmentFrom(log, entries.slice(0, 1)),
      segmentFrom(log, log.of(2).slice(3, 5)),
    ],
    { from: at(15), to: at(75), earlier: [earlierSize], cosign: witness(8).cosign },
  )
  const [tree] = evidence.consistency
  const raw = (minute: number) => {
    const bytes = answerOf(minute)
    return [
      toBase64url(nobleHashes.sha256(bytes)),
      { mediaType: 'application/json', bytes: toBase64url(bytes) },
    ] as const
  }
  return { ...evidence, raw: Object.fromEntries([raw(30), raw(60)]), anchors: [anchorOf(tree!)] }
}

export const earlierSize = 12

/** An earlier audit's file of the same log. */
export function earlierFile({ log, entries }: Scenario = roof(), size = earlierSize): Promise<Evidence> {
  return evidenceFrom(log, [segmentFrom(log, entries.slice(0, 4), { size })], {
    from: at(0),
    to: at(15),
    size,
  })
}

export function anchorOf({ size, root }: { size: number; root: string }): EvidenceAnchor {
  return {
    chainId: '246',
    contract: '0x00000000000000000000000000000000000000cc',
    account: '0x00000000000000000000000000000000000000dd',
    log: `0x${'1'.repeat(64)}`,
    size,
    root,
    transaction: `0x${'2'.repeat(64)}`,
    block: '1000',
    blockHash: `0x${'3'.repeat(64)}`,
    logIndex: 0,
  }
}
