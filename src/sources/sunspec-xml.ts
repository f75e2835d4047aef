import { SaxesParser } from 'saxes'
import { fromUtf8 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import { malformed } from './answers.ts'
import type { SunSpecDevice, SunSpecModel, SunSpecPoint } from './sunspec-data.ts'
import { plainSunSpecData } from './sunspec-plain.ts'

type NamedPoint = readonly [id: string, point: SunSpecPoint]
type Attributes = Readonly<Record<string, string>>
type Open =
  | { readonly element: 'root' }
  | { readonly element: 'd'; readonly models: SunSpecModel[] }
  | { readonly element: 'm'; readonly points: NamedPoint[] }
  | { readonly element: 'p'; readonly attributes: Attributes; readonly points: NamedPoint[] }

/** Eumel sends about 60 points, the longest SunSpec models about 300. */
const mostElements = 5_000

/**
 * Parses SunSpec Data Exchange XML strictly: truncated documents, document types (and with them entities), unknown
 * nesting and floods of elements are refused. Names of elements count without case, as writers differ.
 *
 * @param where - for messages
 * @throws EnergywebError `source-malformed`
 */
export function parseSunSpecData(bytes: Uint8Array, where: string): readonly SunSpecDevice[] {
  const text = textOf(bytes, where)
  return plainSunSpecData(text) ?? parseAnySunSpecData(text, where)
}

function textOf(bytes: Uint8Array, where: string): string {
  try {
    return fromUtf8(bytes)
  } catch (error) {
    throw malformed(where, 'not UTF-8', error)
  }
}

/** What the plain reader leaves over, and the judge of everything that is refused: a whole XML parser. */
export function parseAnySunSpecData(document: string, where: string): readonly SunSpecDevice[] {
  const devices: SunSpecDevice[] = []
  const open: Open[] = []
  let elements = 0
  let text = ''
  const fail = (what: string): never => {
    throw malformed(where, what)
  }

  const parser = new SaxesParser({ position: false, xmlns: false })
  parser.on('error', error => fail(`not well-formed XML: ${error.message.slice(0, 100)}`))
  parser.on('doctype', () => fail('a document type is refused'))
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') fail('the encoding is not UTF-8')
  })
  parser.on('text', piece => {
    text += piece
  })
  parser.on('cdata', piece => {
    text += piece
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (++elements > mostElements) fail(`more than ${mostElements} elements`)
    text = ''
    open.push(enter(name.toLowerCase(), attributes, open.at(-1)) ?? fail(`unexpected <${name.slice(0, 32)}>`))
  })

  const enter = (name: string, attributes: Attributes, parent: Open | undefined): Open | undefined => {
    if (parent === undefined) return name === 'sunspecdata' ? { element: 'root' } : undefined
    if (parent.element === 'root' && name === 'd') {
      const models: SunSpecModel[] = []
      const { man, mod, sn, t } = attributes
      devices.push({ manufacturer: man, model: mod, serial: sn, time: t, models })
      return { element: 'd', models }
    }
    if (parent.element === 'd' && name === 'm') {
      const points: NamedPoint[] = []
      parent.models.push(modelOf(attributes.id ?? '', points))
      return { element: 'm', points }
    }
    if (parent.element === 'm' && name === 'p') return { element: 'p', attributes, points: parent.points }
    return undefined
  }

  parser.on('closetag', () => {
    const closed = open.pop()
    if (closed?.element === 'p') {
      const { id = '', sf, u, t } = closed.attributes
      closed.points.push([id, { text: text.trim(), scale: sf, unit: u, time: t }])
    }
    text = ''
  })

  try {
    parser.write(document).close()
  } catch (error) {
    throw error instanceof EnergywebError && error.code === 'source-malformed'
      ? error
      : malformed(where, 'not XML', error)
  }
  return devices
}

function modelOf(id: string, points: readonly NamedPoint[]): SunSpecModel {
  return {
    id,
    ids: () => points.map(([name]) => name),
    points: wanted => points.filter(([name]) => name === wanted).map(([, point]) => point),
  }
}
