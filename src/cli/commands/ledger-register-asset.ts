import type { ResolvedConfig } from '../../config/check-config.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { AssetRegistry, RegisteredAssetOutcome, RegistrySender } from '../../ledgers/registries/index.ts'
import { defineCommand, requiredText, text, word } from '../command.ts'
import { assetNamed, openConfig } from '../configuration.ts'
import { accountGiven } from '../configured-accounts.ts'
import { openAccount } from '../configured-key.ts'
import { optionsA, optionsB, refuseOtherRelease } from '../new-asset-options.ts'
import { deskOptions, openDesk } from '../registry-desk.ts'

/** `energyweb ledger register-asset` */
export const ledgerRegisterAssetCommand = defineCommand({
  name: 'ledger register-asset',
  summary: 'Register an asset in the registry',
  description:
    "Creates the asset in the ledger's registry, in transactions that the account of --key signs: three or four in release A of Origin and in a registry of our own, one in release B; which it is is found out. The account must be an asset administrator, and own a registry of our own. The account of --meter-key is the only one that may write the asset's readings. Capacity and role come from the configuration. An asset that this meter has already is shown, and nothing is sent; what an interrupted attempt left behind is completed. The new id is not written into the configuration: that is yours.",
  arguments: { asset: word('name of the asset in the configuration') },
  options: {
    ...deskOptions,
    meterKey: requiredText('name', "the key whose account will write the asset's readings"),
    owner: text(
      'account',
      "the account that the asset belongs to: an address, or the name of a key; default the administrator's",
    ),
    ...optionsA,
    ...optionsB,
  },
  examples: [
    {
      command: 'ledger register-asset roof --ledger origin --key owner --meter-key roof --country DE',
      description: 'registers the asset roof and shows the line for its `report`',
    },
  ],
  async run(input, { io, printer }) {
    const { ledger, meterKey } = input
    const config = await openConfig(input.config, io)
    const asset = assetNamed(config, input.asset)
    const { place, sender } = await openDesk(config, input, { io, printer })
    refuseOtherRelease(place.found.release, input)
    const { address: smartMeter } = await openAccount(config, meterKey, { io, printer })
    const owner =
      input.owner === undefined ? sender.address : await accountGiven(config, input.owner, { io, printer })
    const { AssetRegistry } = await import('../../ledgers/registries/index.ts')
    const registry = AssetRegistry.of(place, asset.role)
    // A power of so many watts makes so many watt-hours in an hour; ours is in milliwatts.
    const capacityWh = ((asset.capacity ?? 0n) + 999n) / 1_000n
    const since = input.since ?? io.clock.now()
    const outcome = await register(registry, { ...input, smartMeter, owner, capacityWh, since }, sender)
    refuseSharedAsset(config, { asset: asset.name, ledger, role: asset.role }, outcome)
    if (outcome.existed)
      await printer.note(`Asset ${outcome.id} has this smart meter already: nothing was sent.`)
    const { id, existed, transactions } = outcome
    await printer.data(
      {
        ...{ asset: asset.name, ledger, release: place.found.release, contract: registry.address },
        ...{ assetId: id, smartMeter, owner, existed, transactions },
      },
      `report: [{ ledger: ${ledger}, assetId: ${id}, key: ${meterKey} }]`,
    )
    await printer.note(`${smartMeter} pays for the asset's readings: it needs coins where gas has a price.`)
  },
})

type Given = {
  readonly [Name in keyof typeof optionsA]: ReturnType<(typeof optionsA)[Name]['read']>
} & { readonly [Name in keyof typeof optionsB]: ReturnType<(typeof optionsB)[Name]['read']> } & {
  readonly smartMeter: string
  readonly owner: string
  readonly capacityWh: bigint
  readonly since: number
}

async function register(
  registry: AssetRegistry,
  { smartMeter, owner, capacityWh, since, ...given }: Given,
  sender: RegistrySender,
): Promise<RegisteredAssetOutcome> {
  const { registerAssetA, registerAssetB } = await import('../../ledgers/registries/index.ts')
  if (registry.place.found.release === 'A') {
    const { type: plantType = 'solar', country = '', region = '', another } = given
    const operationalSince = BigInt(Math.floor(since / 1_000))
    const place = { country, region }
    const asset = { smartMeter, owner, capacityWh, operationalSince, plantType, place, another }
    return registerAssetA(registry, asset, sender)
  }
  const { matcher, documentHash = '', url = '', ownerChanges = 10n } = given
  const matchers = matcher.map(addressOf)
  const asset = { smartMeter, owner, matchers, propertiesDocumentHash: documentHash, url }
  return registerAssetB(registry, { ...asset, maxOwnerChanges: ownerChanges }, sender)
}

/** One smart meter for two plants is most likely a mistake, and their readings would fall into one register. */
function refuseSharedAsset(
  config: ResolvedConfig,
  { asset, ledger, role }: { asset: string; ledger: string; role: string },
  { id, existed }: RegisteredAssetOutcome,
): void {
  const other = config.assets.find(
    one =>
      one.name !== asset &&
      one.role === role &&
      one.report?.some(line => line.ledger === ledger && line.assetId === id),
  )
  if (!existed || other === undefined) return
  throw new EnergywebError(
    'ledger-conflict',
    `asset ${id} has this smart meter already, and is ${other.name} in the configuration`,
    {
      hint: 'Use another key for the readings of the new asset; in release A --another lets one key write for both.',
    },
  )
}

function addressOf(given: string): string {
  if (/^0x[0-9a-fA-F]{40}$/.test(given)) return given
  throw new EnergywebError('argument-invalid', `--matcher: "${given.slice(0, 64)}" is not an address`)
}
