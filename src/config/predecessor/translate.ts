import { findingsOf, valueAt } from '../issues.ts'
import { didYouMean } from '../nearest.ts'
import type { Finding, PathStep } from '../problem.ts'
import type { PlainValue } from '../read-node.ts'
import type { AssetContext, Assumptions } from './asset-context.ts'
import { nameOf, slugOf } from './names.ts'
import { Notes } from './notes.ts'
import { type OldAsset, type OldFile, type OldPart, oldFileSchema } from './old-file.ts'
import type { SecretKeeper } from './secret-keeper.ts'
import { TranslatedCarbon } from './translate-carbon.ts'
import { TranslatedChains } from './translate-contract.ts'
import { translateMeter } from './translate-meter.ts'

/** An old file as a configuration of ours. */
export interface Translation {
  /** As our own format has it; undefined when there are errors. */
  readonly value: { [key: string]: PlainValue } | undefined
  /** What is wrong, at its place in the old file. */
  readonly errors: readonly Finding[]
  /** What was assumed, at the place in the old file that it is about. */
  readonly warnings: readonly Finding[]
  /** Where secrets stand in plain text. */
  readonly plainSecrets: readonly Finding[]
  /** The accounts of its keys, by name. */
  readonly accounts: ReadonlyMap<string, string>
  /** The nodes of its networks, by name. */
  readonly nodes: ReadonlyMap<string, string>
  /** Where the assets stand in the old file, in the order of `value`. */
  readonly places: readonly (readonly PathStep[])[]
  /** A finding about `value`, at its place in the old file. */
  placed(finding: Finding): Finding
}

export interface TranslateOptions {
  readonly keeper: SecretKeeper
  readonly assumptions?: Assumptions
}

const parts = ['energy-meter', 'carbon-emission', 'smart-contract'] as const
const lists = ['consumers', 'producers'] as const
/** What later releases may do. */
const notYet = ['ocpp16-server', 'elastic-sync']

/** Translates a configuration of the Python applications, class by class. Nothing of it is loaded, no network is touched. */
export async function translate(value: PlainValue, options: TranslateOptions): Promise<Translation> {
  const notes = new Notes()
  const read = oldFileSchema.safeParse(value)
  const findings = read.success ? [] : findingsOf(read.error.issues, { value, schema: {} })
  notes.errors.push(...findings)
  const chains = new TranslatedChains()
  const placed = read.success ? placesOf(read.data) : []
  const assets = await translateAssets(placed, { ...options, notes, chains, carbons: new TranslatedCarbon() })
  if (read.success) warnOfKeys(read.data, notes)
  if (read.success && placed.length === 0) notes.error([], 'lists neither a consumer nor a producer')
  const { keys, networks, ledgers, accounts, nodes } = chains
  const section = (name: string, content: object) =>
    Object.keys(content).length > 0 ? { [name]: content } : {}
  return {
    value:
      notes.errors.length > 0
        ? undefined
        : {
            energyweb: 1,
            data: './data',
            ...section('keys', keys),
            ...section('networks', networks),
            ...section('ledgers', ledgers),
            assets,
          },
    errors: notes.errors,
    warnings: notes.warnings,
    plainSecrets: notes.plainSecrets,
    accounts,
    nodes,
    places: placed.map(({ at }) => at),
    placed: finding => notes.placed(finding),
  }
}

interface PlacedAsset {
  readonly asset: OldAsset
  readonly role: AssetContext['role']
  readonly at: readonly PathStep[]
}

function placesOf(file: OldFile): PlacedAsset[] {
  return lists.flatMap(list =>
    (file[list] ?? []).map((asset, index) => ({
      asset,
      role: list === 'producers' ? ('producer' as const) : ('consumer' as const),
      at: [list, index],
    })),
  )
}

/** What assets have in common. */
interface Shared {
  readonly chains: TranslatedChains
  readonly carbons: TranslatedCarbon
}

async function translateAssets(
  placed: readonly PlacedAsset[],
  { keeper, assumptions = {}, notes, ...shared }: TranslateOptions & Shared & { notes: Notes },
): Promise<{ [key: string]: PlainValue }[]> {
  const taken = new Set<string>()
  const translated: { [key: string]: PlainValue }[] = []
  for (const [index, { asset, role, at }] of placed.entries()) {
    const name = nameOf(asset, { role, at, taken, notes })
    const context = { role, index, slug: slugOf(name), path: ['assets', index], notes, keeper, assumptions }
    notes.came(context.path, at)
    translated.push({ name, role, ...(await translateAsset(asset, at, { context, ...shared })) })
  }
  return translated
}

async function translateAsset(
  asset: OldAsset,
  at: readonly PathStep[],
  { context, chains, carbons }: { context: AssetContext } & Shared,
): Promise<{ [key: string]: PlainValue }> {
  const { notes, assumptions } = context
  const { 'energy-meter': oldMeter, 'smart-contract': oldContract, 'carbon-emission': oldCarbon } = asset
  for (const key of parts) if (asset[key]) checkModule(asset[key], [...at, key], notes)
  for (const key of Object.keys(asset)) {
    const known: readonly string[] = [...parts, 'name']
    if (!known.includes(key)) warnOfKey([...at, key], known, notes)
  }
  const every = assumptions.every ?? '1h'
  if (assumptions.every === undefined) {
    notes.warn(at, `is read every ${every}: the old application had the interval in its code`)
  }
  const meter = translateMeter(oldMeter, [...at, 'energy-meter'], context)
  const carbon = oldCarbon && carbons.carbon(oldCarbon, [...at, 'carbon-emission'], context)
  if (!oldContract) notes.warn(at, 'has no smart-contract: it is read and registered nowhere')
  const report = oldContract
    ? await chains.report(oldContract, [...at, 'smart-contract'], context)
    : undefined
  const { source = {}, channel = 'import', opening } = meter ?? {}
  return {
    every,
    source,
    channel,
    ...(opening !== undefined && { opening }),
    ...(carbon && { carbon }),
    ...(report !== undefined && { report: [report] }),
  }
}

/** The path of a Python module; it is never loaded, and yet a strange one tells of a class that only has a known name. */
function checkModule({ module }: OldPart, at: readonly PathStep[], notes: Notes): void {
  const path = [...at, 'module']
  if (module === undefined) return
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(module))
    notes.error(path, 'expected the name of a Python module')
  else if (!module.startsWith('energyweb.')) {
    notes.warn(path, 'is none of the old package: the class is taken for the one of the same name there')
  }
}

function warnOfKey(path: readonly PathStep[], known: readonly string[], notes: Notes): void {
  const near = didYouMean(String(path.at(-1)), known)
  notes.warn(path, `is not known and left out${near}`, { atKey: true })
}

function warnOfKeys(file: OldFile, notes: Notes): void {
  for (const key of Object.keys(file)) {
    if (key === 'consumers' || key === 'producers') continue
    if (notYet.includes(key)) notes.warn([key], 'is not supported yet and left out', { atKey: true })
    else warnOfKey([key], lists, notes)
  }
}

/** The networks of a translated file whose chain is still open. */
export function unnamedChains(value: Translation['value']): string[] {
  const networks = valueAt(value ?? {}, ['networks'])
  if (typeof networks !== 'object' || networks === null || Array.isArray(networks)) return []
  return Object.keys(networks).filter(name =>
    ['preset', 'chainId'].every(key => valueAt(networks, [name, key]) === undefined),
  )
}
