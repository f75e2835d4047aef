import type { App } from '../../dispatcher/index.ts'
import type { ProcessMetrics } from './process-metrics.ts'
import { type MetricSnapshot, Snapshot } from './snapshot.ts'
import { measureTasks } from './task-metrics.ts'

/** What any app can say of itself: its tasks and its process. */
export function measureApp(
  app: Pick<App, 'statistics' | 'clock'>,
  { machine, since }: { readonly machine: ProcessMetrics; readonly since: number },
): MetricSnapshot {
  const snapshot = new Snapshot()
  measureTasks(snapshot, app.statistics(), { assets: [] })
  machine.measure(snapshot)
  return { at: app.clock.now(), since, series: snapshot.series }
}
