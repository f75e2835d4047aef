import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ResolvedConfig } from '../../config/check-config.ts'
import { openNetwork } from '../../config/compose-ledgers.ts'
import { formatEnergy, millijoulesPer } from '../../core/energy.ts'
import { EnergywebError, toEnergywebError } from '../../core/errors.ts'
import { silentLogger } from '../../core/logger.ts'
import type { EvmNetwork } from '../../ledgers/evm/network.ts'
import { anchoredWords, lookAtAnchor, type PlacedAnchor } from '../anchor-look.ts'
import { openAccount } from '../configured-key.ts'
import type { CommandIo } from '../io.ts'
import type { Printer } from '../printer.ts'
import { coins, type LineLook, lookAtLine, type PlacedLine } from '../report-line-look.ts'
import type { Trial } from './source-trial.ts'

const noCoins = 'our account has no coins: where gas has a price, it can write nothing'

/** What a look found. */
interface Seen {
  readonly trouble: LineLook['trouble']
  readonly said: string
  readonly remarks: () => readonly string[]
}

/** Networks and accounts of the lines, each opened once. */
export class LineTrials {
  readonly #config: ResolvedConfig
  readonly #world: { readonly io: CommandIo; readonly printer: Printer }
  readonly #networks = new Map<string, Promise<EvmNetwork>>()
  readonly #accounts = new Map<string, Promise<string>>()

  constructor(config: ResolvedConfig, world: { io: CommandIo; printer: Printer }) {
    this.#config = config
    this.#world = world
  }

  /** Looks at a line's registry and account; nothing is sent. */
  async try(placed: PlacedLine): Promise<Trial> {
    const { line, network } = placed
    return this.#look({ subject: line.name, by: network, key: line.key }, async world => {
      const look = await lookAtLine(placed, world)
      return { trouble: look.trouble, said: wordsOf(look), remarks: () => this.#remarks(placed, look) }
    })
  }

  /** Looks at a contract that the log is anchored in; nothing is sent. */
  async tryAnchor(placed: PlacedAnchor): Promise<Trial> {
    const { line, network, key } = placed
    return this.#look({ subject: line, by: network, key }, async world => {
      const look = await lookAtAnchor(placed, world)
      const said = `${anchoredWords(look)}; ${look.account} has ${coins(look.balance)}`
      return { trouble: look.trouble, said, remarks: () => (look.balance === 0n ? [noCoins] : []) }
    })
  }

  async #look(
    { key, ...common }: { subject: string; by: string; key: string },
    look: (world: { network: EvmNetwork; account: string }) => Promise<Seen>,
  ): Promise<Trial> {
    try {
      const account = await this.#account(key)
      const { said, remarks, ...seen } = await look({ network: await this.#network(common.by), account })
      if (seen.trouble === undefined) return { ...common, said, trouble: undefined, remarks: remarks() }
      const { message, hint } = seen.trouble
      const trouble = new EnergywebError('ledger-not-ready', message, hint === undefined ? {} : { hint })
      return { ...common, said: '', trouble, remarks: [] }
    } catch (error) {
      return { ...common, said: '', trouble: toEnergywebError(error), remarks: [] }
    }
  }

  #network(name: string): Promise<EvmNetwork> {
    return once(this.#networks, name, () =>
      openNetwork(this.#config, name, { log: silentLogger, environment: this.#world.io.env }),
    )
  }

  #account(key: string): Promise<string> {
    return once(this.#accounts, key, async () => (await openAccount(this.#config, key, this.#world)).address)
  }

  #remarks({ line }: PlacedLine, { balance, registered: wattHours = 0n }: LineLook): string[] {
    const remarks: string[] = []
    if (balance === 0n) remarks.push(noCoins)
    const asset = this.#config.assets.find(({ name }) => name === line.stream)
    const begins = typeof asset?.opening === 'bigint' ? asset.opening : 0n
    const registered = wattHours * millijoulesPer.Wh
    const isNew = !existsSync(join(this.#config.data, 'log.db'))
    if (isNew && asset?.opening !== 'meter' && registered > begins) {
      const amount = `${wattHours} Wh`
      remarks.push(
        `the registry holds ${amount} already and our register begins below: write \`opening: ${amount}\`, or the line will stop`,
      )
    }
    return remarks
  }
}

function once<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  open: () => Promise<Value>,
): Promise<Value> {
  const found = known.get(key) ?? open()
  known.set(key, found)
  return found
}

function wordsOf({ registered = 0n, account, balance }: LineLook): string {
  return `${formatEnergy(registered * millijoulesPer.Wh)} registered; ${account} has ${coins(balance)}`
}
