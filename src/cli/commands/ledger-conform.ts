import { parseDuration } from '../../core/duration.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Signer } from '../../core/signer.ts'
import { formatInstant } from '../../core/time.ts'
import type { FeeSettings } from '../../ledgers/evm/fees.ts'
import type { NetworkPresetName } from '../../ledgers/evm/presets.ts'
import type { RpcNode } from '../../ledgers/evm/rpc-node.ts'
import { type CommandContext, defineCommand, flag, parsed, requiredText, text } from '../command.ts'
import { configOption, openConfig } from '../configuration.ts'
import { connectionOptions, connectionPolicy } from '../connection-options.ts'
import { exitCodes } from '../exit-codes.ts'

/** Chains that everybody has on the own machine, by the habit of anvil, Hardhat, geth --dev and ganache. */
const developmentChains: readonly bigint[] = [31337n, 1337n]

/** `energyweb ledger conform` */
export const ledgerConformCommand = defineCommand({
  name: 'ledger conform',
  summary: 'Find out whether a node does what we need of it',
  description:
    'Runs the conformance suite of nodes against any EVM node: deploys our registry, registers a reading, and asks for all that can go wrong with a transaction. Shows each case with what was found and what the node said, in its own words. Sends about twenty transactions and spends some 5 million gas: on any chain but a development one say --yes. Who pays: a development node’s own unlocked account, else the account of --key, or of the private key in the environment variable --key-env; nobody else may use it meanwhile. `--json` gives a report without address, key and account: send it to us when a case fails. Ends with 1 when one does.',
  arguments: {},
  options: {
    ...configOption,
    rpc: requiredText('url', 'address of the node, http or https'),
    ...connectionOptions,
    network: parsed('preset', 'the known network it must be on; default whatever it says', name => name),
    key: text('name', 'the key in the configuration whose account pays'),
    keyEnv: text('name', 'the environment variable with the private key of the account that pays'),
    blockTime: parsed('duration', 'how long a block may take at most; default 1m', readDuration),
    yes: flag('spend coins of a chain that is not a development one'),
  },
  examples: [
    { command: 'ledger conform --rpc http://127.0.0.1:8545', description: 'tries a development node' },
    {
      command: 'ledger conform --rpc http://127.0.0.1:8545 --network volta --key-env TEST_KEY --yes --json',
      description: 'tries a node of Volta and gives a report to send in',
    },
  ],
  async run(input, context) {
    const { io, printer } = context
    const { openNode } = await import('../../ledgers/evm/rpc-node.ts')
    const tls = await connectionPolicy(input, io)
    const node = openNode({ url: addressOf(input.rpc), tls }, { network: 'under test' })
    const { chainId, client } = await identify(node)
    const fees = await feesFor(input.network, chainId)
    const isDevelopment = developmentChains.includes(chainId)
    if (!isDevelopment && !input.yes) {
      throw new EnergywebError('argument-invalid', `this spends coins on chain ${chainId}`, {
        hint: 'Say --yes when that is meant. A test network will do.',
      })
    }
    const { secp256k1Signer } = await import('../../keys/index.ts')
    const { randomBytes } = await import('node:crypto')
    const given = await givenSigner(input, context)
    const signer = given ?? (await secp256k1Signer(randomBytes(32)))
    const poor = await secp256k1Signer(randomBytes(32))
    const { nodeUnderTest } = await import('../conform/node-under-test.ts')
    const patience = input.blockTime ?? 60_000
    const subject = nodeUnderTest({
      node,
      chainId,
      fees,
      signer,
      poor,
      patience,
      clock: io.clock,
      mayRewind: isDevelopment && given === undefined,
    })
    await fund(node, {
      account: subject.account,
      price: await subject.price(),
      isMade: given === undefined,
      context,
    })
    const { runNodeConformance } = await import('../../testing/node-conformance.ts')
    const results = await runNodeConformance(subject, {
      onResult: ({ name, outcome }) => void printer.note(`${outcome}: ${name}`),
    })
    const { conformReport, formatReport, partsOf } = await import('../conform/report.ts')
    const { version } = await import('../version.ts')
    const face = { energyweb: version(), client, chainId: String(chainId), at: formatInstant(io.clock.now()) }
    const report = conformReport(face, results, [...partsOf(input.rpc), subject.account.slice(2)])
    await printer.data(report, formatReport(report))
    return report.failed > 0 ? exitCodes.failed : exitCodes.ok
  },
})

function readDuration(given: string): number {
  return parseDuration(given)
}

function addressOf(given: string): string {
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return given
  throw new EnergywebError('argument-invalid', '--rpc: expected an http or https address')
}

async function identify(node: RpcNode): Promise<{ chainId: bigint; client: string }> {
  const { quantityOf } = await import('../../ledgers/evm/answers.ts')
  const [id, client] = await node.batch([
    { method: 'eth_chainId', params: [] },
    { method: 'web3_clientVersion', params: [] },
  ])
  if (id?.error !== undefined) {
    throw new EnergywebError('network-refused', `the node does not say its chain: ${id.error.message}`)
  }
  const name = typeof client?.result === 'string' ? client.result.slice(0, 200) : 'a node without a name'
  return { chainId: quantityOf(id?.result, 'chain id'), client: name }
}

/** A preset's fees, where one is named or fits the chain; else twice the base fee and a tip, within a wide cap. */
async function feesFor(name: string | undefined, chainId: bigint): Promise<FeeSettings> {
  const { networkPresets, presetNamed } = await import('../../ledgers/evm/presets.ts')
  const names = Object.keys(networkPresets).map(presetNamed)
  const preset: NetworkPresetName | undefined =
    name === undefined ? names.find(one => networkPresets[one].chainId === chainId) : presetNamed(name)
  if (preset === undefined) {
    const gwei = 10n ** 9n
    return { type: 'legacy', floor: 1n, cap: 1_000n * gwei, tip: gwei }
  }
  const { chainId: expected, fees } = networkPresets[preset]
  if (expected === chainId) return fees
  throw new EnergywebError(
    'network-wrong-chain',
    `the node is on chain ${chainId}, ${preset} is chain ${expected}`,
  )
}

interface KeyInput {
  readonly config: string | undefined
  readonly key: string | undefined
  readonly keyEnv: string | undefined
}

async function givenSigner(
  { config: path, key, keyEnv }: KeyInput,
  { io, printer }: CommandContext,
): Promise<Signer | undefined> {
  if (key !== undefined && keyEnv !== undefined) {
    throw new EnergywebError('argument-invalid', '--key and --key-env: one of them, please')
  }
  if (keyEnv !== undefined) {
    const { environmentSigner } = await import('../../keys/index.ts')
    return environmentSigner({ variable: keyEnv, algorithm: 'secp256k1', environment: io.env })
  }
  if (key === undefined) return undefined
  const config = await openConfig(path, io)
  const { refuseSharedKey } = await import('../chain-access.ts')
  const { openAccount } = await import('../configured-key.ts')
  await refuseSharedKey(config, key)
  return (await openAccount(config, key, { io, printer })).signer
}

async function fund(
  node: RpcNode,
  options: { account: string; price: bigint; isMade: boolean; context: CommandContext },
): Promise<void> {
  const { account, price, isMade, context } = options
  const { fundFromNode, fundsNeeded } = await import('../conform/node-under-test.ts')
  const { quantityOf } = await import('../../ledgers/evm/answers.ts')
  const wei = fundsNeeded(price)
  const { clock } = context.io
  if (isMade && (await fundFromNode(node, { to: account, wei: wei === 0n ? 1n : wei, clock }))) return
  const [answer] = await node.batch([{ method: 'eth_getBalance', params: [account, 'latest'] }])
  if (!isMade && answer?.error === undefined && quantityOf(answer?.result, 'balance') >= wei) return
  throw new EnergywebError(
    'funds-insufficient',
    isMade ? 'the node has no account of its own that could pay' : `${account} has less than ${wei} wei`,
    { hint: 'Name a funded account by --key or --key-env; a test network’s coins will do.' },
  )
}
