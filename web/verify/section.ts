import { type Child, html } from './dom.ts'

/** A part of the report under a heading, which names it to screen readers too. */
export function section(
  { id, title }: { id: string; title: string },
  ...children: readonly Child[]
): HTMLElement {
  return html(
    'section',
    { class: `part part-${id}`, 'aria-labelledby': `${id}-title` },
    html('h2', { id: `${id}-title` }, title),
    ...children,
  )
}

/** A table that scrolls sideways on small screens, by keyboard too. */
export function scrollable(label: string, child: Child): HTMLElement {
  return html('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label }, child)
}
