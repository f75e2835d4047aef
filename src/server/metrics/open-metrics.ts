import type { AppMetrics, AppMetricsOptions } from './app-metrics.ts'

/**
 * Metrics of an app or a gateway that is made in code, with such as it adds itself. Only who asks for them loads them.
 * @example
 * const metrics = await openMetrics({ version: '1.0.0' })
 * const gateway = new GatewayApp({ openLog: () => openLog({ folder: './data' }), onGatewayEvent: metrics.observe })
 * gateway.addTask(metrics.measure(gateway).served())
 */
export async function openMetrics(options?: AppMetricsOptions): Promise<AppMetrics> {
  const { AppMetrics: Opened } = await import('./app-metrics.ts')
  return new Opened(options)
}
