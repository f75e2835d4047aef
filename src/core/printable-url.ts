/** A part of a path that is this long and looks drawn by chance may be the key of an account. */
const shortestToken = 16

/** So much of a token is shown: enough to tell two apart, and of no use to anybody. */
const shownOfToken = 4

/** A value of a query that is shorter would blot out words, and keeps nobody out. */
const shortestValue = 4

/**
 * An address as it may stand in a message: no user, password, query or fragment, and of parts of its path that may be keys only the
 * beginning. It takes any text, as what was given for an address need not be one.
 */
export function printableUrl(
  address: string | { readonly protocol: string; readonly host: string; readonly pathname: string },
): string {
  if (typeof address !== 'string')
    return `${address.protocol}//${address.host}${address.pathname.split('/').map(shortened).join('/')}`
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/+)?(.*)$/is.exec(address) ?? []
  const at = rest.lastIndexOf('@')
  // Of a password that nobody encoded, or of a query? Nobody can tell on which side of it the host is.
  if (/[/?#\\]/.test(rest.slice(0, Math.max(0, at)))) return `${scheme}…`
  const behindUser = rest.slice(at + 1)
  const [host = '', ...path] = behindUser.replace(/[?#].*$/s, '').split('/')
  return `${scheme}${[scheme === '' ? shortened(host) : host, ...path.map(shortened)].join('/')}`
}

function shortened(part: string): string {
  return mayBeToken(part) || part.includes('=') ? `${part.slice(0, shownOfToken)}…` : part
}

function mayBeToken(part: string): boolean {
  return part.length >= shortestToken && (/\d/.test(part) || (/[a-z]/.test(part) && /[A-Z]/.test(part)))
}

/**
 * What in an address may be a secret: user and password, long parts of its path, all values of its query and its fragment. Nothing
 * in a text that is no address.
 */
export function secretsInAddress(text: string): readonly string[] {
  const [, address] = /^[a-z][a-z0-9+.-]*:\/\/(.*)$/is.exec(text) ?? []
  if (address === undefined) return []
  const [, authority = '', path = '', query = '', fragment = ''] =
    /^([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(address) ?? []
  const found = [
    ...credentialsIn(address, authority),
    ...path.split(/[/;]/).filter(part => mayBeToken(part) || part.includes('=')),
    ...[...query.split('&'), ...fragment.split('&')].map(pair => pair.slice(pair.indexOf('=') + 1)),
  ].filter(secret => secret.length >= shortestValue)
  return [...new Set(found.flatMap(secret => [secret, decoded(secret)]))]
}

/** A password that nobody encoded may end the authority early, at a `/` or `#` in it: it goes on to the last @ all the same. */
function credentialsIn(address: string, authority: string): readonly string[] {
  const credentials = address.slice(0, Math.max(0, address.lastIndexOf('@')))
  const colon = credentials.indexOf(':')
  const password = colon < 0 ? '' : credentials.slice(colon + 1)
  if (!authority.includes('@')) return [password]
  return [credentials, colon < 0 ? credentials : credentials.slice(0, colon), password]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that encodes nothing: it stands for itself.
    return text
  }
}
