import type { ResolvedConfig } from '../config/check-config.ts'
import { onChain } from '../config/schema-ipfs.ts'
import type { Installation, RegistrySender } from '../ledgers/registries/index.ts'
import { openChainAccount } from './chain-access.ts'
import { requiredText } from './command.ts'
import { configOption } from './configuration.ts'
import { configuredAccounts } from './configured-accounts.ts'
import { ledgerNamed, openLedgerRegistries } from './configured-registries.ts'
import type { CommandIo } from './io.ts'
import type { Printer } from './printer.ts'
import { registrySender } from './registry-administration.ts'

/** The options of every command that changes something in a ledger's registries. */
export const deskOptions = {
  ...configOption,
  ledger: requiredText('name', 'the ledger in the configuration'),
  key: requiredText('name', 'the key whose account administers the registry'),
}

/** Where a registry is administered: its contracts, and the account that signs. */
export interface RegistryDesk {
  readonly place: Installation
  readonly sender: RegistrySender
}

/**
 * Opens the registries of a ledger for the account of a key.
 * @throws EnergywebError as `openChainAccount` and `openLedgerRegistries`
 */
export async function openDesk(
  config: ResolvedConfig,
  { ledger, key }: { readonly ledger: string; readonly key: string },
  { io, printer }: { io: CommandIo; printer: Printer },
): Promise<RegistryDesk> {
  const { network } = onChain(ledger, ledgerNamed(config, ledger))
  const account = await openChainAccount(config, { key, network }, { io, printer })
  const acquaintances = (await configuredAccounts(config, io)).map(({ address }) => address)
  const options = { io, network: account.network, acquaintances }
  const { place } = await openLedgerRegistries(config, ledger, options)
  return { place, sender: registrySender(account) }
}
