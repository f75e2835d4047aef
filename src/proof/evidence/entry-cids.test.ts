import { expect, it } from 'vitest'
import { segmentFrom, showing, whole } from '../../../test/evidence/make-evidence.ts'
import type { MemoryEntry } from '../../../test/evidence/memory-log.ts'
import { goodFile, roof } from '../../../test/evidence/scenarios.ts'
import { fromBase64url, toBase64url } from '../../core/bytes.ts'
import { formatRawCid } from '../../core/cid.ts'
import { encodeDocument } from '../../core/document.ts'
import { encodeEntry } from '../../core/entry.ts'
import { parseInstant } from '../../core/time.ts'
import { nobleHashes } from '../hashes.ts'
import { encodeEntryRecord } from '../ipfs/entry-record.ts'
import { entryCids } from './entry-cids.ts'

const scenario = roof()
const { log, entries } = scenario
const file = await goodFile(scenario)
const [own, neighbour] = [log.stream(1), log.stream(2)]

/** As whoever has the log works them out. */
function expected({ entry, document, seed, leaf }: MemoryEntry) {
  const record = encodeEntryRecord({
    text: encodeEntry({ ...entry, at: parseInstant(entry.at) }),
    body: encodeDocument(document),
    seed,
  })
  const raw = typeof document.raw === 'string' ? formatRawCid(fromBase64url(document.raw)) : null
  return {
    leaf: toBase64url(leaf),
    raw,
    document: formatRawCid(Uint8Array.from(nobleHashes.sha256(record))),
  }
}

it('are those of the log, of entries whose documents a file holds', () => {
  const cids = entryCids(file, nobleHashes)
  for (const memory of entries) {
    const { sequence } = memory.entry
    // 1 is not in the file; of 4 some fields are shown, of 10 none.
    if ([1, 4, 10].includes(sequence)) continue
    expect(cids(own, sequence), `${sequence}`).toEqual(expected(memory))
  }
  for (const memory of log.of(2).slice(3, 5))
    expect(cids(neighbour, memory.entry.sequence)).toEqual(expected(memory))
})

it('are open where a file does not show what they are made of', () => {
  const cids = entryCids(file, nobleHashes)
  for (const sequence of [4, 10]) {
    const leaf = toBase64url(entries[sequence]?.leaf ?? new Uint8Array())
    expect(cids(own, sequence)).toEqual({ leaf, raw: undefined, document: undefined })
  }
  expect(cids(own, 1)).toBeUndefined()
  expect(cids(log.stream(3), 2)).toBeUndefined()
})

it('of raw bytes follow from their hash, or from the CID, where only that is shown', () => {
  for (const field of ['raw', 'cid']) {
    const form = (memory: MemoryEntry) => (memory.entry.sequence === 6 ? showing(field) : whole)(memory)
    const shown = { ...file, segments: [segmentFrom(log, entries.slice(2), { form })] }
    const memory = entries[6]
    expect(entryCids(shown, nobleHashes)(own, 6)?.raw).toBe(memory && expected(memory).raw)
  }
})

it('of an entry of a kind that nobody knows, and of those behind it, are open', () => {
  const [segment] = file.segments
  if (segment === undefined) throw new Error('the file has segments')
  const changed = segment.entries.map((entry, i) =>
    i === 3 ? { ...entry, schema: 'energyweb/unknown/v9' } : entry,
  )
  const cids = entryCids({ ...file, segments: [{ ...segment, entries: changed }] }, nobleHashes)
  expect(cids(own, segment.first + 3)?.document).toBeUndefined()
  expect(cids(own, segment.first + 4)?.document).toBeUndefined()
  expect(cids(own, segment.first + 4)?.leaf).toBeUndefined()
})
