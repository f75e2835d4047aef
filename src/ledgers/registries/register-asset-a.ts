import { encodeFunctionData } from 'viem/utils'
import { EnergywebError } from '../../core/errors.ts'
import { consumingAbiA, producingAbiA } from './abi-release-a.ts'
import { type AssetRecord, isInitialised } from './asset-record.ts'
import type { AssetRegistry } from './assets.ts'
import { createdId, creatorOf, isComplete } from './created-asset.ts'
import { hexOf, isSameAccount, type RegistrySender } from './installation.ts'
import { requireRole } from './permission.ts'
import { type PlantType, plantTypes } from './plant-types.ts'
import { type RegisteredAssetOutcome, requireOwner } from './registration.ts'
import { wordOfText } from './texts.ts'
import { askViews, type Hex, view } from './view.ts'

/** An asset to register in release A, or in a registry of ours. */
export interface NewAssetA {
  /** The account that will write its readings. */
  readonly smartMeter: string
  /** The account that it belongs to. */
  readonly owner: string
  /** Energy that it makes or takes in an hour at most, Wh; 0 when unknown, which a plant's can't be. */
  readonly capacityWh: bigint
  readonly plantType: PlantType
  /** Seconds since 1970. */
  readonly operationalSince: bigint
  readonly place: AssetPlace
  /** Registers one more where the smart meter has an asset already: release A lets an account write for several. Default false. */
  readonly another?: boolean
}

/** Texts of at most 32 bytes of UTF-8. They are public for ever. */
export interface AssetPlace {
  readonly country: string
  readonly region: string
}

/**
 * Creates an asset and initialises it, in up to four transactions. What an interrupted attempt left behind is taken up: an asset of
 * this smart meter gets what it lacks, and an empty one that this sender created is used.
 * @throws EnergywebError `argument-invalid`; `role-missing`; `ledger-conflict` when the smart meter's asset belongs to another account;
 * what `sender.send` throws
 */
export async function registerAssetA(
  registry: AssetRegistry,
  asset: NewAssetA,
  sender: RegistrySender,
): Promise<RegisteredAssetOutcome> {
  // Looked at before the first transaction: an asset that is only half made stays in the registry for ever.
  const place = [wordOfText(asset.place.country), wordOfText(asset.place.region)] as const
  if (registry.role === 'producer' && asset.capacityWh === 0n) {
    throw new EnergywebError('argument-invalid', 'a plant needs a capacity', {
      hint: 'Write `capacity` into its configuration.',
    })
  }
  const there = asset.another === true ? undefined : await registry.findByMeter(asset.smartMeter)
  if (there !== undefined) requireOwner(registry, there, asset)
  const steps = new Steps(registry, sender)
  const lacks = await lacking(registry, there)
  if (there !== undefined && lacks.length === 0) return { id: there.id, existed: true, transactions: [] }
  await registry.requireAdmin(sender, 'register assets')
  const deed = `own assets`
  const { address, place: installation } = registry
  await requireRole(installation, { registry: address, role: 'AssetManager', account: asset.owner, deed })
  const id = there?.id ?? (await emptyAssetOf(registry, sender)) ?? (await steps.create())
  if (lacks.includes('general')) await steps.send(`initialise asset ${id}`, generalCall(registry, id, asset))
  if (lacks.includes('properties'))
    await steps.send(`set the properties of asset ${id}`, propertiesCall(id, asset))
  if (lacks.includes('place')) await steps.send(`set the place of asset ${id}`, placeCall(id, place))
  return { id, existed: false, transactions: steps.transactions }
}

/**
 * Exchanges the account that writes an asset's readings: the old one is refused from then on.
 * @throws EnergywebError `role-missing`, `ledger-not-ready`, and what `sender.send` throws
 */
export async function updateMeter(
  registry: AssetRegistry,
  { id, smartMeter }: { readonly id: bigint; readonly smartMeter: string },
  sender: RegistrySender,
) {
  if (registry.place.found.release !== 'A') {
    throw new EnergywebError('argument-invalid', 'release B knows no exchange of a smart meter', {
      hint: 'An asset keeps its account for life there: keep a copy of the key, or register a new asset.',
    })
  }
  const asset = await registry.read(id)
  if (isSameAccount(asset.smartMeter, smartMeter)) return { asset, transactions: [] }
  await registry.requireAdmin(sender, 'exchange smart meters')
  const args = [id, hexOf(smartMeter)] as const
  const data = encodeFunctionData({ abi: producingAbiA, functionName: 'updateSmartMeter', args })
  return registry.change(asset, { what: `make ${smartMeter} the smart meter of asset ${id}`, data }, sender)
}

class Steps {
  readonly transactions: string[] = []
  readonly #registry: AssetRegistry
  readonly #sender: RegistrySender

  constructor(registry: AssetRegistry, sender: RegistrySender) {
    this.#registry = registry
    this.#sender = sender
  }

  async send(what: string, data: Hex) {
    const sent = await this.#registry.send({ what, data }, this.#sender)
    this.transactions.push(sent.transaction)
    return sent
  }

  async create(): Promise<bigint> {
    const data = encodeFunctionData({ abi: producingAbiA, functionName: 'createAsset' })
    const { logs } = await this.send('create the asset', data)
    return createdId(logs, this.#registry)
  }
}

type Part = 'general' | 'properties' | 'place'

/** The parts that an asset still needs, in the order in which they are given. */
async function lacking(registry: AssetRegistry, there: AssetRecord | undefined): Promise<readonly Part[]> {
  const isPlant = registry.role === 'producer'
  if (there === undefined) return isPlant ? ['general', 'properties', 'place'] : ['general', 'place']
  if (await isComplete(registry, there.id)) return []
  if (!isPlant) return ['place']
  const [properties] = await askViews(registry.place.network, [
    view(registry.address, producingAbiA, 'getAssetProducingProperties', there.id),
  ])
  const [, capacityWh = 0n] = properties ?? []
  // Given a second time, the properties of release A would zero what certificates were made for.
  return capacityWh > 0n ? ['place'] : ['properties', 'place']
}

// An attempt ends between two transactions at most once; more empty assets than these are somebody's habit.
const emptyLooks = 5

async function emptyAssetOf(registry: AssetRegistry, sender: RegistrySender): Promise<bigint | undefined> {
  for await (const asset of registry.newest({ limit: emptyLooks })) {
    if (isInitialised(asset)) continue
    const creator = await creatorOf(registry, asset.id)
    if (creator !== undefined && isSameAccount(creator, sender.address)) return asset.id
  }
  return undefined
}

function generalCall({ role }: AssetRegistry, id: bigint, asset: NewAssetA): Hex {
  const { operationalSince, capacityWh } = asset
  const [meter, owner] = [hexOf(asset.smartMeter), hexOf(asset.owner)]
  return role === 'producer'
    ? encodeFunctionData({
        abi: producingAbiA,
        functionName: 'initGeneral',
        args: [id, meter, owner, operationalSince, true],
      })
    : encodeFunctionData({
        abi: consumingAbiA,
        functionName: 'initGeneral',
        args: [id, meter, owner, operationalSince, capacityWh, capacityWh > 0n, true],
      })
}

const noText: Hex = `0x${'0'.repeat(64)}`

function propertiesCall(id: bigint, { plantType, capacityWh }: NewAssetA): Hex {
  const args = [id, plantTypes.indexOf(plantType), capacityWh, 0, noText, noText] as const
  return encodeFunctionData({ abi: producingAbiA, functionName: 'initProducingProperties', args })
}

function placeCall(id: bigint, [country, region]: readonly [Hex, Hex]): Hex {
  const args = [id, country, region, noText, noText, noText, noText, noText, noText] as const
  return encodeFunctionData({ abi: producingAbiA, functionName: 'initLocation', args })
}
