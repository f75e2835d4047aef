import { toHex } from '../../src/core/bytes.ts'
import { EnergywebError } from '../../src/core/errors.ts'
import { formatSize } from '../../src/core/size.ts'
import { parseAnyVerifierKey } from '../../src/proof/ecdsa-key.ts'
import type { Evidence, EvidenceEntry } from '../../src/proof/evidence/evidence.ts'
import { withEvidenceKeys } from '../../src/proof/evidence/evidence-keys.ts'
import { signersOf } from '../../src/proof/evidence/signers.ts'
import { verifyEvidence } from '../../src/proof/evidence/verify-evidence.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'
import { instantOf } from './figures.ts'
import { isOlder } from './is-older.ts'
import type { Checked, CheckRequest, FileFacts, PathRequest } from './messages.ts'
import type { Boundary } from './power-series.ts'
import { type ReadingPath, SegmentPaths } from './reading-path.ts'

/** Beyond this a browser would take too long and too much memory. */
const largestFile = 200_000_000

interface OpenFile {
  readonly facts: FileFacts
  readonly bytes: Uint8Array
}

/** Checks files, and keeps the one that was checked last, so that its readings can be looked at. */
export class CheckRoom {
  #evidence: Evidence | undefined
  #paths: SegmentPaths | undefined

  /**
   * @throws EnergywebError `argument-invalid` for a file that is too large, or keys that are none
   */
  async check(request: CheckRequest, progress: (text: string) => void): Promise<Checked> {
    const first = await openFile(request.file, progress)
    const second = request.previous && (await openFile(request.previous, progress))
    const swapped = request.guessed && second !== undefined && isOlder(first.bytes, second.bytes)
    const [file, previous] = swapped ? [second, first] : [first, second]
    progress(`Checking ${formatSize(file.bytes.length)}`)
    const began = performance.now()
    const { keys, evidenceKeys } = sortKeys(request.keys)
    const checked = verifyEvidence(file.bytes, {
      keys,
      witnesses: request.witnesses,
      ...(request.quorum !== undefined && { quorum: request.quorum }),
      ...(previous && { previous: previous.bytes }),
    })
    const whole = withEvidenceKeys(checked, evidenceKeys)
    const { evidence, signatures: _, ...verification } = whole
    this.#evidence = evidence
    this.#paths = undefined
    return {
      ...verification,
      signers: signersOf(whole, { keys, evidenceKeys, witnesses: request.witnesses }),
      evidence: evidence && withoutEntries(evidence),
      boundary: boundaryOf(evidence, verification.readings[0]?.sequence),
      file: file.facts,
      previous: previous?.facts,
      swapped,
      milliseconds: performance.now() - began,
    }
  }

  /**
   * The way of one entry through the trees.
   * @throws EnergywebError `argument-invalid` when no file is open, or it has no such entry
   */
  path({ segment, sequence }: PathRequest): ReadingPath {
    if (this.#evidence === undefined) throw new EnergywebError('argument-invalid', 'no file is open')
    if (this.#paths?.segment !== segment) this.#paths = new SegmentPaths(this.#evidence, segment)
    return this.#paths.pathOf(sequence)
  }
}

async function openFile(file: File, progress: (text: string) => void): Promise<OpenFile> {
  if (file.size > largestFile) {
    throw new EnergywebError('argument-invalid', `${file.name} has ${formatSize(file.size)}`, {
      hint: `A browser is no place for more than ${formatSize(largestFile)}. Check it with the command "energyweb verify FILE".`,
    })
  }
  progress(`Reading ${formatSize(file.size)}`)
  const bytes = new Uint8Array(await file.arrayBuffer())
  return {
    bytes,
    facts: { name: file.name, size: file.size, sha256: toHex(nobleHashes.sha256(bytes)) },
  }
}

function withoutEntries(evidence: Evidence): Checked['evidence'] {
  const { segments, raw: _, ...rest } = evidence
  return { ...rest, entries: segments.reduce((sum, { entries }) => sum + entries.length, 0) }
}

/** The entry at which the period begins, when it is a reading that counts: a plot begins with it. */
function boundaryOf(evidence: Evidence | undefined, firstReading: number | undefined): Boundary | undefined {
  const entry = evidence?.segments[0]?.entries[0]
  const measuredAt = shownText(entry, 'measuredAt')
  const total = shownText(entry, 'total')
  if (measuredAt === undefined || total === undefined || !/^\d{1,80}$/.test(total)) return undefined
  const instant = instantOf(measuredAt)
  if (instant === undefined || evidence?.segments[0]?.first === firstReading) return undefined
  return { measuredAt, total: BigInt(total) }
}

function shownText(entry: EvidenceEntry | undefined, field: string): string | undefined {
  if (entry === undefined || entry.kind !== 'reading') return undefined
  const value =
    'document' in entry ? entry.document[field] : 'shown' in entry ? entry.shown[field]?.value : undefined
  return typeof value === 'string' ? value : undefined
}

/** A key by ECDSA vouches for the log where no other is given; beside one of the log it must have signed too. */
function sortKeys(texts: readonly string[]) {
  const all = texts.map(text => parseAnyVerifierKey(text))
  const keys = all.filter(({ type }) => type !== 'ecdsa')
  const evidenceKeys = all.filter(({ type }) => type === 'ecdsa')
  return keys.length === 0 ? { keys: evidenceKeys, evidenceKeys: [] } : { keys, evidenceKeys }
}
