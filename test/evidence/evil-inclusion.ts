import type { Evidence, EvidenceEntry } from '../../src/proof/evidence/index.ts'
import { changeShown, flipped, swapped, withEntries, withEntry, withField, withSegment } from './edits.ts'
import { falsified, type Vector } from './vector.ts'

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
