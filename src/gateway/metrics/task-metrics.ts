import type { TaskStatistics } from '../../dispatcher/index.ts'
import type { KeyStatus } from '../status.ts'
import type { KeyFigures } from './key-figures.ts'
import type { Snapshot } from './snapshot.ts'

/** Measures all tasks but the polls, which are told by asset. */
export function measureTasks(
  snapshot: Snapshot,
  tasks: readonly TaskStatistics[],
  { assets }: { readonly assets: readonly string[] },
): void {
  const polls = new Set(assets.map(asset => `poll ${asset}`))
  for (const { name, runs, failures, skips, lastSucceededAt, consecutiveFailures } of tasks) {
    if (polls.has(name)) continue
    snapshot.add('taskRuns', [name], runs)
    snapshot.add('taskFailures', [name], failures)
    for (const [reason, count] of Object.entries(skips)) snapshot.add('taskSkipped', [name, reason], count)
    snapshot.instant('taskSucceeded', [name], lastSucceededAt)
    snapshot.add('taskFailing', [name], consecutiveFailures)
  }
}

/** Measures how the keys stand. */
export function measureKeyStates(snapshot: Snapshot, keys: readonly KeyStatus[]): void {
  for (const { key, state, since, exchanged } of keys) {
    // One that still opens is neither: nobody has to look after it.
    if (state === 'opening') continue
    snapshot.flag('keyUsable', [key], state === 'ready')
    snapshot.instant('keySince', [key], since)
    snapshot.flag('keyExchanged', [key], exchanged !== undefined)
  }
}

/** Measures what the keys have signed. */
export function measureSignatures(snapshot: Snapshot, keys: readonly KeyFigures[]): void {
  for (const { key, signatures, failures, durations } of keys) {
    snapshot.add('signatures', [key], signatures)
    for (const [code, count] of Object.entries(failures)) {
      snapshot.add('signingFailures', [key, code], count)
    }
    snapshot.histogram('signingDuration', [key], durations)
  }
}
