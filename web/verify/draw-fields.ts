import { svg } from './dom.ts'
import type { PathField } from './path-content.ts'
import { plainText } from './plain-text.ts'
import { shortHash } from './short-hash.ts'

const row = 22
const columns = { name: 0, value: 104, hash: 388, dot: 466, level: 46 } as const
const top = 12

/** The tree of a document's fields: rows of names and values, joined two and two to the right. */
export function drawFields(fields: readonly PathField[]): SVGSVGElement {
  const leaves = fields.map((_, i) => top + i * row)
  const { lines, dots, right } = joins(leaves)
  const height = fields.length * row + 8
  return svg(
    'svg',
    {
      class: 'drawing',
      viewBox: `0 0 ${right + 90} ${height}`,
      width: right + 90,
      height,
      role: 'img',
      'aria-label': `Tree over ${fields.length} fields: ${fields.map(({ name, value }) => `${name} ${plainText(value ?? 'none', 60)}`).join(', ')}`,
    },
    ...fields.map((field, i) => fieldRow(field, leaves[i] ?? 0)),
    svg('path', { class: 'join', d: lines.join('') }),
    ...dots.map(([x, y], i) =>
      svg('circle', {
        cx: x,
        cy: y,
        r: i === dots.length - 1 ? 5 : 3,
        class: i === dots.length - 1 ? 'ours' : 'node',
      }),
    ),
    svg('text', { x: right + 10, y: (dots.at(-1)?.[1] ?? 0) + 4, class: 'label' }, 'all fields'),
  )
}

function fieldRow({ name, value, hash }: PathField, y: number): SVGGElement {
  const long = value === null || value === undefined ? undefined : plainText(value, 1_000)
  const text = long === undefined ? 'none' : long.length > 38 ? `${long.slice(0, 37)}…` : long
  return svg(
    'g',
    {},
    svg('text', { x: columns.name, y: y + 4, class: 'name' }, name),
    svg(
      'text',
      { x: columns.value, y: y + 4, class: value === null ? 'none' : 'value' },
      text,
      long === text ? undefined : svg('title', {}, long ?? ''),
    ),
    svg(
      'text',
      { x: columns.hash, y: y + 4, class: 'short' },
      shortHash(hash ?? ''),
      svg('title', {}, hash ?? ''),
    ),
  )
}

/** Neighbours are paired from left to right, and an odd last one moves up as it is. */
function joins(leaves: readonly number[]): {
  lines: string[]
  dots: (readonly [number, number])[]
  right: number
} {
  const lines: string[] = []
  const dots: (readonly [number, number])[] = leaves.map(y => [columns.dot, y])
  let level = leaves
  let x: number = columns.dot
  while (level.length > 1) {
    const next = x + columns.level
    const above: number[] = []
    for (let i = 0; i < level.length; i += 2) {
      const [upper = 0, lower] = level.slice(i, i + 2)
      const y = lower === undefined ? upper : (upper + lower) / 2
      lines.push(`M${x} ${upper}H${next - 12}V${y}H${next}`)
      if (lower !== undefined) {
        lines.push(`M${x} ${lower}H${next - 12}V${y}`)
        dots.push([next, y])
      }
      above.push(y)
    }
    level = above
    x = next
  }
  return { lines, dots, right: x }
}
