import type { z } from 'zod'
import type { JsonSchema } from '../sources/index.ts'
import { constantsAt, descriptionAt, keysAt } from './json-schema.ts'
import { didYouMean, nearest } from './nearest.ts'
import type { Finding, PathStep } from './problem.ts'
import type { PlainValue } from './read-node.ts'

type Issue = z.core.$ZodIssue

export interface IssueContext {
  /** The values that were checked. */
  readonly value: PlainValue
  /** Of the same values; knows which keys there are. */
  readonly schema: JsonSchema
}

/** What zod found, in words for the person who wrote the file. No value is quoted: it may be a misplaced secret. */
export function findingsOf(issues: readonly Issue[], context: IssueContext): Finding[] {
  return issues.flatMap(issue => findingsOfIssue(issue, context))
}

function findingsOfIssue(issue: Issue, context: IssueContext): Finding[] {
  const path = stepsOf(issue.path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => unknownKey([...path, key], context.schema))
    case 'invalid_type':
      return [{ path, message: wrongType(issue.expected, valueAt(context.value, path)) }]
    case 'invalid_value':
      return [{ path, message: wrongValue(issue.values.map(String), valueAt(context.value, path)) }]
    case 'invalid_union':
      return unionFindings(issue, path, context)
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path, message, atKey: true }))
    case 'too_small':
    case 'too_big':
      return [{ path, message: outOfBounds(issue) }]
    default:
      return [{ path, message: issue.message }]
  }
}

function unknownKey(path: readonly PathStep[], schema: JsonSchema): Finding {
  const key = String(path.at(-1))
  // Of several shapes another one may know the key: naming it again would help nobody.
  const known = keysAt(schema, path.slice(0, -1)).filter(name => name !== key)
  const near = didYouMean(key, known)
  const list = near === '' && known.length > 0 ? `; there are ${known.join(', ')}` : near
  return { path, message: `unknown key${list}`, atKey: true }
}

function wrongType(expected: string, given: PlainValue | undefined): string {
  if (given === undefined) return 'is missing'
  return `expected ${nameOf(expected)}, not ${nameOf(kindOf(given))}`
}

function kindOf(value: PlainValue): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

const names: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  null: 'nothing',
  number: 'a number',
  object: 'keys and values',
  record: 'keys and values',
  string: 'text',
}

const nameOf = (type: string) => names[type] ?? type

/** Says what a value could be, and which of those it nearly is. */
export function wrongValue(values: readonly string[], given: PlainValue | undefined): string {
  if (given === undefined) return 'is missing'
  const near = typeof given === 'string' ? nearest(given, values) : undefined
  const expected = values.length === 1 ? `expected ${values[0]}` : `expected one of ${values.join(', ')}`
  return near === undefined ? expected : `${expected}; did you mean "${near}"?`
}

function outOfBounds(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const { code, origin } = issue
  const bound = String(code === 'too_small' ? issue.minimum : issue.maximum)
  const limit = `${code === 'too_small' ? 'at least' : 'at most'} ${bound}`
  if (origin === 'string') return bound === '1' ? 'is empty' : `expected ${limit} characters`
  if (origin === 'array')
    return bound === '1' && code === 'too_small' ? 'is empty' : `expected ${limit} entries`
  return `expected ${limit}`
}

/** Of the alternatives, the one that was meant: whose shape fits, with the fewest complaints. */
function unionFindings(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: readonly PathStep[],
  context: IssueContext,
): Finding[] {
  const given = valueAt(context.value, path)
  if (given === undefined) return [{ path, message: 'is missing' }]
  const choices = constantsAt(context.schema, path)
  if (issue.errors.length === 0 && choices.length > 0) return [{ path, message: wrongValue(choices, given) }]
  const meant = issue.errors
    .filter(issues => !issues.some(isOfAnotherShape))
    .map(issues => ({ issues, strangers: issues.flatMap(strangersIn).length }))
    .sort((a, b) => a.strangers - b.strangers || a.issues.length - b.issues.length)[0]
  if (meant !== undefined) {
    const inner = meant.issues.map(one => ({ ...one, path: [...path, ...one.path] }))
    return findingsOf(inner, context)
  }
  const description = descriptionAt(context.schema, path)
  return [{ path, message: description === undefined ? issue.message : `expected ${description}` }]
}

/** The keys that a shape does not know. */
function strangersIn(issue: Issue): readonly string[] {
  return issue.code === 'unrecognized_keys' ? issue.keys : []
}

function isOfAnotherShape({ path, code }: Issue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')
}

function stepsOf(path: readonly PropertyKey[]): PathStep[] {
  return path.map(step => (typeof step === 'number' ? step : String(step)))
}

/** The value at a path; undefined where nothing is. */
export function valueAt(value: PlainValue, path: readonly PathStep[]): PlainValue | undefined {
  let found: PlainValue | undefined = value
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined
    if (Array.isArray(found)) found = typeof step === 'number' ? found[step] : undefined
    else found = Object.hasOwn(found, step) ? found[step] : undefined
  }
  return found
}
