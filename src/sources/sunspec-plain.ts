import type { SunSpecData, SunSpecDevice, SunSpecModel, SunSpecPoint } from './sunspec-data.ts'

/*
 * Only what nobody can read in two ways: elements in their places, double quotes, no references, no comments, values of
 * harmless ASCII. Everything else is somebody else's decision.
 */
const attributes = /(?:[ \t\r\n]+[a-zA-Z]+="[\w .:+/-]*")*/.source
const rootTag = new RegExp(`[ \\t\\r\\n]*<[sS]un[sS]pecData${attributes}>[ \\t\\r\\n]*`, 'y')
const deviceTag = new RegExp(`<d(${attributes})>[ \\t\\r\\n]*`, 'y')
const modelTag = new RegExp(`<m(${attributes})>[ \\t\\r\\n]*`, 'y')
const pointElement = /<p id="([\w .:+/-]*)">([\w .:+/-]*)<\/p>[ \t\r\n]*/y
const modelEnd = /<\/m>[ \t\r\n]*/y
const deviceEnd = /<\/d>[ \t\r\n]*/y
const rootEnd = /<\/(\w+)>[ \t\r\n]*/y
const attribute = /([a-zA-Z]+)="([^"]*)"/g

/**
 * Reads the plain SunSpec Data Exchange XML that meters send, several times as fast as a whole XML parser; undefined
 * for anything that is not of that one shape, well-formed or not. What it answers is what the parser would.
 *
 * @param most - elements at most
 */
export function plainSunSpecData(text: string, most: number): SunSpecData | undefined {
  const devices: SunSpecDevice[] = []
  const repeated: string[] = []
  let at = 0
  let elements = 1
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null) return undefined
    at = pattern.lastIndex
    return match
  }

  const root = take(rootTag)
  if (root === undefined || attributesOf(root[0]) === undefined) return undefined
  for (let d = take(deviceTag); d !== undefined; d = take(deviceTag)) {
    const models: SunSpecModel[] = []
    const named = attributesOf(d[1] ?? '')
    if (named === undefined) return undefined
    devices.push({ manufacturer: named.man, model: named.mod, serial: named.sn, time: named.t, models })
    elements++
    for (let m = take(modelTag); m !== undefined; m = take(modelTag)) {
      const points = new Map<string, SunSpecPoint>()
      const id = attributesOf(m[1] ?? '')?.id
      if (id === undefined) return undefined
      models.push({ id, points })
      elements++
      for (let p = take(pointElement); p !== undefined; p = take(pointElement)) {
        const name = p[1] ?? ''
        if (points.has(name)) repeated.push(name)
        else points.set(name, pointOf(p[2] ?? ''))
        elements++
      }
      if (take(modelEnd) === undefined) return undefined
    }
    if (take(deviceEnd) === undefined) return undefined
  }
  const opened = /<(\w+)/.exec(root[0])?.[1]
  const whole = opened !== undefined && take(rootEnd)?.[1] === opened && at === text.length
  return whole && elements <= most ? { devices, repeated } : undefined
}

function pointOf(text: string): SunSpecPoint {
  return { text: text.trim(), scale: undefined, unit: undefined, time: undefined }
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
