import type { Document, Lexer } from 'yaml'
import { LineIndex } from './line-index.ts'
import { type ConfigProblem, configInvalid, type Finding, formatPath } from './problem.ts'
import { type PlainValue, readNode } from './read-node.ts'
import { yamlWords } from './yaml-words.ts'

/** A configuration as plain values, with the place of every one of them. */
export interface ParsedText {
  readonly value: PlainValue
  /** Says where in the text a finding stands: at its value, or at the nearest one around a value that is missing. */
  locate(finding: Finding): ConfigProblem
}

/** Says no, at a place of the text. */
export type Refuse = (offset: number, message: string) => never

/** The text is hostile input; a configuration of a thousand assets stays below. */
const mostTokens = 300_000
const deepestFlow = 32
const mostErrors = 20
/** The lexer's own marks of documents and scalars: they don't stand in the text. */
const lexerMarks = [0x02, 0x18, 0x1f].map(code => String.fromCharCode(code))

/** True for a file that is named as JSON. */
export function isJsonName(file: string): boolean {
  return /\.json$/i.test(file)
}

/**
 * Reads YAML, or strict JSON.
 * @param json - default whether the file is named so
 * @throws EnergywebError `config-invalid` with line and column
 */
export async function parseText(
  text: string,
  file: string,
  { json = isJsonName(file) }: { readonly json?: boolean } = {},
): Promise<ParsedText> {
  const yaml = await import('yaml')
  const lines = new LineIndex(text)
  const problemAt = (offset: number, message: string, path = ''): ConfigProblem => ({
    file,
    ...lines.at(offset),
    path,
    message,
  })
  const refuse: Refuse = (offset, message) => {
    throw configInvalid(file, [problemAt(offset, message)])
  }
  if (json) checkJson(text, refuse)
  checkSize(new yaml.Lexer(), text, refuse)
  const document = yaml.parseDocument(text, {
    schema: json ? 'json' : 'core',
    // Its own check takes quadratic time; readNode does it.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  const errors = errorsOf(document)
  if (errors.length > 0) {
    const problems = errors.slice(0, mostErrors).map(({ offset, message }) => problemAt(offset, message))
    throw configInvalid(file, problems)
  }
  if (document.contents === null) return refuse(0, 'the file is empty')
  const { value, places } = readNode(document.contents, { yaml, document, refuse })
  return {
    value,
    locate({ path, message, atKey }) {
      for (let length = path.length; ; length--) {
        const place = places.get(path.slice(0, length).join('\0'))
        if (place === undefined && length > 0) continue
        const offset = (atKey && length === path.length ? place?.key : place?.value) ?? 0
        return problemAt(offset, message, formatPath(path))
      }
    },
  }
}

/** V8 tells a position in most of its messages; they quote the text, so they are not passed on. */
function checkJson(text: string, refuse: Refuse): void {
  try {
    JSON.parse(text)
  } catch (error) {
    const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')
    const offset = position === null ? text.search(/\S|$/) : Number(position[1])
    refuse(offset, offset >= text.trimEnd().length ? 'the JSON ends too early' : 'not valid JSON here')
  }
}

/** Looks at the tokens alone, before anything is built of them. */
function checkSize(lexer: Lexer, text: string, refuse: Refuse): void {
  let tokens = 0
  let depth = 0
  let offset = 0
  for (const token of lexer.lex(text)) {
    if (token === '[' || token === '{') depth++
    if (token === ']' || token === '}') depth--
    if (depth > deepestFlow) refuse(offset, 'nested too deep')
    if (++tokens > mostTokens) refuse(offset, 'too much for a configuration')
    if (!lexerMarks.includes(token)) offset += token.length
  }
}

function errorsOf({ errors, warnings }: Document): { offset: number; message: string }[] {
  return [...errors, ...warnings].map(error => ({ offset: error.pos[0], message: yamlWords(error) }))
}
