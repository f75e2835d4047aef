import { readFileSync } from 'node:fs'
import type { GoldenAnswer, ServerBehaviour, SourceCase } from './source-conformance-cases.ts'

/** The golden files of a driver of this package. */
export function goldenFolder(kind: string): URL {
  return new URL(`./golden/${kind}/`, import.meta.url)
}

/** The cases of a folder's `cases.json`; the first one must be a good answer. */
export function goldenSourceCases(folder: URL): readonly SourceCase[] {
  return goldenCases<SourceCase>(folder)
}

/** The same for cases of another shape, like those of carbon sources. */
export function goldenCases<Case extends { readonly behaviour: ServerBehaviour }>(
  folder: URL,
): readonly Case[] {
  const cases: readonly Case[] = JSON.parse(readFileSync(new URL('cases.json', folder), 'utf8'))
  return cases.map(golden => ({ ...golden, behaviour: golden.behaviour ?? { does: 'answer' } }))
}

/** The bytes of an answer. */
export function bodyOf(answer: GoldenAnswer, folder: URL): Uint8Array {
  if ('file' in answer) return readFileSync(new URL(answer.file, folder))
  if ('base64' in answer) return Buffer.from(answer.base64, 'base64')
  if ('text' in answer) return Buffer.from(answer.text)
  return Buffer.from(`${answer.head}${answer.unit.repeat(answer.times)}${answer.tail}`)
}
