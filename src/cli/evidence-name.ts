import { formatInstant, type Instant } from '../core/time.ts'

const midnight = 'T00:00:00.000Z'

/** Name of the file for an asset and a period, in letters that every file system takes: `roof-2024-05-01-2024-06-01.evidence.json`. */
export function evidenceFileName(asset: string, { from, to }: { from: Instant; to: Instant }): string {
  const name = asset.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+/, '') || 'asset'
  const times = from === to ? [from] : [from, to]
  return `${[name, ...times.map(shortTime)].join('-')}.evidence.json`
}

/** A day where it begins at midnight UTC, else digits alone: `20240501T081500Z`. */
function shortTime(instant: Instant): string {
  const text = formatInstant(instant)
  if (text.endsWith(midnight)) return text.slice(0, 10)
  return text.replaceAll('-', '').replaceAll(':', '').replace('.000', '')
}
