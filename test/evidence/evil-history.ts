import type { Evidence } from '../../src/proof/evidence/index.ts'
import { flipped, withSegment } from './edits.ts'
import { evidenceFrom, sealed, segmentFrom, showing, whole } from './make-evidence.ts'
import { type MemoryEntry, MemoryLog } from './memory-log.ts'
import { anchorOf, at, earlierFile, earlierSize, goodFile, roof, type Scenario } from './scenarios.ts'
import { falsified, type Vector } from './vector.ts'

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
    'earlier-changed': withSegment(await earlierFile(), 0, segment => ({
      ...segment,
      entries: segment.entries.with(1, segmentFrom(changed.log, changed.entries.slice(2, 3)).entries[0]!),
    })),
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
      falsified('previous-broken', 'earlier-file-that-somebody-changed', good, {
        verdict: 'incomplete',
        ...linked('earlier-changed'),
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
        'opening-missing',
        'opening-sealed',
        { ...good, segments: good.segments.with(1, segmentFrom(log, entries.slice(0, 1), { form: sealed })) },
        { verdict: 'incomplete' },
      ),
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
