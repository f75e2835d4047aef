import type { ResolvedConfig } from '../../config/check-config.ts'
import { registriesOf } from '../../config/schema-ledger.ts'
import { EnergywebError } from '../../core/errors.ts'
import { parseInstant } from '../../core/time.ts'
import { type PlantType, plantTypes } from '../../ledgers/registries/plant-types.ts'
import { defineCommand, parsed, requiredText, text, word } from '../command.ts'
import { assetNamed, configOption, openConfig } from '../configuration.ts'

/** `energyweb ledger register-asset` */
export const ledgerRegisterAssetCommand = defineCommand({
  name: 'ledger register-asset',
  summary: 'Register an asset in the registry',
  description:
    "Creates the asset in the ledger's registry and initialises it, in three or four transactions that the account of --key signs: it must own the registry, or be an asset administrator of an Origin release A. The account of --meter-key is the only one that may write its readings. Capacity and role come from the configuration. The new id is not written into the configuration: that is yours.",
  arguments: { asset: word('name of the asset in the configuration') },
  options: {
    ...configOption,
    ledger: requiredText('name', 'the ledger in the configuration'),
    key: requiredText('name', 'the key whose account administers the registry'),
    meterKey: requiredText('name', "the key whose account will write the asset's readings"),
    owner: text('address', "the account that the asset belongs to; default the administrator's"),
    type: parsed('type', `kind of plant: ${plantTypes.join(', ')}; default solar`, parseType),
    since: parsed('time', 'when it began to work, like 2024-05-01T00:00:00Z; default now', value =>
      parseInstant(value),
    ),
    country: text('text', 'its country, public for ever'),
    region: text('text', 'its region, public for ever'),
  },
  examples: [
    {
      command: 'ledger register-asset roof --ledger origin --key owner --meter-key roof --country DE',
      description: 'registers the asset roof and shows the line for its `report`',
    },
  ],
  async run(input, { io, printer }) {
    const { ledger: name, key, meterKey } = input
    const config = await openConfig(input.config, io)
    const asset = assetNamed(config, input.asset)
    const ledger = ledgerNamed(config, name)
    const { producing, consuming } = registriesOf(ledger)
    const contract = asset.role === 'producer' ? producing : consuming
    if (contract === undefined) {
      throw new EnergywebError('argument-invalid', `ledger ${name} has no registry for a ${asset.role}`)
    }
    const { openChainAccount } = await import('../chain-access.ts')
    const { openAccount } = await import('../configured-key.ts')
    const { registerAsset } = await import('../registry-administration.ts')
    const account = await openChainAccount(config, { key, network: ledger.network }, { io, printer })
    const { address: smartMeter } = await openAccount(config, meterKey, { io, printer })
    const id = await registerAsset(account, {
      role: asset.role,
      contract,
      smartMeter,
      owner: ownerOf(input.owner, account.address),
      // A power of so many watts makes so many watt-hours in an hour; ours is in milliwatts.
      capacityWh: ((asset.capacity ?? 0n) + 999n) / 1_000n,
      plantType: input.type ?? 'solar',
      operationalSince: BigInt(Math.floor((input.since ?? io.clock.now()) / 1_000)),
      place: { country: input.country ?? '', region: input.region ?? '' },
    })
    await printer.data(
      { asset: asset.name, ledger: name, contract, assetId: id, smartMeter },
      `report: [{ ledger: ${name}, assetId: ${id}, key: ${meterKey} }]`,
    )
    await printer.note(`${smartMeter} pays for the asset's readings: it needs coins where gas has a price.`)
  },
})

function ledgerNamed(config: ResolvedConfig, name: string) {
  const ledger = Object.hasOwn(config.ledgers ?? {}, name) ? config.ledgers?.[name] : undefined
  if (ledger !== undefined) return ledger
  throw new EnergywebError('argument-invalid', `the configuration has no ledger "${name}"`, {
    hint: `It has ${Object.keys(config.ledgers ?? {}).join(', ') || 'none: add one under `ledgers`'}.`,
  })
}

function ownerOf(given: string | undefined, administrator: string): string {
  if (given === undefined) return administrator
  if (/^0x[0-9a-fA-F]{40}$/.test(given)) return given
  throw new EnergywebError('argument-invalid', `--owner: "${given.slice(0, 64)}" is not an address`)
}

function parseType(given: string): PlantType {
  const type = plantTypes.find(one => one === given)
  if (type !== undefined) return type
  throw new EnergywebError('argument-invalid', `"${given.slice(0, 64)}" is none of ${plantTypes.join(', ')}`)
}
