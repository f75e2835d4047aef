import { utf8 } from '../../core/bytes.ts'
import { formatInstant } from '../../core/time.ts'
import type { Severity } from '../log-level.ts'
import type { Sender, SyslogDestination } from './destination.ts'
import { flatFields, type SpooledLine } from './line.ts'

const severityNumber: Readonly<Record<Severity, number>> = { debug: 7, info: 6, warn: 4, error: 3 }

/** Receivers should take 8192 octets (RFC 5424 section 6.1); rsyslog takes no more by default. */
const longest = 8_192
/** So that a name or value leaves room for the rest. */
const longestValue = 1_024
/** The number that IANA keeps for examples (RFC 5612): the project has none of its own. */
const fieldsId = 'energyweb@32473'
const largestSequence = 2_147_483_647

/** One message with its frame: its length in octets, a space, the message (RFC 5425 section 4.3). */
export function syslogFrame(
  line: SpooledLine,
  { sender, ...destination }: { sender: Sender } & Pick<SyslogDestination, 'facility' | 'labels'>,
): Uint8Array {
  const message = utf8(syslogMessage(line, { sender, ...destination }))
  const bytes = message.length <= longest ? message : wholeLetters(message.subarray(0, longest))
  return Buffer.concat([utf8(`${bytes.length} `), bytes])
}

/** A message of RFC 5424: fields as structured data, the text with a byte-order mark. */
export function syslogMessage(
  line: SpooledLine,
  { sender, facility, labels }: { sender: Sender } & Pick<SyslogDestination, 'facility' | 'labels'>,
): string {
  const priority = facility * 8 + severityNumber[line.severity]
  const head = `<${priority}>1 ${formatInstant(line.at)} ${name(sender.host, 255)} energyweb ${sender.pid} -`
  const text = `\uFEFF${visible(line.message)}`
  const room = longest - utf8(head).length - utf8(text).length - 2
  return `${head} ${structuredData(line, { labels, room })} ${text}`
}

/** As many fields as there is room for; the sequence shows a receiver what is missing (section 7.3.1). */
function structuredData(
  line: SpooledLine,
  { labels, room }: { labels: SyslogDestination['labels']; room: number },
): string {
  const sequence = ((line.sequence - 1) % largestSequence) + 1
  let data = `[meta sequenceId="${Math.max(1, sequence)}"][${fieldsId} id="${line.id}"`
  for (const [key, value] of [...Object.entries(labels), ...flatFields(line)]) {
    const parameter = ` ${parameterName(key)}="${escaped(value)}"`
    if (utf8(data + parameter).length + 1 > room) break
    data += parameter
  }
  return `${data}]`
}

/** PRINTUSASCII of a length; `-` for nothing. */
function name(text: string, most: number): string {
  return text.replace(/[^!-~]/g, '').slice(0, most) || '-'
}

function parameterName(key: string): string {
  return key.replace(/[^!-~]|[=\]"]/g, '_').slice(0, 32) || '_'
}

/** Section 6.3.3: quotes, backslashes and closing brackets. */
function escaped(value: string): string {
  return visible(value.slice(0, longestValue))
    .toWellFormed()
    .replace(/["\\\]]/g, '\\$&')
}

/** Control characters as people write them: a receiver that keeps one message a line must not be shown two. */
function visible(text: string): string {
  return text
    .replaceAll('\r', '')
    .replaceAll('\n', '\\n')
    .replace(/\p{Cc}/gu, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** UTF-8 that was cut, without the half letter at its end. */
function wholeLetters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1
  const lead = bytes[end - 1] ?? 0
  const needs = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
  return bytes.length - end + 1 >= needs ? bytes : bytes.subarray(0, end - 1)
}
