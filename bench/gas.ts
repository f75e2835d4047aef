/** Gas of a read that is not the first in the strict registry, by a real node, against that of release A's first public build. */
import type { Hex } from 'viem'
import { encodeProducerRead } from '../src/ledgers/origin-a/calls.ts'
import { startAnvil } from '../src/testing/anvil.ts'
import { type FigureResult, ratioRow } from './figure.ts'
import { deploy } from './submission.ts'

/** A producer's read at London rules, measured on the original contracts (test/contracts/ownership-and-gas.test.ts). */
const original = 76_169

export async function gasRows(): Promise<readonly FigureResult[]> {
  const anvil = await startAnvil({ noMining: true })
  try {
    const writer = anvil.accounts[1]
    if (writer === undefined) throw new Error('the node has no accounts')
    const registry = await deploy(anvil, [writer.address])
    let gas = Number.NaN
    for (let round = 1; round <= 3; round++) {
      // As in real use a block has a time of its own.
      await anvil.rpc('evm_increaseTime', [60])
      const link = `0x${(round * 17).toString(16).padStart(2, '0').repeat(32)}`
      const read = { assetId: 0n, value: BigInt(round) * 1_000_000n, meterDown: false, link }
      const data = encodeProducerRead({ ...read, carbon: BigInt(round) * 5_000n, carbonDown: false })
      const call = { from: writer.address, to: registry, data, gas: '0x4c4b40' }
      const hash = await anvil.rpc('eth_sendTransaction', [call])
      await anvil.mine()
      const receipt = (await anvil.rpc('eth_getTransactionReceipt', [hash])) as { status: Hex; gasUsed: Hex }
      if (receipt.status !== '0x1') throw new Error('the registry refused the read')
      gas = Number(receipt.gasUsed)
    }
    const name = "a producer's read in the strict registry, against release A's"
    return [ratioRow(name, { ours: gas, theirs: original, unit: 'gas', goal: 0.7, better: 'less' })]
  } finally {
    await anvil.stop()
  }
}

if (import.meta.main) console.log(await gasRows())
