import type { ResolvedConfig } from '../config/check-config.ts'
import { silentLogger } from '../core/logger.ts'
import type { ChainAccount } from './chain-transaction.ts'
import { openAccount } from './configured-key.ts'
import type { CommandIo } from './io.ts'
import type { Printer } from './printer.ts'

/**
 * A configured key as an account of a configured network, ready to send transactions; each is announced.
 * @throws EnergywebError as `openAccount`; `config-invalid` for an unknown network
 */
export async function openChainAccount(
  config: ResolvedConfig,
  { key, network: name }: { key: string; network: string },
  { io, printer }: { io: CommandIo; printer: Printer },
): Promise<ChainAccount> {
  const { openNetwork } = await import('../config/compose-ledgers.ts')
  const network = await openNetwork(config, name, silentLogger)
  const { signer, address } = await openAccount(config, key, { io, printer })
  return {
    network,
    signer,
    address,
    clock: io.clock,
    onSent: (what, hash) => printer.note(`${what}: transaction ${hash}, waiting for its block`),
  }
}
