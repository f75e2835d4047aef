/** What a cell holds. A number too fine or too large for a JavaScript number comes as its text. */
export type Cell = string | bigint | number | { readonly number: string } | undefined

/**
 * One record of a CSV file (RFC 4180), its line end included. What a spreadsheet would take for a formula gets an apostrophe in
 * front: names and texts come from meters and operators. Numbers are ours and stay numbers.
 */
export function csvRecord(cells: readonly Cell[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

/** Characters with which spreadsheets begin a formula, or look past to find one. */
const formula = /^[=+\-@\t\r\n]/

function cellOf(value: Cell): string {
  if (value === undefined) return ''
  if (typeof value === 'object') return value.number
  if (typeof value !== 'string') return String(value)
  const safe = formula.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
