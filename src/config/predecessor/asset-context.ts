import type { NetworkPresetName } from '../../ledgers/index.ts'
import type { PathStep } from '../problem.ts'
import type { PlainValue } from '../read-node.ts'
import type { AssetConfig } from '../schema.ts'
import type { Notes } from './notes.ts'
import type { SecretKeeper } from './secret-keeper.ts'

/** What an old file does not say. */
export interface Assumptions {
  /** How often every asset is read; the old applications had it in their code. Default 1h. */
  readonly every?: string
  /** Addresses of the registries, for assets that name none. */
  readonly producing?: string
  readonly consuming?: string
  /** A node instead of the one that the file names. */
  readonly rpc?: string
  /** What nodes must prove, as it is written for a network. */
  readonly tls?: PlainValue
  readonly network?: NetworkPresetName
  readonly chainId?: bigint
  /** A mirror of the carbon service in the version that the file means; without it the service of today is asked. */
  readonly watttime?: string
}

/** What the translation of one asset works with. */
export interface AssetContext {
  readonly role: AssetConfig['role']
  /** Its place among all assets. */
  readonly index: number
  /** Its name, fit for files and keys. */
  readonly slug: string
  /** Of the asset in the new configuration. */
  readonly path: readonly PathStep[]
  readonly notes: Notes
  readonly keeper: SecretKeeper
  readonly assumptions: Assumptions
}
