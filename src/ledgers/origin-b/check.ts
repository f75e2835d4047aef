import type { EnergywebError } from '../../core/errors.ts'
import type { ChainView } from '../defined/define-ledger.ts'
import { notReady } from '../not-ready.ts'
import { assetHeadAbi, registryAbi } from './abi.ts'
import { type OriginBTarget, orUndefined, registryWord } from './contract-addresses.ts'
import { certificatesOf } from './market-lookup.ts'

/** What a registry says of an asset, as far as a gateway needs it. */
export interface AssetB {
  readonly smartMeter: string
  readonly owner: string
  /** Wh. */
  readonly total: bigint
  readonly active: boolean
  /** By which the registry finds who mints certificates; undefined: nobody does. */
  readonly marketLookup: string | undefined
}

interface CheckInput {
  readonly ledger: string
  /** The registry of the line. */
  readonly address: string
  /** The account that would write. */
  readonly account: string
  readonly chain: ChainView
}

/**
 * Looks at all that a registry of release B would refuse, so that the line can say who must do what.
 * @throws EnergywebError `ledger-not-ready`, `network-unreachable`
 */
export async function checkAsset(line: OriginBTarget, input: CheckInput): Promise<AssetB> {
  const { address, account, chain, ledger } = input
  const { assetId } = line.target
  const registry = { address, abi: registryAbi }
  const count = await orUndefined(chain.read(registry, { functionName: 'getAssetListLength', args: [] }))
  if (typeof count !== 'bigint') throw notRegistry(line, input)
  const asset = `${line.name}: asset ${assetId} of the ${registryWord(line.role)} registry ${address}`
  if (assetId >= count) {
    throw notReady(
      `${asset} does not exist: it has ${count} assets, numbered from 0`,
      `Ask an asset administrator of the registry (role AssetAdmin) to create it with ${account} as its smart meter and an owner who has the role AssetManager, or correct assetId.`,
    )
  }
  const isProducer = await isProducing(chain, { address, assetId })
  if (isProducer === undefined) throw notRegistry(line, input)
  if (isProducer !== (line.role === 'producer')) {
    throw notReady(
      `${line.name}: the contract at ${address} is the registry of ${isProducer ? 'producers' : 'consumers'}, not that of ${line.role}s`,
      `Are the addresses of ledger ${ledger} mixed up? Assets of both have numbers of their own, from 0.`,
    )
  }
  const found = await readAsset(chain, { address, assetId })
  if (found === undefined) throw notRegistry(line, input)
  await checkWriter(found, { ...input, asset })
  if (line.role === 'producer') await checkMinting(found, { ...input, asset })
  return found
}

function notRegistry({ name, role }: OriginBTarget, { address, ledger }: CheckInput): EnergywebError {
  return notReady(
    `${name}: the contract at ${address} is not a registry of Origin release B`,
    `Correct the ${registryWord(role)} address of ledger ${ledger}.`,
  )
}

/** Undefined for a contract that is neither. */
async function isProducing(
  chain: ChainView,
  { address, assetId }: { address: string; assetId: bigint },
): Promise<boolean | undefined> {
  const call = { functionName: 'getAssetById', args: [assetId] }
  const head = await orUndefined(chain.read({ address, abi: assetHeadAbi }, call))
  const { general } = (head ?? {}) as { readonly general?: unknown }
  return general === 64n ? true : general === 32n ? false : undefined
}

async function readAsset(
  chain: ChainView,
  { address, assetId }: { address: string; assetId: bigint },
): Promise<AssetB | undefined> {
  const call = { functionName: 'getAssetGeneral', args: [assetId] }
  const said = await orUndefined(chain.read({ address, abi: registryAbi }, call))
  if (typeof said !== 'object' || said === null) return undefined
  const { smartMeter, owner, lastSmartMeterReadWh, active, marketLookupContract } = said as Readonly<
    Record<string, unknown>
  >
  if (typeof lastSmartMeterReadWh !== 'bigint') return undefined
  const lookup = String(marketLookupContract).toLowerCase()
  return {
    smartMeter: String(smartMeter).toLowerCase(),
    owner: String(owner).toLowerCase(),
    total: lastSmartMeterReadWh,
    active: active === true,
    marketLookup: /^0x0+$/.test(lookup) ? undefined : lookup,
  }
}

async function checkWriter(
  { smartMeter, active }: AssetB,
  { asset, account, address, chain }: CheckInput & { readonly asset: string },
): Promise<void> {
  if (smartMeter !== account.toLowerCase()) {
    const call = { functionName: 'checkAssetExistExternal', args: [account] }
    const another = await orUndefined(chain.read({ address, abi: registryAbi }, call))
    const hint =
      another === true
        ? 'Our account is the smart meter of another asset of this registry: correct assetId.'
        : `Release B can't give an asset another smart meter. Configure the key of ${smartMeter}, or ask an asset administrator of the registry (role AssetAdmin) to create an asset whose smart meter is ${account}, and report to that.`
    throw notReady(`${asset} takes readings from ${smartMeter} only, our account is ${account}`, hint)
  }
  if (!active) {
    throw notReady(
      `${asset} is not active`,
      'Ask an asset administrator of the registry (role AssetAdmin) to activate it (setActive).',
    )
  }
}

/** Where certificates can't be minted the registry refuses the reading, too. */
async function checkMinting(
  { owner, marketLookup }: AssetB,
  { asset, address, chain }: CheckInput & { readonly asset: string },
): Promise<void> {
  if (marketLookup === undefined) return
  const found = await certificatesOf(chain, { registry: address, marketLookup })
  if (found.certificates !== undefined || !found.isRefused) return
  throw notReady(
    `${asset} mints certificates by the lookup ${marketLookup}, and ${found.trouble}: each reading would be refused`,
    `Ask the owner of the asset, ${owner}, to name the OriginContractLookup that belongs to this registry (setMarketLookupContract), or none (the zero address).`,
  )
}
