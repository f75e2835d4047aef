import { svg } from './dom.ts'
import type { PathStep } from './path-steps.ts'
import { shortHash } from './short-hash.ts'

const step = 38
const middle = 190
const aside = 100
const top = 18

/** The path from a leaf, above, to the root, below; at each step the sibling from the file on its side. */
export function drawInclusion({ leaf, steps }: { leaf: string; steps: readonly PathStep[] }): SVGSVGElement {
  const height = top + steps.length * step + 18
  const hashes = [leaf, ...steps.map(({ node }) => node)]
  return svg(
    'svg',
    {
      class: 'drawing drawing-fits',
      viewBox: `0 0 ${2 * middle} ${height}`,
      width: 2 * middle,
      height,
      role: 'img',
      'aria-label': `Path of ${steps.length} steps from the entry to the root`,
    },
    ...steps.map((one, i) => sibling(one, top + i * step)),
    ...hashes.map((hash, i) =>
      ours(hash, { y: top + i * step, end: i === 0 ? 'the entry' : i === steps.length ? 'the root' : '' }),
    ),
  )
}

function sibling({ side, sibling: hash }: PathStep, y: number): SVGGElement {
  const x = side === 'left' ? middle - aside : middle + aside
  const outward = side === 'left' ? -1 : 1
  return svg(
    'g',
    {},
    svg('path', {
      class: 'join',
      d: `M${middle} ${y}V${y + step}M${x} ${y}V${y + step / 2}Q${x} ${y + step} ${x - outward * 20} ${y + step}H${middle}`,
    }),
    svg('circle', { cx: x, cy: y, r: 4, class: 'given' }),
    svg(
      'text',
      { x: x + outward * 10, y: y + 4, 'text-anchor': side === 'left' ? 'end' : 'start', class: 'short' },
      shortHash(hash),
      svg('title', {}, hash),
    ),
  )
}

function ours(hash: string, { y, end }: { y: number; end: string }): SVGGElement {
  return svg(
    'g',
    {},
    svg('circle', { cx: middle, cy: y, r: 5, class: 'ours' }),
    svg('text', { x: middle + 12, y: y - 5, class: 'short strong' }, shortHash(hash), svg('title', {}, hash)),
    end === ''
      ? undefined
      : svg('text', { x: middle - 12, y: y - 5, 'text-anchor': 'end', class: 'label' }, end),
  )
}
