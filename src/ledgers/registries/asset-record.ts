import type { Release } from './roles.ts'
import type { View } from './view.ts'

/** Which of the two registries: of plants or of consumers. */
export type AssetRole = 'producer' | 'consumer'

/** An asset as its registry knows it. Accounts in lower case. */
export interface AssetRecord {
  readonly id: bigint
  /** The only account that may write its readings; zero for an asset that is created and not initialised (release A). */
  readonly smartMeter: string
  readonly owner: string
  readonly active: boolean
  /** Cumulative Wh. */
  readonly lastRead: bigint
  /** What came with the last reading: in release A 32 bytes as hex, in B any text. */
  readonly lastHash: string
  readonly details: AssetDetailsA | AssetDetailsB
}

export interface AssetDetailsA {
  readonly release: 'A'
  /** Seconds since 1970. */
  readonly operationalSince: bigint
}

export interface AssetDetailsB {
  readonly release: 'B'
  readonly matchers: readonly string[]
  /** Hash of a document that describes the asset, and where that lies. */
  readonly propertiesDocumentHash: string
  readonly url: string
  /** The contract that each reading of a plant is announced to, which mints certificates; undefined for none. */
  readonly marketLookup: string | undefined
  readonly bundled: boolean
}

/** What the releases and the kinds of registries differ in. */
export interface AssetsDialect {
  readonly release: Release
  /** One look at an asset. */
  record(registry: string, id: bigint): View<AssetRecord>
}

/** Whether an asset was initialised: in release A it is created empty. */
export function isInitialised({ smartMeter }: AssetRecord): boolean {
  return !/^0x0+$/.test(smartMeter)
}
