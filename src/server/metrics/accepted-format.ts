import type { ExpositionFormat } from './exposition.ts'

/** The form that an `Accept` header wants most (RFC 9110 section 12.5.1); Prometheus text where it wants nothing that we know. */
export function acceptedFormat(accept: string | undefined): ExpositionFormat {
  let best: { readonly format: ExpositionFormat; readonly quality: number } | undefined
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase())
    const format = formatOf(type, parameters)
    const quality = qualityOf(parameters)
    if (format === undefined || quality <= (best?.quality ?? 0)) continue
    best = { format, quality }
  }
  return best?.format ?? 'prometheus'
}

function formatOf(type: string, parameters: readonly string[]): ExpositionFormat | undefined {
  if (type === 'text/plain' || type === 'text/*' || type === '*/*') return 'prometheus'
  if (type !== 'application/openmetrics-text') return undefined
  const version = parameters.find(parameter => parameter.startsWith('version='))
  // What 0.0.1 wants is what 1.0.0 says; of later ones we know nothing.
  return version === undefined || /^version=(?:0\.0\.1|1\.0\.0)$/.test(version) ? 'openmetrics' : undefined
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameters.find(parameter => parameter.startsWith('q='))
  if (given === undefined) return 1
  const quality = Number(given.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}
