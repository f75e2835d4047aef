import type { SunSpecDevice, SunSpecModel, SunSpecPoint } from './sunspec-data.ts'

/*
 * Only what nobody can read in two ways: elements in their places, double quotes, no references, no comments, values of
 * harmless ASCII. Everything else is left to the XML parser.
 */
const space = '[ \\t\\r\\n]'
const attributes = `(?:${space}+[a-zA-Z]+="[\\w .:+/-]*")*`
const rootTag = new RegExp(`${space}*<([sS]un[sS]pecData)(${attributes})>${space}*`, 'y')
const deviceTag = new RegExp(`<d(${attributes})>${space}*`, 'y')
const modelTag = new RegExp(`<m(${attributes})>${space}*`, 'y')
const pointElement = /<p id="([\w .:+/-]*)">([\w .:+/-]*)<\/p>[ \t\r\n]*/y
const modelEnd = /<\/m>[ \t\r\n]*/y
const deviceEnd = /<\/d>[ \t\r\n]*/y
const rootEnd = /<\/(\w+)>[ \t\r\n]*$/y
const attribute = /([a-zA-Z]+)="([^"]*)"/g

interface Cursor {
  readonly text: string
  at: number
}

/**
 * Reads the plain SunSpec Data Exchange XML that meters send, several times as fast as a whole XML parser; undefined
 * for anything that is not of that one shape, well-formed or not. What it answers is what the parser would.
 *
 * @param most - elements at most
 */
export function plainSunSpecData(text: string, most: number): readonly SunSpecDevice[] | undefined {
  const cursor: Cursor = { text, at: 0 }
  const devices: SunSpecDevice[] = []
  let elements = 1
  const root = take(cursor, rootTag)
  if (root === undefined || attributesOf(root[2] ?? '') === undefined) return undefined
  for (let d = take(cursor, deviceTag); d !== undefined; d = take(cursor, deviceTag)) {
    const models: SunSpecModel[] = []
    const named = attributesOf(d[1] ?? '')
    if (named === undefined) return undefined
    devices.push({ manufacturer: named.man, model: named.mod, serial: named.sn, time: named.t, models })
    elements++
    for (let m = take(cursor, modelTag); m !== undefined; m = take(cursor, modelTag)) {
      const id = attributesOf(m[1] ?? '')?.id
      const points = takePoints(cursor)
      if (id === undefined || take(cursor, modelEnd) === undefined) return undefined
      models.push({ id, points })
      elements += 1 + points.length
    }
    if (take(cursor, deviceEnd) === undefined) return undefined
  }
  return take(cursor, rootEnd)?.[1] === root[1] && elements <= most ? devices : undefined
}

function take(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at
  const match = pattern.exec(cursor.text)
  if (match === null) return undefined
  cursor.at = pattern.lastIndex
  return match
}

function takePoints(cursor: Cursor): SunSpecPoint[] {
  const points: SunSpecPoint[] = []
  for (let p = take(cursor, pointElement); p !== undefined; p = take(cursor, pointElement)) {
    const [, id = '', text = ''] = p
    points.push({ id, text: text.trim(), scale: undefined, unit: undefined, time: undefined })
  }
  return points
}

/** Undefined when a name stands twice, which is not well-formed. */
function attributesOf(tag: string): Readonly<Record<string, string>> | undefined {
  const found: Record<string, string> = Object.create(null)
  for (const [, name = '', value = ''] of tag.matchAll(attribute)) {
    if (name in found) return undefined
    found[name] = value
  }
  return found
}
