import { basename } from 'node:path'
import { EnergywebError } from '../../core/errors.ts'
import { parseText } from '../parse-text.ts'
import { type ConfigProblem, configInvalid } from '../problem.ts'
import type { PlainValue } from '../read-node.ts'
import { readText } from '../read-text.ts'
import type { Assumptions } from './asset-context.ts'
import { convertedText } from './converted-text.ts'
import type { FileKeeper } from './file-keeper.ts'
import { isOldFile } from './old-file.ts'
import { type Translation, translate, unnamedChains } from './translate.ts'

/** A converted configuration, not yet written. */
export interface Conversion {
  /** Of the configuration. */
  readonly text: string
  /** By their names in the folder of the secrets. */
  readonly secrets: ReadonlyMap<string, string>
  /** What was assumed, at its place in the old file. */
  readonly warnings: readonly ConfigProblem[]
  /** How many secrets stand in the old file. */
  readonly plainSecrets: number
  /** By the names of their keys. */
  readonly accounts: ReadonlyMap<string, string>
}

export interface ConvertOptions {
  readonly keeper: FileKeeper
  readonly assumptions: Assumptions
  /** Asks a node for the id of its chain. */
  readonly askChainId: (node: string) => Promise<bigint>
}

/**
 * Converts a configuration of the Python applications into one of ours.
 * @throws EnergywebError `config-not-found`; `config-invalid` for a file that is none of theirs, or has errors; whatever
 * `askChainId` throws
 */
export async function convertOldFile(file: string, options: ConvertOptions): Promise<Conversion> {
  const { keeper, assumptions, askChainId } = options
  const parsed = await parseText(await readText(file), file)
  if (!isOldFile(parsed.value)) {
    throw new EnergywebError('config-invalid', `${file} is no configuration of the Python applications`, {
      hint: 'Those list consumers or producers at the top, and have no `energyweb`.',
    })
  }
  const translation = await translate(parsed.value, { keeper, assumptions })
  if (translation.value === undefined) throw configInvalid(file, translation.errors.map(parsed.locate))
  const value = await withChainIds(translation, askChainId)
  const { warnings, plainSecrets, accounts } = translation
  return {
    text: await convertedText(value, { ...translation, from: basename(file) }),
    secrets: await keeper.files(),
    warnings: warnings.map(parsed.locate),
    plainSecrets: plainSecrets.length,
    accounts,
  }
}

/** The configuration with every chain named. */
async function withChainIds(
  { value = {}, nodes }: Translation,
  ask: ConvertOptions['askChainId'],
): Promise<NonNullable<Translation['value']>> {
  const networks: { [name: string]: PlainValue } = isRecord(value.networks) ? { ...value.networks } : {}
  for (const name of unnamedChains(value)) {
    const network = networks[name]
    const node = nodes.get(name)
    if (!isRecord(network) || node === undefined) continue
    networks[name] = { chainId: Number(await ask(node)), ...network }
  }
  return Object.keys(networks).length === 0 ? value : { ...value, networks }
}

function isRecord(value: PlainValue | undefined): value is { [key: string]: PlainValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
