import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { AssetLine } from '../../core/ledger.ts'
import { hexOf, quantityOf } from '../evm/answers.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { resultOf, viewOf } from '../evm/views.ts'
import { notReady } from '../not-ready.ts'
import { type AssetGeneral, calls, decodeAssetGeneral } from './calls.ts'

interface CheckInput {
  readonly network: EvmNetwork
  readonly ledger: string
  readonly line: AssetLine
  readonly contract: string
  /** The account that would write. */
  readonly account: string
  readonly signal?: AbortSignal
}

/**
 * Release A refuses without a reason, and an address without code accepts everything: so all that it would refuse is
 * looked at before anything is signed.
 * @throws EnergywebError `ledger-not-ready` (retryable: the registry's administrator can repair each), `network-unreachable`,
 * `network-refused`.
 */
export async function checkAsset(input: CheckInput): Promise<AssetGeneral> {
  const { network, ledger, line, contract, account, signal } = input
  const view = (data: string) => ({ method: 'eth_call', params: [{ to: contract, data }, 'latest'] })
  const [code, length, general] = await network.batch(
    [
      { method: 'eth_getCode', params: [contract, 'latest'] },
      view(calls.assetListLength()),
      view(calls.assetGeneral(line.assetId)),
    ],
    signal === undefined ? {} : { signal },
  )
  const asset = `${line.name}: asset ${line.assetId} of the ${registryName(line)} registry ${contract}`
  if (hexOf(resultOf(code), 'code') === '0x') {
    throw notReady(
      `${line.name}: there is no contract at ${contract} on chain ${network.chainId}`,
      `Ask whoever runs the registry for its address on this chain, and correct it in ledger ${ledger}.`,
    )
  }
  const count = viewOf(length)
  if (count === undefined || count === '0x') {
    throw notReady(
      `${line.name}: the contract at ${contract} is not an Origin release A registry`,
      `Correct the ${registryName(line)} address of ledger ${ledger}.`,
    )
  }
  if (line.assetId >= quantityOf(count, 'asset list length')) {
    throw notReady(
      `${asset} does not exist: it has ${BigInt(count)} assets, numbered from 0`,
      'Ask an asset administrator of the registry to create it, or correct assetId.',
    )
  }
  const state = viewOf(general)
  if (state === undefined) throw notReady(`${asset} can't be read`, 'Ask the administrator of the registry.')
  return checkWriter(decodeGeneral(line, state, ledger), { asset, account })
}

function checkWriter(general: AssetGeneral, { asset, account }: { asset: string; account: string }) {
  if (/^0x0+$/.test(general.smartMeter)) {
    throw notReady(
      `${asset} is created but not initialised`,
      `Ask an asset administrator of the registry to initialise it with ${account} as its smart meter.`,
    )
  }
  if (general.smartMeter !== account.toLowerCase()) {
    throw notReady(
      `${asset} takes readings from ${general.smartMeter} only, our account is ${account}`,
      `Ask an asset administrator of the registry to make ${account} its smart meter (updateSmartMeter), or configure the right key.`,
    )
  }
  if (!general.active) {
    throw notReady(
      `${asset} is not active`,
      'Ask an asset administrator of the registry to activate it (setActive).',
    )
  }
  return general
}

function decodeGeneral(line: AssetLine, data: string, ledger: string): AssetGeneral {
  try {
    return decodeAssetGeneral(line.role, data)
  } catch (cause) {
    if (!isEnergywebError(cause, 'abi-invalid')) throw cause
    const message = `${line.name}: the contract is not a ${registryName(line)} registry: ${cause.message}`
    throw new EnergywebError('ledger-not-ready', message, {
      retryable: true,
      cause,
      hint: `Are the addresses of ledger ${ledger} mixed up?`,
    })
  }
}

const registryName = (line: AssetLine) => (line.role === 'producer' ? 'producing' : 'consuming')
