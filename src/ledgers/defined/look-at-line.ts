import { systemClock } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { DefinedLine } from '../../core/ledger.ts'
import { silentLogger } from '../../core/logger.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { loadAbiCodec } from './abi-codec.ts'
import { chainView } from './chain-view.ts'
import type { AnyLedgerDefinition, ChainView, LedgerContract } from './define-ledger.ts'

type WithSignal = { readonly signal?: AbortSignal }

/**
 * Looks at all that would stand in a line's way, its contract's place first; answers where that is, lower case.
 * @throws EnergywebError `ledger-not-ready`, retryable; `network-unreachable`
 */
export async function checkLine(
  contract: LedgerContract<unknown>,
  line: DefinedLine,
  { ledger, account, chain, ...waiting }: { ledger: string; account: string; chain: ChainView } & WithSignal,
): Promise<string> {
  await contract.locate?.(line, { chain, ...waiting })
  const address = contract.addressOf(line).toLowerCase()
  if (!(await chain.hasCode(address))) {
    throw new EnergywebError(
      'ledger-not-ready',
      `${line.name}: there is no contract at ${address} on chain ${chain.chainId}`,
      {
        retryable: true,
        hint: `Ask whoever runs it for its address on this chain, and correct it in ledger ${ledger}.`,
      },
    )
  }
  await contract.check(line, { account, chain, ...waiting })
  return address
}

/** What a contract holds of a line. */
export interface DefinedLineLook {
  readonly contract: string
  /** Wh. */
  readonly total: bigint
  readonly link: string | undefined
}

/**
 * Looks at the contract of a line of a defined kind as a gateway would before its first call. Nothing is sent.
 * @throws EnergywebError `ledger-not-ready` for what stands in the way; `config-invalid`, `network-unreachable`
 */
export async function lookAtDefinedLine(
  definition: AnyLedgerDefinition,
  { name, options, line: given }: { name: string; options: unknown; line: DefinedLine },
  { network, account: by, ...waiting }: { network: EvmNetwork; account: string } & WithSignal,
): Promise<DefinedLineLook> {
  const line = { ...given, target: definition.target(given.target) }
  // As a definition is always told it, whoever asks.
  const account = by.toLowerCase()
  const context = { name, origin: undefined, fromBlock: 0n, clock: systemClock, log: silentLogger }
  const contract = definition.open(options, context)
  const { number: at } = await network.ready(waiting)
  const chain = chainView(network, await loadAbiCodec(), { at, ...waiting })
  const address = await checkLine(contract, line, { ledger: name, account, chain, ...waiting })
  const { total, link } = await contract.readTotal(line, { account, chain, ...waiting })
  return { contract: address, total, link }
}
