/**
 * Encoding and signing one transaction, against viem's own, by calls of several shapes; interleaved, CPU time of this process.
 * What both make is compared byte by byte (RFC 6979 makes signatures of equal bytes equal).
 */
import { encodeFunctionData, type Hex, parseAbi } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { fromHex } from '../src/core/bytes.ts'
import type { Signer } from '../src/core/signer.ts'
import { secp256k1Signer } from '../src/keys/secp256k1-signer.ts'
import { signTransaction } from '../src/ledgers/evm/transaction.ts'
import { encodeConsumerRead, encodeProducerRead } from '../src/ledgers/origin-a/calls.ts'
import { type FigureResult, ratioRow } from './figure.ts'
import { median } from './median.ts'

const key: Hex = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'
const to: Hex = '0x5fbdb2315678afecb367f032d93f642f64180aa3'
const link: Hex = `0x${'5a'.repeat(32)}`
// One function each, so that viem need not choose among overloads.
const producing = parseAbi(['function saveSmartMeterRead(uint256, uint256, bool, bytes32, uint256, bool)'])
const consuming = parseAbi(['function saveSmartMeterRead(uint256, uint256, bytes32, bool)'])

interface Shape {
  readonly name: string
  readonly type: 'legacy' | 'eip1559'
  ours(nonce: number): string
  theirs(nonce: number): Hex
}

const producer = {
  ours: (nonce: number) => {
    const read = { assetId: 7n, value: BigInt(nonce), meterDown: false, link, carbon: 12n, carbonDown: true }
    return encodeProducerRead(read)
  },
  theirs: (nonce: number) =>
    encodeFunctionData({ abi: producing, args: [7n, BigInt(nonce), false, link, 12n, true] as const }),
}

const shapes: readonly Shape[] = [
  { name: "a producer's read, legacy", type: 'legacy', ...producer },
  { name: "a producer's read, EIP-1559", type: 'eip1559', ...producer },
  {
    name: "a consumer's read, EIP-1559",
    type: 'eip1559',
    ours: nonce => encodeConsumerRead({ assetId: 7n, value: BigInt(nonce), meterDown: false, link }),
    theirs: nonce => encodeFunctionData({ abi: consuming, args: [7n, BigInt(nonce), link, false] as const }),
  },
]

const shared = { to, gas: 99_000n }
const [maxFeePerGas, maxPriorityFeePerGas] = [2_000_000_001n, 3n]

function signOurs(signer: Signer, { type, ours }: Shape, nonce: number): Promise<string> {
  const fees = { maxFeePerGas, maxPriorityFeePerGas: type === 'legacy' ? 0n : maxPriorityFeePerGas }
  const input = { ...shared, type, chainId: 246n, nonce, data: ours(nonce), fees }
  return signTransaction(input, { signer }).then(({ raw }) => raw)
}

const account = privateKeyToAccount(key)

function signTheirs({ type, theirs }: Shape, nonce: number): Promise<string> {
  const call = { ...shared, chainId: 246, nonce, data: theirs(nonce) }
  return account.signTransaction(
    type === 'legacy'
      ? { ...call, type, gasPrice: maxFeePerGas }
      : { ...call, type, maxFeePerGas, maxPriorityFeePerGas },
  )
}

/** Microseconds of CPU for one, of so many. */
async function cpuOf(count: number, sign: (nonce: number) => Promise<string>): Promise<number> {
  const before = process.cpuUsage()
  for (let nonce = 0; nonce < count; nonce++) await sign(nonce)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

/** @throws Error when a byte differs */
export async function signRows(count = 400): Promise<readonly FigureResult[]> {
  const signer = await secp256k1Signer(fromHex(key))
  const rows: FigureResult[] = []
  for (const shape of shapes) {
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let round = 0; round < 6; round++) {
      ours.push(await cpuOf(count, nonce => signOurs(signer, shape, nonce)))
      theirs.push(await cpuOf(count, nonce => signTheirs(shape, nonce)))
    }
    for (const nonce of [0, 1, 127, 128, 65_536]) {
      const same = (await signOurs(signer, shape, nonce)) === (await signTheirs(shape, nonce))
      if (!same) throw new Error(`${shape.name}, nonce ${nonce}: other bytes than viem's`)
    }
    // The first round of each warms up.
    const values = { ours: median(ours.slice(1)), theirs: median(theirs.slice(1)) }
    const name = `encoding and signing ${shape.name}, byte by byte that of viem`
    rows.push(ratioRow(name, { ...values, unit: 'µs CPU', goal: 1, better: 'less' }))
  }
  return rows
}

if (import.meta.main) console.log(await signRows())
