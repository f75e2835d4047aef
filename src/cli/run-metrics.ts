import type { ResolvedConfig } from '../config/check-config.ts'
import { composeMetrics } from '../config/compose-metrics.ts'
import type { SecretContext } from '../config/secrets.ts'
import { systemClock } from '../core/clock.ts'
import type { GatewayApp, GatewayObserver } from '../gateway/index.ts'
import { GatewayMetrics, ProcessMetrics, Tally } from '../gateway/metrics/index.ts'
import { MetricsTask, OtlpMetricsTask } from '../server/index.ts'
import { version } from './version.ts'

/** What a running gateway measures of itself. */
export interface RunMetrics {
  /** To be told of every event of the gateway. */
  readonly observe: GatewayObserver
  /** Adds the tasks that give the metrics out. */
  addTo(gateway: GatewayApp): void
}

/** The metrics of a configuration; undefined where it wants none. */
export function runMetrics(config: ResolvedConfig, context: SecretContext): RunMetrics | undefined {
  const composed = composeMetrics(config, context)
  if (composed === undefined) return undefined
  const tally = new Tally(systemClock)
  return {
    observe: tally.observe,
    addTo(gateway) {
      const { assets, served, pushed } = composed
      const metrics = new GatewayMetrics({
        gateway,
        tally,
        assets,
        process: new ProcessMetrics(),
        version: version(),
      })
      if (served !== undefined) gateway.addTask(new MetricsTask({ ...served, metrics }))
      const { title } = config.info ?? {}
      const resource = { version: version(), ...(title !== undefined && { instance: title }) }
      if (pushed === undefined) return
      const onRefused = (points: number) => tally.addRefusedPoints(points)
      gateway.addTask(new OtlpMetricsTask({ ...pushed, metrics, resource, onRefused }))
    },
  }
}
