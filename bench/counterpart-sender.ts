// A bare viem sender: signs, sends and fetches receipts, 50 a request. Keeps nothing, checks no event, no depth.
import { setTimeout as wait } from 'node:timers/promises'
import {
  type Address,
  createPublicClient,
  encodeFunctionData,
  type Hex,
  http,
  type PublicClient,
  parseAbi,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

const abi = parseAbi(['function saveSmartMeterRead(uint256, uint256, bool, bytes32, uint256, bool)'])
/** Another one for each reading, as ours are: a link that stays the same costs 4,000 gas less. */
const linkOf = (reading: number): Hex => `0x${reading.toString(16).padStart(64, '5a')}`
type Target = { url: string; key: Hex; registry: Address; assetId: bigint }
type Targets = { url: string; keys: readonly Hex[]; registry: Address }

export async function sendBare({ url, key, registry: to, assetId }: Target, count: number): Promise<void> {
  const account = privateKeyToAccount(key)
  const client = createPublicClient({ transport: http(url, { batch: { batchSize: 50 } }) })
  const nonce = await client.getTransactionCount({ address: account.address })
  const gasPrice = 2n * ((await client.getBlock()).baseFeePerGas ?? 0n) + 1n
  const shared = { chainId: 31337, type: 'legacy', to, gas: 120_000n, gasPrice } as const
  const hashes: Hex[] = []
  while (hashes.length < count) {
    const raws: Hex[] = []
    for (let i = hashes.length; raws.length < 50 && i < count; i++) {
      const data = encodeFunctionData({ abi, args: [assetId, BigInt(i + 1), false, linkOf(i), 0n, true] })
      raws.push(await account.signTransaction({ ...shared, nonce: nonce + i, data }))
    }
    const sent = raws.map(serializedTransaction => client.sendRawTransaction({ serializedTransaction }))
    hashes.push(...(await Promise.all(sent)))
  }
  await seen(client, hashes)
}

/** The same for many accounts, the asset of each being its place: a call of each, then the next of each. */
export async function sendBareOf({ url, keys, registry: to }: Targets, count: number): Promise<void> {
  const accounts = keys.map(key => privateKeyToAccount(key))
  const client = createPublicClient({ transport: http(url, { batch: { batchSize: 50 } }) })
  const gasPrice = 2n * ((await client.getBlock()).baseFeePerGas ?? 0n) + 1n
  const shared = { chainId: 31337, type: 'legacy', to, gas: 120_000n, gasPrice } as const
  const hashes: Hex[] = []
  for (let nonce = 0; nonce < count; nonce++) {
    for (let at = 0; at < accounts.length; at += 50) {
      const signing = accounts.slice(at, at + 50).map((account, i) => {
        const args = [BigInt(at + i), BigInt(nonce + 1), false, linkOf(nonce), 0n, true] as const
        return account.signTransaction({ ...shared, nonce, data: encodeFunctionData({ abi, args }) })
      })
      const raws = await Promise.all(signing)
      const sent = raws.map(serializedTransaction => client.sendRawTransaction({ serializedTransaction }))
      hashes.push(...(await Promise.all(sent)))
    }
  }
  await seen(client, hashes)
}

/** Resolves when every one has its receipt. */
async function seen(client: PublicClient, hashes: readonly Hex[]): Promise<void> {
  for (let at = 0; at < hashes.length; ) {
    const asked = hashes.slice(at, at + 50).map(hash => client.getTransactionReceipt({ hash }))
    const receipts = await Promise.all(asked.map(receipt => receipt.catch(() => undefined)))
    const missing = receipts.indexOf(undefined)
    at += missing < 0 ? receipts.length : missing
    if (missing >= 0) await wait(250)
  }
}
