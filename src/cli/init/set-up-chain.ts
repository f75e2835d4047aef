import { EnergywebError, messageOf } from '../../core/errors.ts'
import { quantityOf } from '../../ledgers/evm/answers.ts'
import { suggestFees } from '../../ledgers/evm/fees.ts'
import { openChainAccount } from '../chain-access.ts'
import type { ChainAccount } from '../chain-transaction.ts'
import { assetNamed, openConfig } from '../configuration.ts'
import type { CommandIo } from '../io.ts'
import type { Printer } from '../printer.ts'
import type { Prompts } from '../prompts.ts'
import { deployRegistry, registerAsset } from '../registry-administration.ts'
import { coins } from '../report-line-look.ts'
import { type Answers, meterKey, ownerKey, type Registration } from './config-text.ts'

interface SetUp {
  readonly prompts: Prompts
  readonly io: CommandIo
  readonly printer: Printer
  /** Path of the configuration that was written. */
  readonly config: string
  /** Accounts of the keys, by name. */
  readonly accounts: ReadonlyMap<string, string>
}

/** Gas of deploying a registry and registering an asset, generously: what the owner must be able to pay for. */
const setUpGas = 8_000_000n
/** Gas of some hundred readings. */
const readingsGas = 10_000_000n

/**
 * Deploys a registry of one's own and registers the asset in it, when the person wants that now and the accounts can pay;
 * answers where, or nothing when that is still to be done.
 * @throws EnergywebError as `sendTransaction`
 */
export async function setUpChain(answers: Answers, setUp: SetUp): Promise<Registration | undefined> {
  const { asset, ledger } = answers
  const { prompts, io, printer, accounts } = setUp
  if (ledger === undefined) return undefined
  const config = await openConfig(setUp.config, io)
  const owner = await openChainAccount(config, { key: ownerKey, network: ledger.network }, { io, printer })
  const meter = accounts.get(meterKey(asset)) ?? ''
  if (!(await canPay(owner, meter, prompts))) return undefined
  const side = asset.role
  const { address } = await deployRegistry(owner, side)
  const assetId = await registerAsset(owner, {
    role: side,
    contract: address,
    smartMeter: meter,
    owner: owner.address,
    capacityWh: ((assetNamed(config, asset.name).capacity ?? 0n) + 999n) / 1_000n,
    plantType: 'solar',
    operationalSince: BigInt(Math.floor(io.clock.now() / 1_000)),
    place: { country: '', region: '' },
  })
  return { address, assetId }
}

/** True once both accounts have what they need; asks for coins until then, or until the person gives up. */
async function canPay(owner: ChainAccount, meter: string, prompts: Prompts): Promise<boolean> {
  const { network } = owner
  for (;;) {
    const head = await network.ready()
    const { maxFeePerGas: price } = suggestFees(await network.feesAt(head), head.baseFee ?? 0n)
    const wanted = new Map([
      [owner.address, price * setUpGas],
      [meter, price * readingsGas],
    ])
    const poor: { address: string; amount: bigint }[] = []
    for (const [address, amount] of wanted) {
      const balance = quantityOf(await network.request('eth_getBalance', [address, 'latest']), 'balance')
      if (balance < amount) poor.push({ address, amount: amount - balance })
    }
    if (poor.length === 0) return true
    const needs = poor.map(({ address, amount }) => `  ${address}  ${coins(roundedUp(amount))}`)
    prompts.say(`These accounts pay for transactions and need coins, about:\n${needs.join('\n')}`)
    const donor = await devAccount(owner)
    const choice = await prompts.select({
      message: 'Where do they come from?',
      choices: [
        ...(donor === undefined
          ? []
          : [{ value: 'node' as const, label: "the node's own account", hint: 'it is a development node' }]),
        { value: 'sent' as const, label: 'I have sent them: look again' },
        { value: 'later' as const, label: 'later: leave the registry for now' },
      ],
    })
    if (choice === 'later') return false
    if (choice === 'node' && donor !== undefined) await fund(owner, donor, poor)
  }
}

/** An account that the node itself signs for, as development nodes have. */
async function devAccount({ network }: ChainAccount): Promise<string | undefined> {
  const [answer] = await network.batch([{ method: 'eth_accounts', params: [] }])
  const list = answer?.error === undefined ? answer?.result : undefined
  const first: unknown = Array.isArray(list) ? list[0] : undefined
  return typeof first === 'string' ? first : undefined
}

async function fund(
  owner: ChainAccount,
  donor: string,
  poor: readonly { address: string; amount: bigint }[],
): Promise<void> {
  const { network, clock } = owner
  for (const { address, amount } of poor) {
    const transaction = { from: donor, to: address, value: `0x${amount.toString(16)}` }
    try {
      const hash = await network.request('eth_sendTransaction', [transaction])
      await owner.onSent(`send ${coins(roundedUp(amount))} to ${address}`, String(hash))
    } catch (cause) {
      throw new EnergywebError('transaction-refused', `the node sends no coins: ${messageOf(cause)}`, {
        cause,
      })
    }
  }
  const until = clock.monotonic() + 60_000
  for (const { address, amount } of poor) {
    while (quantityOf(await network.request('eth_getBalance', [address, 'latest']), 'balance') < amount) {
      if (clock.monotonic() > until) return
      await new Promise<void>(resolve => clock.after(500, resolve))
    }
  }
}

/** Rounded up to what is shown: who sends that much has sent enough. */
function roundedUp(wei: bigint): bigint {
  const millionth = 10n ** 12n
  return ((wei + millionth - 1n) / millionth) * millionth
}
