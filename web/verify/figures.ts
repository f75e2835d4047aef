import type { Energy } from '../../src/core/energy.ts'
import { formatWattHours } from '../../src/core/energy-text.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Milliseconds since 1970 of a time as entries have it; undefined for anything else. */
export function instantOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return undefined
  const instant = Date.parse(text)
  return Number.isNaN(instant) ? undefined : instant
}

/** `1 May 2024` */
export function dayText(instant: number, year = true): string {
  const date = new Date(instant)
  const day = `${date.getUTCDate()}\u00a0${months[date.getUTCMonth()] ?? ''}`
  return year ? `${day}\u00a0${date.getUTCFullYear()}` : day
}

/** `May 2024` */
export function monthText(instant: number): string {
  const date = new Date(instant)
  return `${months[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`
}

/** `08:15`, with seconds and milliseconds where there are any. */
export function clockText(instant: number): string {
  const text = new Date(instant).toISOString().slice(11, 23)
  if (!text.endsWith('.000')) return text
  return text.endsWith(':00.000') ? text.slice(0, 5) : text.slice(0, 8)
}

/** `1 May 2024, 08:15 UTC`; a text that is not a time stays as it is. */
export function timeText(text: string): string {
  const instant = instantOf(text)
  return instant === undefined ? text : `${dayText(instant)}, ${clockText(instant)}\u00a0UTC`
}

/** Digits in groups of three, by thin spaces that don't break: `1 234 567.891`. */
export function grouped(text: string): string {
  const [whole = '', ...rest] = text.split('.')
  return [whole.replace(/\B(?=(\d{3})+$)/g, '\u202f'), ...rest].join('.')
}

/** A count in words' company: `2 976 readings`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(String(count))} ${count === 1 ? one : many}`
}

/** Exact kilowatt-hours, cut off below a ten-thousandth of a milliwatt-hour: `412.387 kWh`. */
export function kilowattHours(energy: Energy): string {
  const [whole = '0', tail = ''] = formatWattHours(energy).split('.')
  const sign = whole.startsWith('-') ? '-' : ''
  const digits = whole.slice(sign.length).padStart(4, '0')
  const decimals = `${digits.slice(-3)}${tail}`.replace(/0+$/, '')
  return `${sign}${grouped(digits.slice(0, -3))}${decimals === '' ? '' : `.${decimals}`}\u00a0kWh`
}

/** Milliseconds in words: `15 min`, `1 h`, `1 day`. */
export function spanText(milliseconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['day', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ]
  const [unit, per] = units.find(([, size]) => milliseconds >= size) ?? ['ms', 1]
  const value = milliseconds / per
  const text = Number.isInteger(value) ? String(value) : value.toFixed(1)
  return `${text} ${unit === 'day' && value !== 1 ? 'days' : unit}`
}
