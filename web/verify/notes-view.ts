import { html, said } from './dom.ts'
import type { Checked } from './messages.ts'
import { section } from './section.ts'

const most = 40

/** The maker's words. Nothing of them is checked, and they are shown as somebody else's. */
export function notesView({ evidence }: Checked): HTMLElement | undefined {
  const notes = evidence?.notes ?? []
  if (notes.length === 0) return undefined
  return section(
    { id: 'notes', title: 'What the maker of the file says' },
    html('p', { class: 'aside' }, 'In the maker’s own words, which nothing proves.'),
    html(
      'blockquote',
      {},
      ...notes.slice(0, most).map(note => html('p', {}, said(note, 2_000))),
      notes.length > most ? html('p', {}, `and ${notes.length - most} more`) : undefined,
    ),
  )
}
