import type { Abi } from 'viem'
import { z } from 'zod'
import { ledger as ledgerSchema, originALine } from '../../src/config/schema-ledger.ts'
import { defineLedger } from '../../src/ledgers/defined/define-ledger.ts'
import type { LedgerTrialOptions } from '../../src/ledgers/defined/ledger-doors.ts'
import { submissionFaultPoints } from '../../src/ledgers/evm/submission-fault-points.ts'
import { EvmNetwork, networkPresets, openOriginA } from '../../src/ledgers/index.ts'
import { contractAddress } from '../../src/ledgers/kit-helpers.ts'
import { notReady } from '../../src/ledgers/not-ready.ts'
import { calls, decodeAssetGeneral } from '../../src/ledgers/origin-a/calls.ts'
import { meterReadEvents } from '../../src/ledgers/origin-a/events.ts'
import { consumingBytecode, producingBytecode } from '../../src/ledgers/origin-a/generated/energy-registry.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import type { LedgerDoors, TriedDefinition, TriedPlace } from '../../src/testing/ledger-subject.ts'
import type { Kind } from '../contracts/bench.ts'
import { consumingAbi, producingAbi } from '../contracts/origin-a-abi.ts'
import { DeployedContract } from '../support/deployed-contract.ts'
import { deployReleaseA, rolesA } from '../support/release-a.ts'

/** A chain of the suite's with a registry that has release A's interface, where each case gets an asset of its own. */
export class OriginAPlace {
  readonly anvil: Anvil
  readonly #registries: Record<Kind, DeployedContract>
  readonly #owner: string
  #assetId = 0n

  private constructor(anvil: Anvil, registries: Record<Kind, DeployedContract>, owner: string) {
    this.anvil = anvil
    this.#registries = registries
    this.#owner = owner
  }

  static async open(flavour: 'double' | 'strict'): Promise<OriginAPlace> {
    const anvil = await startAnvil({ noMining: true })
    const owner = anvil.accounts[2]?.address ?? ''
    if (flavour === 'double') {
      const { producing, consuming, setUser } = await deployReleaseA(anvil)
      await setUser(owner, rolesA.assetManager)
      return new OriginAPlace(anvil, { producing, consuming }, owner)
    }
    const deploy = (abi: Abi, bytecode: `0x${string}`) => DeployedContract.deploy(anvil, { abi, bytecode })
    const producing = await deploy(producingAbi, producingBytecode)
    const consuming = await deploy(consumingAbi, consumingBytecode)
    return new OriginAPlace(anvil, { producing, consuming }, owner)
  }

  /** A new asset that `meter` writes. */
  async asset(kind: Kind, meter: string): Promise<TriedPlace> {
    const registry = this.#registries[kind]
    this.#assetId = BigInt(String(await registry.read('getAssetListLength')))
    await registry.send('createAsset')
    const consumerOnly = kind === 'producing' ? [] : [5_000n, true]
    await registry.send('initGeneral', [
      ...[this.#assetId, meter, this.#owner, 1_500_000_000n],
      ...[...consumerOnly, true],
    ])
    return {
      options: { [kind]: registry.address },
      line: { assetId: String(this.#assetId) },
      role: kind === 'producing' ? 'producer' : 'consumer',
    }
  }

  async setPaused(kind: Kind, paused: boolean): Promise<void> {
    await this.#registries[kind].send('setActive', [this.#assetId, !paused])
  }
}

/** Release A as the configuration describes it: the kind is written by hand, and no definition. */
export const originA: TriedDefinition = {
  name: 'origin-a',
  needs: 'absolute',
  options: {
    safeParse: given => ledgerSchema.safeParse({ kind: 'origin-a', network: 'local', ...Object(given) }),
  },
  line: originALine,
}

const contracts = z.object({ producing: z.string().optional(), consuming: z.string().optional() })

/** Opens release A's own client, and looks at the contract by its own means. */
export const originADoors: LedgerDoors<TriedDefinition> = {
  faultPoints: submissionFaultPoints,
  async open(_definition, trial) {
    const { line, signer, stores, options } = trial
    const { producing, consuming } = contracts.parse(options)
    const { name, stream, role, key, target } = line
    const { assetId } = originALine.parse(target)
    return openOriginA({
      name: 'trial',
      network: await networkOf(trial),
      ...(producing !== undefined && { producing }),
      ...(consuming !== undefined && { consuming }),
      signers: new Map([[key, signer]]),
      lines: [{ name, stream, role, key, assetId }],
      stores,
    })
  },
  async look(_definition, trial) {
    const { role, target } = trial.line
    const { assetId } = originALine.parse(target)
    const { producing, consuming } = contracts.parse(trial.options)
    const contract = (role === 'producer' ? producing : consuming) ?? ''
    const network = await networkOf(trial)
    const { number } = await network.ready()
    const call = [{ to: contract, data: calls.assetGeneral(assetId) }, 'latest']
    const general = decodeAssetGeneral(role, String(await network.request('eth_call', call)))
    const events = await meterReadEvents(network, { contract, role, assetId }, { from: 0n, to: number })
    return { total: general.lastRead, registered: events.map(({ value }) => value) }
  },
}

function networkOf({ url, chainId, fetch, networkClock, confirmations }: LedgerTrialOptions) {
  const { fees } = networkPresets.local
  const options = { chainId, rpc: [url], confirmations, fees, headAge: 86_400_000, realClock: networkClock }
  return EvmNetwork.open({ name: 'trial', ...options, fetch })
}

/** The producing registry once more, as somebody would declare it who has a registry that takes every total. */
export const absoluteBook = defineLedger({
  name: 'absolute-book',
  title: 'Every total',
  description: 'A registry that takes each total, equal ones too, and silent meters.',
  proof: 'The tests of energyweb.',
  needs: 'absolute',
  options: z.strictObject({ producing: contractAddress('the registry') }),
  line: z.strictObject({ assetId: z.coerce.bigint() }),
  example: {
    ledger: "kind: absolute-book\nnetwork: local\nproducing: '0x5fbdb2315678afecb367f032d93f642f64180aa3'\n",
    report: 'ledger: book\nkey: meter\nassetId: 0\n',
  },
  create({ producing }) {
    const at = { address: producing, abi: producingAbi }
    const general = z.object({
      smartMeter: z.string(),
      active: z.boolean(),
      lastSmartMeterReadWh: z.bigint(),
      lastSmartMeterReadFileHash: z.string(),
    })
    const event = z.object({ oldMeterRead: z.bigint(), newMeterRead: z.bigint(), fileHash: z.string() })
    return {
      abi: producingAbi,
      gasCap: 200_000n,
      addressOf: () => producing,
      async check({ name, target }, { account, chain }) {
        const call = { functionName: 'getAssetGeneral', args: [target.assetId] }
        const { smartMeter, active } = general.parse(await chain.read(at, call))
        if (active && smartMeter.toLowerCase() === account) return
        throw notReady(`${name}: ${smartMeter} may write, active: ${active}`, 'Ask its administrator.')
      },
      async readTotal({ target }, { chain }) {
        const call = { functionName: 'getAssetGeneral', args: [target.assetId] }
        const { lastSmartMeterReadWh, lastSmartMeterReadFileHash } = general.parse(await chain.read(at, call))
        return { total: lastSmartMeterReadWh, link: lastSmartMeterReadFileHash }
      },
      call: ({ target }, { total, meterDown, entry }) => ({
        functionName: 'saveSmartMeterRead',
        args: [target.assetId, total, meterDown, entry.leafHash, 0n, true],
      }),
      linkOf: ({ args }) => String(args[3]),
      event: 'LogNewMeterRead',
      eventArgs: ({ target }) => ({ assetId: target.assetId }),
      registered(_line, { args }) {
        const { oldMeterRead, newMeterRead, fileHash } = event.parse(args)
        return { before: oldMeterRead, total: newMeterRead, link: fileHash }
      },
    }
  },
})
