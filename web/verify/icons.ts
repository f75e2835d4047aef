import { svg } from './dom.ts'

const shapes = {
  /** A tick. */
  good: 'M5 12.5l4.5 4.5L19 7.5',
  /** A cross. */
  bad: 'M6.5 6.5l11 11m0-11l-11 11',
  /** A question that is open. */
  open: 'M8.8 9.2a3.2 3.2 0 1 1 4.6 2.9c-1 .5-1.4 1.1-1.4 2.1M12 17.6v.4',
  /** A dash. */
  none: 'M7 12h10',
} as const

export type Icon = keyof typeof shapes

/** A sign that says the same as the word beside it, for those who see no colours. */
export function icon(name: Icon): SVGElement {
  return svg(
    'svg',
    { class: `icon icon-${name}`, viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    svg('circle', { cx: 12, cy: 12, r: 11, class: 'icon-disc' }),
    svg('path', { d: shapes[name], class: 'icon-line' }),
  )
}
