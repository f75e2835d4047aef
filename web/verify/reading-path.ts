import { equalBytes, fromBase64url, toBase64url } from '../../src/core/bytes.ts'
import { type Commitment, encodeEntry } from '../../src/core/entry.ts'
import { EnergywebError } from '../../src/core/errors.ts'
import { parseInstant } from '../../src/core/time.ts'
import { readCheckpoint } from '../../src/proof/checkpoint.ts'
import type { Evidence } from '../../src/proof/evidence/evidence.ts'
import { Rebuilder } from '../../src/proof/evidence/rebuild.ts'
import type { RebuiltEntry } from '../../src/proof/evidence/rebuilt-entry.ts'

import { portableHashes } from '../../src/proof/portable-hashes.ts'
import { type PathField, pathContent } from './path-content.ts'
import { type PathStep, pathSteps } from './path-steps.ts'
import { type RawAnswer, rawAnswer } from './raw-answer.ts'

/** How one entry hangs on the log's signature, hash by hash. Hashes are base64url, as in the file. */
export interface ReadingPath {
  readonly segment: number
  readonly sequence: number
  readonly kind: string
  /** Fields in the order of the tree; one that is not shown has no value. */
  readonly fields: readonly PathField[]
  /** How many hashes stand for what is not shown. */
  readonly hidden: number
  readonly content: RebuiltEntry['content']
  /** What the source answered, if the file has it. */
  readonly raw: RawAnswer | undefined
  readonly commitment: Commitment
  /** The entry's bytes, as text. */
  readonly entry: string
  readonly leaf: string
  /** Entries from this one to the last of its segment, whose place in the tree the file shows. */
  readonly chain: readonly ChainLink[]
  readonly inclusion: {
    readonly index: number
    readonly size: number
    readonly steps: readonly PathStep[]
    /** What the path comes to, and what the checkpoint says. */
    readonly root: string
    readonly signedRoot: string
    readonly holds: boolean
  }
  readonly origin: string
}

export interface ChainLink {
  readonly sequence: number
  readonly kind: string
  readonly leaf: string
}

/** Paths of the entries of one segment; its hashes are worked out once. */
export class SegmentPaths {
  readonly segment: number
  readonly #evidence: Evidence
  readonly #entries: readonly RebuiltEntry[]

  /** @throws EnergywebError `argument-invalid` for a segment that the file has not */
  constructor(evidence: Evidence, segment: number) {
    this.segment = segment
    this.#evidence = evidence
    this.#entries = new Rebuilder(portableHashes()).rebuild(this.#given, segment).entries
  }

  get #given() {
    const segment = this.#evidence.segments[this.segment]
    if (segment === undefined) {
      throw new EnergywebError('argument-invalid', `the file has no segment ${this.segment}`)
    }
    return segment
  }

  /** @throws EnergywebError `argument-invalid` for an entry that the segment has not, or whose hash could not be worked out */
  pathOf(sequence: number): ReadingPath {
    const segment = this.#given
    const at = sequence - segment.first
    const given = segment.entries[at]
    const rebuilt = this.#entries[at]
    if (given === undefined || rebuilt?.leaf === undefined) {
      throw new EnergywebError('argument-invalid', `the hash of entry ${sequence} could not be worked out`, {
        hint: 'The step "What the entries say is what was logged" tells why.',
      })
    }
    const previous = at === 0 ? segment.previous : (this.#entries[at - 1]?.leaf ?? null)
    const { fields, commitment } = pathContent(given, rebuilt)
    const { stream, kind, schema } = rebuilt
    const instant = parseInstant(rebuilt.at)
    return {
      segment: this.segment,
      sequence,
      kind,
      fields,
      hidden: 'hidden' in given ? given.hidden.length : 0,
      content: rebuilt.content,
      raw: rawAnswer(this.#evidence, rebuilt),
      commitment,
      entry: encodeEntry({ at: instant, document: commitment, kind, previous, schema, sequence, stream }),
      leaf: rebuilt.leaf,
      chain: this.#entries
        .slice(at)
        .map(link => ({ ...link, leaf: link.leaf ?? '' }))
        .map(chainLink),
      ...this.#upwards(),
    }
  }

  /** From the segment's last entry to the root. */
  #upwards(): Pick<ReadingPath, 'inclusion' | 'origin'> {
    const { index, path } = this.#given.inclusion
    const { size, root, origin } = readCheckpoint(this.#evidence.checkpoint)
    const last = fromBase64url(this.#entries.at(-1)?.leaf ?? '')
    const { steps, hash } = pathSteps({ index, size, leaf: last, path: path.map(fromBase64url) })
    const holds = equalBytes(hash, root)
    return {
      origin,
      inclusion: { index, size, steps, root: toBase64url(hash), signedRoot: toBase64url(root), holds },
    }
  }
}

function chainLink({ sequence, kind, leaf }: ChainLink): ChainLink {
  return { sequence, kind, leaf }
}
