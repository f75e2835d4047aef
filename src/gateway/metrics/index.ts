/**
 * What a gateway measures of itself: families as data, samples gathered when somebody asks. Part of the gateway room; a file of
 * its own entrance, so that a gateway without metrics loads none of it.
 */
export type { AssetLabels } from './asset-labels.ts'
export { allMetricFamilies, metricFamilies } from './families.ts'
export type {
  HistogramSample,
  MetricFamily,
  MetricSample,
  MetricSeries,
  MetricType,
  NumberSample,
} from './family.ts'
export { GatewayMetrics, type GatewayMetricsOptions } from './gateway-metrics.ts'
export type { KeyFigures } from './key-figures.ts'
export { measureApp } from './measure-app.ts'
export {
  type LabelValues,
  type OwnCounter,
  type OwnGauge,
  type OwnHistogram,
  type OwnHistogramOptions,
  type OwnMetricOptions,
  OwnMetrics,
} from './own-metrics.ts'
export { ProcessMetrics } from './process-metrics.ts'
export type { MetricSnapshot } from './snapshot.ts'
export { Tally } from './tally.ts'
