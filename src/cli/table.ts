/** Lines of a table for people: columns as wide as their widest cell, numbers (`right`) aligned at their end. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  options: { right?: readonly number[]; heading?: (text: string) => string } = {},
): string {
  const { right = [], heading = text => text } = options
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map(row => row[column]?.length ?? 0)),
  )
  const lineOf = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return [heading(lineOf(head)), ...rows.map(lineOf)].join('\n')
}

/** Lines of names and values, the values under one another; those without a value are left out. */
export function formatFields(fields: readonly (readonly [string, string | undefined])[]): string {
  const shown = fields.filter((field): field is readonly [string, string] => field[1] !== undefined)
  const width = Math.max(0, ...shown.map(([name]) => name.length)) + 2
  return shown.map(([name, value]) => `${name.padEnd(width)}${value}`).join('\n')
}
