import type { ResolvedConfig } from '../config/check-config.ts'
import { EnergywebError } from '../core/errors.ts'
import { silentLogger } from '../core/logger.ts'
import type { ChainAccount } from './chain-transaction.ts'
import { openAccount } from './configured-key.ts'
import { askGateway } from './control-client.ts'
import type { CommandIo } from './io.ts'
import type { Printer } from './printer.ts'

/**
 * A configured key as an account of a configured network, ready to send transactions; each is announced.
 * @throws EnergywebError as `openAccount`; `config-invalid` for an unknown network; `nonce-conflict` while a gateway runs that
 * signs with this key
 */
export async function openChainAccount(
  config: ResolvedConfig,
  { key, network: name }: { key: string; network: string },
  { io, printer }: { io: CommandIo; printer: Printer },
): Promise<ChainAccount> {
  const { openNetwork } = await import('../config/compose-ledgers.ts')
  await refuseSharedKey(config, key)
  const network = await openNetwork(config, name, {
    log: silentLogger,
    environment: io.env,
    addSecret: io.hide,
  })
  const { signer, address } = await openAccount(config, key, { io, printer })
  return {
    network,
    signer,
    address,
    clock: io.clock,
    onSent: (what, hash) => printer.note(`${what}: transaction ${hash}, waiting for its block`),
  }
}

/**
 * The gateway keeps a book of its accounts' nonces: nobody else may take one while it runs.
 * @throws EnergywebError `nonce-conflict`
 */
export async function refuseSharedKey(config: ResolvedConfig, key: string): Promise<void> {
  const isShared =
    config.assets.some(({ report = [] }) => report.some(line => line.key === key)) ||
    Object.values(config.ledgers ?? {}).some(ledger => ledger.kind === 'anchor' && ledger.key === key)
  if (!isShared || !(await askGateway(config.data, 'status')).running) return
  throw new EnergywebError('nonce-conflict', `the running gateway signs with the key "${key}"`, {
    hint: 'Stop the gateway, or administer the registry with a key of its own.',
  })
}
