import { ledgerKinds } from '../ledgers/catalogue.ts'
import type { AnyLedgerDefinition } from '../ledgers/defined/define-ledger.ts'
import { type Content, unpublished } from '../ledgers/defined/published-content.ts'
import { kindSchemas } from '../ledgers/generated/kind-schemas.ts'
import type { JsonSchema } from '../sources/index.ts'
import { type Extensions, findLedger } from './extensions.ts'
import { findingsOf, wrongValue } from './issues.ts'
import type { Finding, PathStep } from './problem.ts'
import type { PlainValue } from './read-node.ts'
import type { AssetConfig, Config, DefinedLedgerConfig, ReportConfig } from './schema.ts'

/** What stands beside a kind's own options: an unknown key may be one of them, misspelt. */
const commonKeys = { network: {}, every: {}, fromBlock: {}, period: {}, grace: {} }
const lineKeys = { ledger: {}, key: {} }
const beside = (properties: JsonSchema, own: JsonSchema = {}): JsonSchema => ({ properties, allOf: [own] })

/** Checks every ledger of a defined kind, and the report lines to it, against the definition. */
export async function checkLedgerKinds(config: Config, extensions: Extensions): Promise<Finding[]> {
  const findings = await Promise.all(
    Object.entries(config.ledgers ?? {}).map(async ([name, ledger]) =>
      ledger.kind === 'defined' ? checkLedger(config, { name, ledger, extensions }) : [],
    ),
  )
  return findings.flat()
}

/** What the kinds of the ledgers say can't be made good later, at the keys of the lines that report to them. */
export async function ledgerCautions(config: Config, extensions: Extensions): Promise<Finding[]> {
  const findings = await Promise.all(
    Object.entries(config.ledgers ?? {}).map(async ([name, ledger]) => {
      if (ledger.kind !== 'defined') return []
      const { caution } = await findLedger(ledger.definition, extensions)
      return caution === undefined ? [] : cautionsOf(config, { name, caution })
    }),
  )
  return findings.flat()
}

/** Of assets that let CIDs be published: where they go, or that nothing does. */
export async function publishedCautions(config: Config, extensions: Extensions): Promise<Finding[]> {
  const findings = await Promise.all(
    config.assets.map(async ({ name, publish, report = [] }, index): Promise<Finding[]> => {
      if (publish === undefined) return []
      const carrying = await Promise.all(
        report.map(async line => {
          const ledger = config.ledgers?.[line.ledger]
          if (ledger?.kind !== 'defined') return []
          const definition = await findLedger(ledger.definition, extensions)
          return publishedBy(definition, line, ledger.options).length === 0 ? [] : [line.ledger]
        }),
      )
      const ledgers = carrying.flat().join(', ')
      const message =
        ledgers === ''
          ? 'has no effect: none of its report lines carries a CID'
          : `CIDs of what "${name}" says go to ${ledgers}: they can never be erased from there`
      return [{ path: ['assets', index, 'publish'], message }]
    }),
  )
  return findings.flat()
}

function cautionsOf({ assets }: Config, { name, caution }: { name: string; caution: string }): Finding[] {
  return assets.flatMap(({ report = [] }, index) =>
    report.flatMap(({ ledger }, place): Finding[] =>
      ledger === name ? [{ path: ['assets', index, 'report', place, 'key'], message: caution }] : [],
    ),
  )
}

async function checkLedger(
  config: Config,
  { name, ledger, extensions }: { name: string; ledger: DefinedLedgerConfig; extensions: Extensions },
): Promise<Finding[]> {
  const path = ['ledgers', name]
  const { definition: kind, options } = ledger
  const known = [
    'anchor',
    'ipfs-pinning',
    'kubo',
    'origin-a',
    ...ledgerKinds,
    ...extensions.ledgers.keys(),
  ].sort()
  if (!known.includes(kind)) return [{ path: [...path, 'kind'], message: wrongValue(known, kind) }]
  const definition = await findLedger(kind, extensions)
  const schemas = extensions.ledgers.get(kind) ?? kindSchemas[kind]
  return [
    ...fits(definition.options, { given: options, schema: beside(commonKeys, schemas?.options) }, path),
    ...checkPeriods(ledger, definition, path),
    ...checkLines(config, { ledger: name, definition, options, schema: beside(lineKeys, schemas?.line) }),
  ]
}

/** What comes from plain YAML values; that is what the cast says. */
function fits(
  definition: AnyLedgerDefinition['options'],
  { given, schema }: { given: Readonly<Record<string, unknown>>; schema: JsonSchema },
  path: readonly PathStep[],
): Finding[] {
  const checked = definition.safeParse(given)
  if (checked.success) return []
  const value = given as { readonly [key: string]: PlainValue }
  const findings = findingsOf(checked.error.issues, { value, schema })
  return findings.map(finding => ({ ...finding, path: [...path, ...finding.path] }))
}

function checkPeriods(
  { period, grace }: DefinedLedgerConfig,
  { name, needs }: AnyLedgerDefinition,
  path: readonly PathStep[],
): Finding[] {
  if (needs === 'interval') return []
  return Object.entries({ period, grace }).flatMap(([key, value]): Finding[] => {
    const message = `has no meaning: ${name} registers no periods`
    return value === undefined ? [] : [{ path: [...path, key], message, atKey: true }]
  })
}

function checkLines(
  { assets }: Config,
  {
    ledger,
    definition,
    options,
    schema,
  }: {
    ledger: string
    definition: AnyLedgerDefinition
    options: DefinedLedgerConfig['options']
    schema: JsonSchema
  },
): Finding[] {
  const taken = new Map<string, string>()
  return assets.flatMap((asset, index) =>
    (asset.report ?? []).flatMap((line, place): Finding[] => {
      if (line.ledger !== ledger) return []
      const { name, role } = asset
      const path = ['assets', index, 'report', place]
      const findings = fits(definition.line, { given: line.own, schema }, path)
      if (findings.length === 0) findings.push(...checkPublished(asset, { line, definition, options, path }))
      // What calls carry makes no other place of it.
      const own = Object.entries(line.own).filter(([key]) => key !== 'carries')
      const same = JSON.stringify([role, own.sort(([a], [b]) => (a < b ? -1 : 1))])
      const holder = taken.get(same)
      taken.set(same, name)
      if (holder === undefined || Object.keys(line.own).length === 0) return findings
      return [...findings, { path, message: `"${holder}" reports to the same place of "${ledger}"` }]
    }),
  )
}

/** What calls carry of an asset's readings is public for ever: the asset itself must say so. */
function checkPublished(
  { name, publish }: AssetConfig,
  {
    line,
    definition,
    options,
    path,
  }: {
    line: ReportConfig
    definition: AnyLedgerDefinition
    options: DefinedLedgerConfig['options']
    path: readonly PathStep[]
  },
): Finding[] {
  const published = publish === 'cid' ? [] : publishedBy(definition, line, options)
  if (published.length === 0) return []
  const where = Object.hasOwn(line.own, 'carries') ? [...path, 'carries'] : path
  return [{ path: where, message: unpublished(name, published) }]
}

/** Of a line that fits; of a ledger whose options don't, which is told by itself, nothing. */
function publishedBy(
  definition: AnyLedgerDefinition,
  { own }: ReportConfig,
  options: DefinedLedgerConfig['options'],
): readonly Content[] {
  if (!definition.options.safeParse(options).success) return []
  return definition.published(definition.target(own), options)
}
