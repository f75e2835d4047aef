import { svg } from './dom.ts'
import { grouped } from './figures.ts'
import type { ChainLink } from './reading-path.ts'
import { shortHash } from './short-hash.ts'

const box = { width: 112, height: 58, gap: 30 } as const

/** The entries of a chain: the first ones, and the last. */
export function drawChain(chain: readonly ChainLink[]): SVGSVGElement {
  const left = chain.length - 5
  const shown: readonly (ChainLink | number)[] =
    left > 0 ? [...chain.slice(0, 3), left + 1, ...chain.slice(-1)] : chain
  const width = shown.length * (box.width + box.gap) - box.gap + 4
  return svg(
    'svg',
    {
      class: 'drawing',
      viewBox: `0 0 ${width} ${box.height + 4}`,
      width,
      height: box.height + 4,
      role: 'img',
      'aria-label': `Chain of ${chain.length} entries, from ${chain[0]?.sequence} to ${chain.at(-1)?.sequence}`,
    },
    ...shown.flatMap((link, i) => {
      const x = 2 + i * (box.width + box.gap)
      const arrow = i === 0 ? [] : [arrowTo(x)]
      return [...arrow, typeof link === 'number' ? moreBox(link, x) : linkBox(link, x, i === 0)]
    }),
  )
}

function arrowTo(x: number): SVGPathElement {
  const y = box.height / 2 + 2
  return svg('path', { class: 'join', d: `M${x - box.gap + 2} ${y}H${x - 4}m-6 -4l6 4l-6 4` })
}

function linkBox({ sequence, kind, leaf }: ChainLink, x: number, ours: boolean): SVGGElement {
  const middle = x + box.width / 2
  return svg(
    'g',
    { class: ours ? 'box box-ours' : 'box' },
    svg('rect', { x, y: 2, width: box.width, height: box.height, rx: 3 }),
    svg('text', { x: middle, y: 25, 'text-anchor': 'middle', class: 'name' }, `${kind} ${sequence}`),
    svg(
      'text',
      { x: middle, y: 45, 'text-anchor': 'middle', class: 'short' },
      shortHash(leaf),
      svg('title', {}, leaf),
    ),
  )
}

function moreBox(count: number, x: number): SVGTextElement {
  return svg(
    'text',
    { x: x + box.width / 2, y: 36, 'text-anchor': 'middle', class: 'label' },
    `${grouped(String(count))} more`,
  )
}
