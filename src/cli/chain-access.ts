import type { ResolvedConfig } from '../config/check-config.ts'
import { EnergywebError } from '../core/errors.ts'
import { silentLogger } from '../core/logger.ts'
import type { EvmNetwork } from '../ledgers/evm/network.ts'
import type { ChainAccount, SignedTransaction } from './chain-transaction.ts'
import { openAccount } from './configured-key.ts'
import { askGateway } from './control-client.ts'
import type { CommandIo } from './io.ts'
import type { Printer } from './printer.ts'
import { coins } from './report-line-look.ts'

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
    onSigned: transaction => showBefore(transaction, { network, printer }),
    onSent: (what, hash) => printer.note(`${what}: transaction ${hash}, waiting for its block`),
  }
}

/** On a chain where coins are worth something, and what stands there stands for ever, it is shown what is about to be sent. */
async function showBefore(
  { what, to, hash, nonce, cost }: SignedTransaction,
  { network, printer }: { network: EvmNetwork; printer: Printer },
): Promise<void> {
  if (network.chainId === localChain) return
  const where = to === undefined ? 'a new contract' : to
  await printer.note(
    `${what}: about to send ${hash} to ${where} on chain ${network.chainId}, nonce ${nonce}, for at most ${coins(cost)}`,
  )
}

const localChain = 31_337n

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
