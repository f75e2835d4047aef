/** An inner part of base64 shorter than this could be a part of any word. */
const shortestInner = 8

/** The forms in which a secret turns up where others echo it. */
export function formsOf(secret: string): ReadonlySet<string> {
  const trimmed = secret.trim()
  return new Set(
    [secret, trimmed, ...linesOf(trimmed), ...hexOf(trimmed)].flatMap(text => [
      text,
      ...escapedForJson(text),
      ...escapedForAddress(text),
      ...escapedForHtml(text),
      ...encoded(Buffer.from(text)),
    ]),
  )
}

/** A line of a key in PEM is a part of it that stands by itself; a shorter one could be anything. */
const shortestLine = 16

/** The lines of a secret of several, without those that say what it is. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).map(line => line.trim())
  return lines.length < 2
    ? []
    : lines.filter(line => line.length >= shortestLine && !line.startsWith('-----'))
}

/** The digits of a key in hex: libraries write them with and without `0x`, in either case. */
function hexOf(text: string): string[] {
  const [, digits] = /^(?:0x)?([0-9a-f]{16,})$/i.exec(text) ?? []
  return digits === undefined ? [] : [digits, digits.toLowerCase(), digits.toUpperCase()]
}

/** As JSON writes it, with and without everything beyond ASCII escaped, and with the slash as PHP escapes it. */
function escapedForJson(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1)
  const ascii = plain.replace(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [plain, ascii, plain.replaceAll('/', '\\/'), JSON.stringify(plain).slice(1, -1)]
}

/** As a part of an address (RFC 3986), its hex digits in either case, and of a form (`+` for a space). */
function escapedForAddress(text: string): string[] {
  const component = encodeURIComponent(text.toWellFormed())
  const strict = component.replace(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  const form = strict.replaceAll('%20', '+')
  const lower = (escaped: string) => escaped.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase())
  return [
    component,
    strict,
    form,
    lower(component),
    lower(strict),
    lower(form),
    encodeURI(text.toWellFormed()),
  ]
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapedForHtml(text: string): string[] {
  const escaped = text.replace(/[&<>"']/g, sign => entities[sign] ?? sign)
  return [escaped, escaped.replaceAll('&#39;', '&#x27;'), escaped.replaceAll('&quot;', '&#34;')]
}

function encoded(bytes: Buffer): string[] {
  const whole = bytes.toString('base64')
  const forms = [whole, whole.replace(/=+$/, ''), ...innerBase64(bytes)]
  const urls = forms.map(form => form.replaceAll('+', '-').replaceAll('/', '_'))
  const hex = bytes.length < 4 ? [] : [bytes.toString('hex'), bytes.toString('hex').toUpperCase()]
  return [...forms, ...urls, ...hex]
}

/** What the bytes alone decide of a base64 text that has something before and behind them, like `user:password`. */
function innerBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap(before => {
    const text = Buffer.concat([new Uint8Array(before), bytes]).toString('base64')
    const inner = text.slice(Math.ceil((8 * before) / 6), Math.floor((8 * (before + bytes.length)) / 6))
    return inner.length < shortestInner ? [] : [inner]
  })
}
