import type { ResolvedConfig } from '../config/check-config.ts'
import { EnergywebError } from '../core/errors.ts'
import { configuredAccounts } from './configured-accounts.ts'
import { isOrigin, ledgerNamed, openLedgerRegistries } from './configured-registries.ts'
import type { CommandIo } from './io.ts'
import type { Printer } from './printer.ts'
import { lookAtRegistries, type RegistryLook } from './registry-look.ts'
import { plainRegistry, registryForPeople } from './registry-view.ts'

const defaultLimit = 20

/**
 * Shows the registries that a ledger leads to, or all ledgers that lead to some.
 * @throws EnergywebError `argument-invalid` without such a ledger, and as `openLedgerRegistries`
 */
export async function showRegistries(
  config: ResolvedConfig,
  {
    ledger,
    limit = defaultLimit,
    io,
    printer,
  }: {
    readonly ledger: string | undefined
    readonly limit: number | undefined
    readonly io: CommandIo
    readonly printer: Printer
  },
): Promise<undefined> {
  const names = ledger === undefined ? originLedgers(config) : [ledger]
  for (const name of names) ledgerNamed(config, name)
  const keys = await configuredAccounts(config, io)
  const acquaintances = keys.map(({ address }) => address)
  const looks: RegistryLook[] = []
  for (const name of names) {
    const registries = await openLedgerRegistries(config, name, { io, acquaintances })
    looks.push(await lookAtRegistries(registries, { keys, limit }))
  }
  await printer.data({ ledgers: looks.map(plainRegistry) }, looks.map(registryForPeople).join('\n\n\n'))
}

function originLedgers(config: ResolvedConfig): readonly string[] {
  const ledgers = Object.entries(config.ledgers ?? {})
  const names = ledgers.filter(([, one]) => isOrigin(one)).map(([name]) => name)
  if (names.length > 0) return names
  throw new EnergywebError('argument-invalid', 'the configuration has no ledger with registries of Origin', {
    hint: 'Name an asset, or `gateway` for the anchors of the log.',
  })
}
