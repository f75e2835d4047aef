import { fromBase64, fromBase64url, toBase64, toBase64url } from '../../src/core/bytes.ts'
import type { Evidence, EvidenceEntry, EvidenceSegment } from '../../src/proof/evidence/index.ts'
import { evidenceFrom, sealed, segmentFrom, showing, whole, witness } from './make-evidence.ts'
import { type MemoryEntry, MemoryLog } from './memory-log.ts'
import { anchorOf, at, earlierFile, earlierSize, goodFile, roof, type Scenario } from './scenarios.ts'
import { falsified, type Vector } from './vector.ts'

/** The file with another segment in place of one. */
export function withSegment(
  evidence: Evidence,
  number: number,
  change: (segment: EvidenceSegment) => EvidenceSegment,
): Evidence {
  return {
    ...evidence,
    segments: evidence.segments.map((segment, i) => (i === number ? change(segment) : segment)),
  }
}

/** The file with other entries in its first segment. */
export function withEntries(
  evidence: Evidence,
  change: (entries: readonly EvidenceEntry[]) => readonly EvidenceEntry[],
): Evidence {
  return withSegment(evidence, 0, segment => ({ ...segment, entries: change(segment.entries) }))
}

/** The file with one entry of its first segment changed. */
export function withEntry(evidence: Evidence, at: number, change: object): Evidence {
  return withEntries(evidence, entries =>
    entries.map((entry, i) => (i === at ? ({ ...entry, ...change } as EvidenceEntry) : entry)),
  )
}

/** The file with one field of one document changed. */
export function withField(evidence: Evidence, at: number, fields: object): Evidence {
  const entry = evidence.segments[0]!.entries[at]!
  return withEntry(evidence, at, { document: { ...('document' in entry ? entry.document : {}), ...fields } })
}

const flipped = (text: string) =>
  toBase64url(fromBase64url(text).map((byte, i) => (i === 5 ? byte ^ 1 : byte)))
const swapped = <Value>(list: readonly Value[], a: number, b: number) =>
  list.map((value, i) => (i === a ? list[b]! : i === b ? list[a]! : value))

/** Files whose entries are not in the tree as they have them. */
export function evilInclusion(good: Evidence): readonly Vector[] {
  const notInTree = (name: string, evidence: Evidence) => falsified('not-in-tree', name, evidence)
  const [main] = good.segments
  const entries = main!.entries
  const at3 = entries[1]!
  const other = entries[0]!
  const pathOf = (change: (path: readonly string[]) => readonly string[], index = main!.inclusion.index) =>
    withSegment(good, 0, segment => ({
      ...segment,
      inclusion: { index, path: change(segment.inclusion.path) },
    }))
  return [
    notInTree('a-document-value', withField(good, 1, { quality: 'validated' })),
    notInTree('a-documents-seed', withEntry(good, 1, { seed: 'seed' in at3 ? flipped(at3.seed) : '' })),
    notInTree('seed-of-another-document', withEntry(good, 1, { seed: 'seed' in other ? other.seed : '' })),
    notInTree(
      'documents-swapped',
      withEntries(good, list => {
        const [a, b] = [list[4]!, list[5]!]
        return list.map((entry, i) => (i === 4 ? { ...b, at: a.at } : i === 5 ? { ...a, at: b.at } : entry))
      }),
    ),
    notInTree(
      'two-entries-in-another-order',
      withEntries(good, list => swapped(list, 4, 5)),
    ),
    notInTree(
      'an-entry-removed',
      withEntries(good, list => list.toSpliced(2, 1)),
    ),
    notInTree(
      'a-gap-removed',
      withEntries(good, list => list.filter(({ kind }) => kind !== 'gap')),
    ),
    notInTree(
      'an-entry-put-in',
      withEntries(good, list => list.toSpliced(2, 0, list[2]!)),
    ),
    notInTree('a-time-of-an-entry', withEntry(good, 1, { at: '2024-05-01T00:00:00.001Z' })),
    notInTree(
      'a-kind',
      withEntry(good, 6, {
        kind: 'note',
        sealed: { fields: 'A'.repeat(43) },
        document: undefined,
        seed: undefined,
      }),
    ),
    notInTree(
      'tail-of-the-segment-cut',
      withEntries(good, list => list.slice(0, -1)),
    ),
    notInTree('a-sealed-hash', withEntry(good, 8, { sealed: { fields: 'A'.repeat(43) } })),
    notInTree(
      'another-form-of-commitment',
      withSegment(good, 2, segment => ({
        ...segment,
        entries: segment.entries.map(entry => {
          const { commitment: _, ...rest } = entry as { commitment?: string }
          return rest as EvidenceEntry
        }),
      })),
    ),
    notInTree(
      'a-shown-value',
      withEntry(good, 2, {
        shown: changeShown(entries[2]!, shown => ({ ...shown, energy: { ...shown.energy!, value: '1' } })),
      }),
    ),
    notInTree(
      'salt-of-another-field',
      withEntry(good, 2, {
        shown: changeShown(entries[2]!, shown => ({
          ...shown,
          energy: { ...shown.energy!, salt: shown.total!.salt },
        })),
      }),
    ),
    notInTree(
      'hidden-hashes-swapped',
      withEntry(good, 2, { hidden: 'hidden' in entries[2]! ? swapped(entries[2].hidden, 0, 1) : [] }),
    ),
    notInTree(
      'another-stream',
      withSegment(good, 0, segment => ({ ...segment, stream: good.segments[2]!.stream, first: 9 })),
    ),
    notInTree(
      'another-previous',
      withSegment(good, 0, segment => ({ ...segment, previous: flipped(segment.previous!) })),
    ),
    notInTree(
      'another-sequence',
      withSegment(good, 0, segment => ({ ...segment, first: 3 })),
    ),
    notInTree(
      'another-place-in-the-tree',
      pathOf(path => path, main!.inclusion.index - 1),
    ),
    notInTree(
      'a-hash-of-the-path',
      pathOf(path => [flipped(path[0]!), ...path.slice(1)]),
    ),
    notInTree(
      'the-path-in-another-order',
      pathOf(path => path.toReversed()),
    ),
    falsified(
      'path-length',
      'path-truncated',
      pathOf(path => path.slice(0, -1)),
    ),
    falsified(
      'path-length',
      'path-with-a-hash-too-many',
      pathOf(path => [...path, path[0]!]),
    ),
    falsified(
      'path-length',
      'no-path',
      pathOf(() => []),
    ),
    falsified(
      'path-length',
      'an-inner-node-for-a-leaf',
      pathOf(path => path.slice(1), main!.inclusion.index >> 1),
    ),
    falsified(
      'index-beyond-size',
      'behind-the-end-of-the-tree',
      pathOf(path => path, 1_000),
    ),
  ]
}

type Shown = Record<string, { value: string | boolean | null; salt: string }>

function changeShown(entry: EvidenceEntry, change: (shown: Shown) => Shown): Shown {
  return 'shown' in entry ? change(entry.shown) : {}
}

/** Files whose documents are not of the schemas that their entries name. */
export function evilDocuments(good: Evidence): readonly Vector[] {
  const shown = good.segments[0]!.entries[2]!
  const hidden = 'hidden' in shown ? shown.hidden : []
  const invalid = (name: string, evidence: Evidence) => falsified('document-invalid', name, evidence)
  const { status: _, ...rest } = changeShown(shown, all => all)
  return [
    falsified('schema-unknown', 'schema-of-another-kind', withEntry(good, 1, { schema: 'receipt/1' })),
    falsified('schema-unknown', 'schema-of-the-future', withEntry(good, 1, { schema: 'reading/9' })),
    invalid('a-field-missing', withField(good, 1, { energy: undefined })),
    invalid('a-field-unknown', withField(good, 1, { bonus: '1' })),
    invalid('a-field-called-proto', withEntry(good, 1, { document: JSON.parse('{"__proto__":"x"}') })),
    invalid('an-integer-with-a-leading-zero', withField(good, 1, { energy: '01' })),
    invalid('an-integer-beyond-256-bits', withField(good, 1, { energy: (1n << 260n).toString() })),
    invalid('a-flag-for-a-text', withField(good, 1, { quality: true })),
    invalid('a-hidden-hash-dropped', withEntry(good, 2, { hidden: hidden.slice(1) })),
    invalid('a-hidden-hash-too-many', withEntry(good, 2, { hidden: [...hidden, hidden[0]!] })),
    invalid('a-shown-field-dropped', withEntry(good, 2, { shown: rest })),
    invalid(
      'a-shown-field-unknown',
      withEntry(good, 2, { shown: { ...rest, bonus: { value: '1', salt: 'A' } } }),
    ),
    invalid(
      'a-shown-field-of-another-type',
      withEntry(good, 2, {
        shown: changeShown(shown, all => ({ ...all, energy: { ...all.energy!, value: 'much' } })),
      }),
    ),
    invalid(
      'a-salt-that-is-none',
      withEntry(good, 2, {
        shown: changeShown(shown, all => ({ ...all, energy: { ...all.energy!, salt: 'salt' } })),
      }),
    ),
    falsified('not-decided', 'behind-a-document-that-is-none', withField(good, 1, { energy: 'much' })),
    falsified('raw-mismatch', 'raw-bytes-swapped', { ...good, raw: swapRaw(good.raw!) }),
    falsified('raw-mismatch', 'a-raw-bit', {
      ...good,
      raw: Object.fromEntries(
        Object.entries(good.raw!).map(([hash, raw]) => [hash, { ...raw, bytes: flipped(raw.bytes) }]),
      ),
    }),
    falsified('raw-unreferenced', 'raw-bytes-of-no-document', {
      ...good,
      raw: { ...good.raw, ['A'.repeat(43)]: { mediaType: 'text/plain', bytes: '' } },
    }),
  ]
}

function swapRaw(raw: NonNullable<Evidence['raw']>): NonNullable<Evidence['raw']> {
  const [a, b] = Object.entries(raw)
  return { [a![0]]: b![1], [b![0]]: a![1] }
}

/** Files whose checkpoint nobody vouches for, or whose log is not the one of an earlier audit. */
export async function evilCheckpoints(good: Evidence): Promise<readonly Vector[]> {
  const foreign = new MemoryLog({ secret: 9 })
  const [, size] = good.checkpoint.split('\n')
  const cosigned = async (evidence: Evidence, cosign: (note: string) => Promise<string>) => ({
    ...evidence,
    checkpoint: await cosign(await roof().log.checkpoint()),
  })
  const signature = (line: string) =>
    `— ${new MemoryLog().origin} ${toBase64(fromBase64(line.split(' ')[2]!).map((byte, i) => (i === 20 ? byte ^ 4 : byte)))}`
  const lines = good.checkpoint.split('\n')
  const otherSize = await witness(8).cosign(await roof().log.checkpoint(12))
  return [
    falsified('checkpoint-malformed', 'not-a-note', { ...good, checkpoint: 'trust me\n' }),
    falsified('checkpoint-malformed', 'a-size-with-leading-zeros', {
      ...good,
      checkpoint: good.checkpoint.replace(`\n${size}\n`, `\n0${size}\n`),
    }),
    falsified('signature-false', 'a-bit-of-the-signature', {
      ...good,
      checkpoint: lines.with(4, signature(lines[4]!)).join('\n'),
    }),
    falsified('signature-false', 'another-size', {
      ...good,
      checkpoint: good.checkpoint.replace(`\n${size}\n`, `\n${Number(size) + 1}\n`),
    }),
    falsified('signature-false', 'another-root', {
      ...good,
      checkpoint: lines.with(2, toBase64(new Uint8Array(32))).join('\n'),
    }),
    falsified('key-foreign', 'signed-by-another-key', await goodFile(roof(foreign))),
    falsified(
      'key-foreign',
      'another-origin',
      await goodFile(roof(new MemoryLog({ origin: 'log.example.org/shed' }))),
    ),
    falsified('key-not-trusted', 'no-key-trusted', good, { verdict: 'incomplete', trusted: false }),
    falsified(
      'key-not-trusted',
      'no-key-trusted-and-none-named',
      { ...good, key: 'none' },
      { verdict: 'incomplete', trusted: false },
    ),
    falsified(
      'signature-false',
      'no-key-trusted-and-signature-false',
      { ...good, checkpoint: lines.with(4, signature(lines[4]!)).join('\n') },
      { trusted: false },
    ),
    falsified('key-differs', 'another-key-named', { ...good, key: foreign.key }, { verdict: 'proven' }),
    falsified('cosignature-false', 'cosigned-by-another-key', {
      ...good,
      checkpoint: good.checkpoint.replace(
        lines.at(-2)!,
        (await witness(10).cosign(await roof().log.checkpoint()))
          .split('\n')
          .at(-2)!
          .replace(/ \S+$/, ` ${wrongId(lines.at(-2)!)}`),
      ),
    }),
    falsified('cosignature-false', 'cosignature-of-another-size', {
      ...good,
      checkpoint: good.checkpoint.replace(lines.at(-2)!, otherSize.split('\n').at(-2)!),
    }),
    falsified('witnesses-missing', 'no-cosignature', await cosigned(good, async note => note), {
      verdict: 'incomplete',
    }),
    falsified(
      'witnesses-missing',
      'cosigned-by-a-stranger',
      await cosigned(good, witness(10, 'stranger.example.org').cosign),
      { verdict: 'incomplete' },
    ),
  ]
}

/** The witness's key id with a signature that is not its own. */
function wrongId(line: string): string {
  const bytes = fromBase64(line.split(' ')[2]!)
  return toBase64(bytes.map((byte, i) => (i > 40 ? byte ^ 0x10 : byte)))
}

/** Files that an earlier audit gives the lie to, and the earlier files. */
export async function evilHistory(
  good: Evidence,
): Promise<{ vectors: readonly Vector[]; earlier: Record<string, Evidence> }> {
  const changed = roof(new MemoryLog(), { changed: true })
  const { entries, log } = roof()
  const main = { from: at(15), to: at(75) }
  const [tree] = good.consistency
  const earlier: Record<string, Evidence> = {
    earlier: await earlierFile(),
    'earlier-forked': await earlierFile(changed),
    'earlier-forked-same-size': await earlierFile(changed, log.entries.length),
    'earlier-whole': await earlierFile(roof(), log.entries.length),
    'earlier-of-another-log': await earlierFile(roof(new MemoryLog({ origin: 'log.example.org/shed' }))),
    'earlier-of-another-key': await earlierFile(roof(new MemoryLog({ secret: 9 }))),
    'earlier-unreadable-note': { ...(await earlierFile()), checkpoint: 'trust me\n' },
  }
  const linked = (previous: string) => ({ previous })
  const rolledBack = await evidenceFrom(log, [segmentFrom(log, entries.slice(0, 4), { size: 14 })], {
    from: at(0),
    to: at(15),
    size: 14,
  })
  const forkedFile = await goodFile(changed)
  return {
    earlier,
    vectors: [
      falsified('consistency-false', 'path-of-history-cut', {
        ...good,
        consistency: [{ ...tree!, path: tree!.path.slice(1) }],
      }),
      falsified('consistency-false', 'an-earlier-root', {
        ...good,
        consistency: [{ ...tree!, root: flipped(tree!.root) }],
        anchors: [],
      }),
      falsified('consistency-false', 'an-earlier-tree-that-is-later', {
        ...good,
        consistency: [{ ...tree!, size: 1_000 }],
        anchors: [],
      }),
      falsified('forked', 'log-changed-behind-the-audit', forkedFile, linked('earlier')),
      falsified('forked', 'another-root-of-the-same-size', good, linked('earlier-forked-same-size')),
      falsified('rolled-back', 'entries-gone', rolledBack, linked('earlier-whole')),
      falsified('entries-changed', 'another-entry-than-before', good, linked('earlier-forked')),
      falsified('previous-foreign', 'earlier-file-of-another-log', good, {
        verdict: 'incomplete',
        ...linked('earlier-of-another-log'),
      }),
      falsified('previous-unsigned', 'earlier-file-of-another-key', good, {
        verdict: 'incomplete',
        ...linked('earlier-of-another-key'),
      }),
      falsified('previous-unreadable', 'earlier-file-without-a-checkpoint', good, {
        verdict: 'incomplete',
        ...linked('earlier-unreadable-note'),
      }),
      falsified(
        'previous-unlinked',
        'no-path-from-the-earlier-file',
        { ...good, consistency: [], anchors: [] },
        { verdict: 'incomplete', ...linked('earlier') },
      ),
      falsified('anchor-unbound', 'an-anchor-of-no-tree', {
        ...good,
        anchors: [anchorOf({ size: earlierSize - 1, root: tree!.root })],
      }),
      falsified('anchor-unbound', 'an-anchor-of-another-root', {
        ...good,
        anchors: [anchorOf({ size: earlierSize, root: flipped(tree!.root) })],
      }),
      falsified('segments-overlap', 'an-entry-twice', {
        ...good,
        segments: [...good.segments, segmentFrom(log, entries.slice(8))],
      }),
      falsified('segments-contradict', 'a-neighbour-that-does-not-follow', {
        ...good,
        segments: [
          ...good.segments.slice(0, 2),
          {
            ...segmentFrom(log, entries.slice(1, 2)),
            previous: flipped(segmentFrom(log, entries.slice(1, 2)).previous!),
          },
        ],
      }),
      falsified(
        'segments-contradict',
        'a-place-that-is-too-low',
        withSegment(good, 0, segment => ({ ...segment, inclusion: { ...segment.inclusion, index: 3 } })),
      ),
      falsified(
        'segments-contradict',
        'places-out-of-order',
        withSegment(good, 1, segment => ({ ...segment, inclusion: { ...segment.inclusion, index: 20 } })),
      ),
      falsified('opening-missing', 'without-the-opening', await without(good), { verdict: 'incomplete' }),
      falsified(
        'start-open',
        'head-cut',
        await evidenceFrom(
          log,
          [segmentFrom(log, entries.slice(3)), segmentFrom(log, entries.slice(0, 1))],
          main,
        ),
        { verdict: 'incomplete' },
      ),
      falsified(
        'end-open',
        'tail-cut',
        await evidenceFrom(
          log,
          [segmentFrom(log, entries.slice(2, 8)), segmentFrom(log, entries.slice(0, 1))],
          main,
        ),
        { verdict: 'incomplete' },
      ),
      falsified(
        'entry-sealed',
        'a-reading-of-the-period-sealed',
        await evidenceFrom(
          log,
          [
            segmentFrom(log, entries.slice(2, 10), { form: sealedAt(4) }),
            segmentFrom(log, entries.slice(0, 1)),
          ],
          main,
        ),
        { verdict: 'incomplete' },
      ),
      falsified(
        'fields-not-shown',
        'time-and-status-not-shown',
        await evidenceFrom(
          log,
          [
            segmentFrom(log, entries.slice(2, 10), { form: showingAt(4, 'energy') }),
            segmentFrom(log, entries.slice(0, 1)),
          ],
          main,
        ),
        { verdict: 'incomplete' },
      ),
      falsified('energy-undecided', 'energy-claimed-and-total-not-shown', await claimingEnergy(roof()), {
        verdict: 'incomplete',
      }),
    ],
  }
}

async function without(good: Evidence): Promise<Evidence> {
  return { ...good, segments: good.segments.toSpliced(1, 1) }
}

const sealedAt = (sequence: number) => (stored: MemoryEntry) =>
  stored.entry.sequence === sequence ? sealed(stored) : whole(stored)
const showingAt =
  (sequence: number, ...fields: string[]) =>
  (stored: MemoryEntry) =>
    stored.entry.sequence === sequence ? showing(...fields)(stored) : whole(stored)

/** A file that claims an energy of which nothing is shown. */
async function claimingEnergy({ log, entries }: Scenario): Promise<Evidence> {
  const form = showing('measuredAt', 'status')
  const evidence = await evidenceFrom(
    log,
    [segmentFrom(log, entries.slice(2, 5), { form }), segmentFrom(log, entries.slice(0, 1))],
    { from: at(15), to: at(30) },
  )
  return { ...evidence, claim: { ...evidence.claim, energy: '900000000' } }
}
