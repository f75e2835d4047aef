import { encodeFunctionData } from 'viem/utils'
import { EnergywebError } from '../../core/errors.ts'
import { anyAssetsAbi } from './abi-shared.ts'
import type { AssetRecord, AssetRole, AssetsDialect } from './asset-record.ts'
import { assetsDialect } from './assets-dialects.ts'
import {
  hexOf,
  type Installation,
  isSameAccount,
  type RegistrySender,
  type RegistryTransaction,
  type WithSignal,
} from './installation.ts'
import { requireRole } from './permission.ts'
import { askViews, type Hex, view } from './view.ts'

/** What a change of an asset came to: nothing is sent for what is so already. */
export interface AssetChange {
  readonly asset: AssetRecord
  readonly transactions: readonly string[]
}

const registryNames = { producer: 'producing', consumer: 'consuming' } as const

/** One of the two asset registries of an installation: one client, whichever the release. */
export class AssetRegistry {
  readonly role: AssetRole
  readonly address: string
  readonly place: Installation
  readonly #dialect: AssetsDialect

  private constructor(place: Installation, role: AssetRole, address: string) {
    this.place = place
    this.role = role
    this.address = address
    this.#dialect = assetsDialect(place.found.release, role)
  }

  /** @throws EnergywebError `ledger-not-ready` where the installation has none for this role */
  static of(place: Installation, role: AssetRole): AssetRegistry {
    const address = place.found[registryNames[role]]
    if (address !== undefined) return new AssetRegistry(place, role, address)
    throw new EnergywebError('ledger-not-ready', `no ${registryNames[role]} registry is known`, {
      hint: 'Write its address into the ledger’s configuration.',
    })
  }

  /** Like `the producing registry 0x…`. */
  get name(): string {
    return `the ${registryNames[this.role]} registry ${this.address}`
  }

  /** How many assets there are: ids count from 0. */
  async count(options: WithSignal = {}): Promise<bigint> {
    const [count] = await askViews(
      this.place.network,
      [view(this.address, anyAssetsAbi, 'getAssetListLength')],
      options,
    )
    if (count !== undefined) return count
    throw new EnergywebError('ledger-not-ready', `${this.name} does not tell how many assets it has`, {
      retryable: true,
    })
  }

  /** @throws EnergywebError `ledger-not-ready` for an id that there is not */
  async read(id: bigint, options: WithSignal = {}): Promise<AssetRecord> {
    const count = await this.count(options)
    // Looked at first: in both releases a question for an unknown id burns the gas of whoever asks in a transaction.
    if (id >= count) {
      throw new EnergywebError(
        'ledger-not-ready',
        `${this.name} has no asset ${id}: it has ${count} assets, numbered from 0`,
        { retryable: true },
      )
    }
    const [record] = await this.#records([id], options)
    if (record !== undefined) return record
    throw new EnergywebError('ledger-not-ready', `asset ${id} of ${this.name} can't be read`, {
      retryable: true,
    })
  }

  /** Assets, the newest first, at most `limit`. */
  async *newest({ limit, ...options }: WithSignal & { readonly limit?: number } = {}) {
    let left = limit ?? Number.POSITIVE_INFINITY
    for (let above = await this.count(options); above > 0n && left > 0; above -= page) {
      const ids = Array.from(
        { length: Number(above < page ? above : page) },
        (_, i) => above - 1n - BigInt(i),
      )
      const records = await this.#records(ids.slice(0, left), options)
      left -= records.length
      yield* records.filter(record => record !== undefined)
    }
  }

  /** The newest asset that only this account may write the readings of. */
  async findByMeter(account: string, options: WithSignal = {}): Promise<AssetRecord | undefined> {
    for await (const record of this.newest(options)) {
      if (isSameAccount(record.smartMeter, account)) return record
    }
    return undefined
  }

  /**
   * Switches an asset on or off: an inactive one takes no readings.
   * @throws EnergywebError `role-missing`, `ledger-not-ready`, and what `sender.send` throws
   */
  async setActive(id: bigint, active: boolean, sender: RegistrySender): Promise<AssetChange> {
    const asset = await this.read(id)
    if (asset.active === active) return { asset, transactions: [] }
    await this.requireAdmin(sender, 'switch assets')
    const data = encodeFunctionData({ abi: anyAssetsAbi, functionName: 'setActive', args: [id, active] })
    return this.change(asset, { what: `${active ? 'activate' : 'deactivate'} asset ${id}`, data }, sender)
  }

  /** @throws EnergywebError `role-missing` */
  requireAdmin({ address: account }: RegistrySender, deed: string): Promise<void> {
    return requireRole(this.place, { registry: this.address, role: 'AssetAdmin', account, deed })
  }

  /** Sends one call of this registry. */
  send({ what, data }: { what: string; data: Hex }, sender: RegistrySender) {
    const transaction: RegistryTransaction = { what, to: hexOf(this.address), data }
    return sender.send(transaction)
  }

  /** Sends one call that changes an asset, and looks at what became of it. */
  async change(
    { id }: AssetRecord,
    call: { what: string; data: Hex },
    sender: RegistrySender,
  ): Promise<AssetChange> {
    const { transaction } = await this.send(call, sender)
    return { asset: await this.read(id), transactions: [transaction] }
  }

  #records(ids: readonly bigint[], options: WithSignal): Promise<readonly (AssetRecord | undefined)[]> {
    return askViews(
      this.place.network,
      ids.map(id => this.#dialect.record(this.address, id)),
      options,
    )
  }
}

const page = 60n
