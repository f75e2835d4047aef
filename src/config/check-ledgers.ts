import { ledgerKinds } from '../ledgers/catalogue.ts'
import type { AnyLedgerDefinition } from '../ledgers/defined/define-ledger.ts'
import { kindSchemas } from '../ledgers/generated/kind-schemas.ts'
import type { JsonSchema } from '../sources/index.ts'
import { type Extensions, findLedger } from './extensions.ts'
import { findingsOf, wrongValue } from './issues.ts'
import type { Finding, PathStep } from './problem.ts'
import type { PlainValue } from './read-node.ts'
import type { Config, DefinedLedgerConfig } from './schema.ts'

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
    ...checkLines(config, { ledger: name, definition, schema: beside(lineKeys, schemas?.line) }),
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
  { ledger, definition, schema }: { ledger: string; definition: AnyLedgerDefinition; schema: JsonSchema },
): Finding[] {
  const taken = new Map<string, string>()
  return assets.flatMap(({ name, role, report = [] }, index) =>
    report.flatMap((line, place): Finding[] => {
      if (line.ledger !== ledger) return []
      const path = ['assets', index, 'report', place]
      const findings = fits(definition.line, { given: line.own, schema }, path)
      const same = JSON.stringify([role, Object.entries(line.own).sort(([a], [b]) => (a < b ? -1 : 1))])
      const holder = taken.get(same)
      taken.set(same, name)
      if (holder === undefined || Object.keys(line.own).length === 0) return findings
      return [...findings, { path, message: `"${holder}" reports to the same place of "${ledger}"` }]
    }),
  )
}
