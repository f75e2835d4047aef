import type { MetricFamily, MetricSample, MetricSeries } from '../../gateway/metrics/index.ts'

/** The two forms that Prometheus reads: its own of old, and OpenMetrics. */
export type ExpositionFormat = 'prometheus' | 'openmetrics'

/** What each form is called in HTTP. */
export const expositionTypes: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/**
 * Writes metrics as text: Prometheus text format 0.0.4, or OpenMetrics 1.0 (which names a counter's family without `_total`, wants
 * escapes in help too, and ends with `# EOF`).
 */
export function formatExposition(series: readonly MetricSeries[], format: ExpositionFormat): string {
  const lines: string[] = []
  for (const { family, samples } of series) {
    const name = familyName(family, format)
    lines.push(`# HELP ${name} ${escapeHelp(family.help, format)}`, `# TYPE ${name} ${family.type}`)
    const unit = /_(seconds|bytes|ratio|joules|grams)$/.exec(name)?.[1]
    if (format === 'openmetrics' && unit !== undefined) lines.push(`# UNIT ${name} ${unit}`)
    for (const sample of samples) addSample(lines, family, sample)
  }
  if (format === 'openmetrics') lines.push('# EOF')
  return `${lines.join('\n')}\n`
}

function familyName({ name, type }: MetricFamily, format: ExpositionFormat): string {
  return format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name
}

function addSample(lines: string[], family: MetricFamily, sample: MetricSample): void {
  const pairs = family.labels.map((label, index) => `${label}="${escapeLabel(sample.labels[index] ?? '')}"`)
  if ('value' in sample) {
    lines.push(`${family.name}${inBraces(pairs)} ${formatValue(sample.value)}`)
    return
  }
  // Buckets are cumulative on the wire.
  let count = 0
  const bounds = [...(family.bounds ?? []), Number.POSITIVE_INFINITY]
  for (const [index, bound] of bounds.entries()) {
    count += sample.counts[index] ?? 0
    lines.push(`${family.name}_bucket${inBraces([...pairs, `le="${formatBound(bound)}"`])} ${count}`)
  }
  lines.push(`${family.name}_sum${inBraces(pairs)} ${formatValue(sample.sum)}`)
  lines.push(`${family.name}_count${inBraces(pairs)} ${count}`)
}

function inBraces(pairs: readonly string[]): string {
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** The shortest text that reads back as the same float64. */
function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}

/** OpenMetrics wants floats for bounds: two forms of one bound would be two series. */
function formatBound(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : formatValue(bound)
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function escapeHelp(text: string, format: ExpositionFormat): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return format === 'openmetrics' ? escaped.replaceAll('"', '\\"') : escaped
}
