import type { ChainView } from '../defined/define-ledger.ts'
import { addressIn } from './contract-addresses.ts'

/** The contract that mints an asset's certificates, or why none is believed to. */
export type FoundCertificates =
  | { readonly certificates: string }
  | {
      readonly certificates?: undefined
      readonly trouble: string
      /** True when the registry refuses readings for that. */
      readonly isRefused: boolean
    }

/**
 * The contract that holds an asset's certificates, by the way on which the registry itself goes to it. It is believed only if
 * the way back ends at the registry: the certificates' own lookup of assets must name it as that of producers. The asset's
 * owner chooses the lookup, and nobody else.
 */
export async function certificatesOf(
  chain: ChainView,
  { registry, marketLookup }: { readonly registry: string; readonly marketLookup: string },
): Promise<FoundCertificates> {
  const refused = (trouble: string) => ({ trouble, isRefused: true })
  if (!(await chain.hasCode(marketLookup))) return refused('there is no contract there')
  const certificates = await addressIn(chain, marketLookup, 'originLogicRegistry')
  if (certificates === undefined || !(await chain.hasCode(certificates))) {
    return refused('that one names no certificates')
  }
  const assets = await addressIn(chain, certificates, 'assetContractLookup')
  const producing = assets && (await addressIn(chain, assets, 'assetProducingRegistry'))
  if (producing === registry.toLowerCase()) return { certificates }
  if (producing !== undefined) return refused(`its certificates ${certificates} are those of ${producing}`)
  // It may mint by rules of its own.
  return { trouble: `its certificates ${certificates} do not say whose they are`, isRefused: false }
}
