import { malformed } from '../answers.ts'

/**
 * Where the next page is. A path is appended to the service's address, its first slash may be missing; one that already
 * begins with that address's own path is taken from the root, a mere query belongs to the page before. An absolute
 * address must be of the same origin: the password goes there.
 *
 * @param next - as a page said it; hostile
 * @throws EnergywebError `source-malformed`
 */
export function nextPage(
  next: string,
  { base, page, where }: { base: string; page: string; where: string },
): string {
  const { origin, pathname } = new URL(base)
  const own = pathname.replace(/\/+$/, '')
  const text = absoluteText(next, { base, own, page })
  const url = URL.canParse(text, page) ? new URL(text, page) : undefined
  if (url === undefined || url.username !== '' || url.password !== '') {
    throw malformed(where, 'the address of the next page is none')
  }
  if (url.origin !== origin) throw malformed(where, `the next page is elsewhere: ${url.origin}`)
  return url.href
}

function absoluteText(
  next: string,
  { base, own, page }: { base: string; own: string; page: string },
): string {
  if (next.startsWith('?')) return new URL(next, page).href
  if (/^([a-z][a-z0-9+.-]*:)?\/\//i.test(next)) return next
  const path = next.startsWith('/') ? next : `/${next}`
  if (own !== '' && (path === own || path.startsWith(`${own}/`) || path.startsWith(`${own}?`))) return path
  return `${base}${path}`
}
