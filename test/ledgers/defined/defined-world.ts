import { type Abi, type Hex, stringToHex } from 'viem'
import { fromHex } from '../../../src/core/bytes.ts'
import type { DefinedLine, LineStatus } from '../../../src/core/ledger.ts'
import { secp256k1Signer } from '../../../src/keys/secp256k1-signer.ts'
import type { AnyLedgerDefinition } from '../../../src/ledgers/defined/define-ledger.ts'
import {
  type DefinedLedgerOptions,
  openDefinedLedger,
} from '../../../src/ledgers/defined/open-defined-ledger.ts'
import type { EvmLedger } from '../../../src/ledgers/index.ts'
import { type Anvil, startAnvil } from '../../../src/testing/anvil.ts'
import { MemoryStores } from '../../../src/testing/memory-stores.ts'
import { DeployedContract } from '../../support/deployed-contract.ts'
import { localNetwork, onlyLine, settle } from '../local-chain.ts'
import { PushedClock } from '../world.ts'

const signal = new AbortController().signal

/** A chain that mines when told to, with one small contract on it, and ledgers of a defined kind opened on that. */
export class DefinedWorld {
  readonly anvil: Anvil
  readonly contract: DeployedContract
  readonly clock = new PushedClock()
  readonly #definition: AnyLedgerDefinition

  private constructor(anvil: Anvil, contract: DeployedContract, definition: AnyLedgerDefinition) {
    this.anvil = anvil
    this.contract = contract
    this.#definition = definition
  }

  static async open(
    definition: AnyLedgerDefinition,
    compiled: { abi: unknown; bytecode: string },
  ): Promise<DefinedWorld> {
    const anvil = await startAnvil({ noMining: true })
    const artifact = { abi: compiled.abi as Abi, bytecode: compiled.bytecode as Hex }
    return new DefinedWorld(anvil, await DeployedContract.deploy(anvil, artifact), definition)
  }

  get account(): string {
    return this.anvil.accounts[1]?.address.toLowerCase() ?? ''
  }

  /** A line to a meter of its own, which takes readings from our account. */
  async line(meter: string): Promise<DefinedLine> {
    await this.contract.send('register', [stringToHex(meter, { size: 32 }), this.account])
    return { name: `${meter}/book`, stream: meter, role: 'producer', key: 'meter', target: { meter } }
  }

  async ledger(
    lines: readonly DefinedLine[],
    options: Partial<DefinedLedgerOptions> & { fetch?: typeof globalThis.fetch } = {},
  ): Promise<EvmLedger> {
    const { fetch, ...rest } = options
    const network = await localNetwork(this.anvil, { realClock: this.clock, ...(fetch && { fetch }) })
    return openDefinedLedger(this.#definition, {
      name: 'book',
      network,
      signers: new Map([['meter', await secp256k1Signer(fromHex(this.anvil.accounts[1]?.privateKey ?? ''))]]),
      lines,
      stores: new MemoryStores(),
      options: { contract: this.contract.address },
      clock: this.clock,
      ...rest,
    })
  }

  work(ledger: EvmLedger): Promise<void> {
    return ledger.work({ signal })
  }

  only(ledger: EvmLedger): Promise<LineStatus> {
    return onlyLine(ledger)
  }

  /** Works and mines in turn until nothing is left to do; throws when that takes too many rounds. */
  settle(ledger: EvmLedger, rounds = 30): Promise<void> {
    return settle(ledger, { rounds, mine: () => this.anvil.mine() })
  }

  /** What a meter's events of a kind say, in order. */
  async events(meter: string, eventName: string): Promise<Record<string, unknown>[]> {
    const logs = (await this.anvil.rpc('eth_getLogs', [
      { address: this.contract.address, fromBlock: '0x0', toBlock: 'latest' },
    ])) as Parameters<DeployedContract['events']>[1]['logs']
    const id = stringToHex(meter, { size: 32 })
    return this.contract.events(eventName, { logs }).filter(event => event.meter === id)
  }
}
