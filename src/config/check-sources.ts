import { isEnergywebError } from '../core/errors.ts'
import {
  type AnySourceDefinition,
  type DriverDescription,
  type JsonSchema,
  markedPaths,
  sourceKinds,
} from '../sources/index.ts'
import { type Extensions, findSource, sourceSchemaOf } from './extensions.ts'
import { readSecretReference } from './fields.ts'
import { findingsOf, valueAt, wrongValue } from './issues.ts'
import type { Finding, PathStep } from './problem.ts'
import type { PlainValue } from './read-node.ts'
import type { AssetConfig, Config } from './schema.ts'

/** Stands for a secret while the other options are checked; any text of one letter or more will do. */
const stand = 'secret'

/** Checks every asset's source against its driver: options, secrets, channel, opening, TLS. */
export async function checkSources(config: Config, extensions: Extensions): Promise<Finding[]> {
  const known = [...sourceKinds, ...extensions.sources.keys()]
  const kinds = new Set(config.assets.map(({ source }) => source.kind).filter(kind => known.includes(kind)))
  const definitions = new Map(
    await Promise.all([...kinds].map(async kind => [kind, await findSource(kind, extensions)] as const)),
  )
  return config.assets.flatMap((asset, index) => {
    const { kind } = asset.source
    const definition = definitions.get(kind)
    if (definition !== undefined) return checkSource(asset, { definition, extensions }, ['assets', index])
    return [{ path: ['assets', index, 'source', 'kind'], message: wrongValue(known, kind) }]
  })
}

function checkSource(
  asset: AssetConfig,
  { definition, extensions }: { definition: AnySourceDefinition; extensions: Extensions },
  at: readonly PathStep[],
): Finding[] {
  const schema = sourceSchemaOf(definition.name, extensions)
  const { options, findings } = checkOptions(optionsOf(asset), { definition, schema })
  const path = [...at, 'source']
  return [
    ...findings.map(finding => ({ ...finding, path: [...path, ...finding.path] })),
    ...checkUse(asset, { definition, options }, at),
  ]
}

/** A driver's options with a stand-in for every secret, and what is wrong with them; paths begin at the options. */
export function checkOptions(
  given: PlainValue,
  { definition, schema }: { definition: DriverDescription; schema: JsonSchema },
): { options: PlainValue; findings: readonly Finding[] } {
  const { options, findings } = withoutSecrets(given, markedPaths(schema, 'secret'))
  const checked = definition.options.safeParse(options)
  if (!checked.success) findings.push(...findingsOf(checked.error.issues, { value: options, schema }))
  return { options, findings: [...findings, ...checkTls(options, definition)] }
}

function withoutSecrets(
  given: PlainValue,
  paths: readonly (readonly string[])[],
): { options: PlainValue; findings: Finding[] } {
  const findings: Finding[] = []
  let options = given
  for (const path of paths) {
    const reference = valueAt(options, path)
    if (reference === undefined) continue
    try {
      readSecretReference(reference)
    } catch (error) {
      if (!isEnergywebError(error)) throw error
      findings.push({ path, message: error.message })
    }
    options = replacedAt(options, path, stand)
  }
  return { options, findings }
}

/** Where the secrets of a source kind's options are. */
export function secretPaths(kind: string, extensions: Extensions): readonly (readonly string[])[] {
  return markedPaths(sourceSchemaOf(kind, extensions), 'secret')
}

/** A source's options without its kind. They come from plain YAML values, which is what the cast says. */
export function optionsOf({ source }: AssetConfig): PlainValue {
  const { kind: _, ...options } = source
  return options as { [key: string]: PlainValue }
}

/** A copy with another value at the path, which must exist. */
export function replacedAt(value: PlainValue, path: readonly string[], replacement: PlainValue): PlainValue {
  const [step, ...rest] = path
  if (step === undefined) return replacement
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return { ...value, [step]: replacedAt(value[step] ?? null, rest, replacement) }
}

function checkUse(
  { channel, opening }: AssetConfig,
  { definition, options }: { definition: AnySourceDefinition; options: PlainValue },
  at: readonly PathStep[],
): Finding[] {
  const findings: Finding[] = []
  if (!definition.channels.includes(channel)) {
    const offered = definition.channels.join(' and ')
    findings.push({ path: [...at, 'channel'], message: `${definition.name} has only ${offered}` })
  }
  const intervals =
    !definition.values.includes('counter') ||
    valueAt(options, ['value']) === 'interval' ||
    valueAt(options, ['accumulated']) === false
  if (opening === 'meter' && intervals) {
    const message = `${definition.name} reports intervals here: there is no counter to open with; use zero or an amount`
    findings.push({ path: [...at, 'opening'], message })
  }
  return findings
}

function checkTls(options: PlainValue, definition: DriverDescription): Finding[] {
  const url = valueAt(options, ['url'])
  if (typeof url !== 'string' || !/^http:/i.test(url)) return []
  if (valueAt(options, ['tls', 'allow']) !== 'lan-http') {
    const message = 'plain HTTP: use https, or say why not with tls: { allow: lan-http, reason: … }'
    return [{ path: ['url'], message }]
  }
  if (definition.plaintextCredentials || valueAt(options, ['auth']) === undefined) return []
  const message =
    'credentials would travel in plain text: this protocol knows TLS, use https or leave auth out'
  return [{ path: ['auth'], message, atKey: true }]
}
