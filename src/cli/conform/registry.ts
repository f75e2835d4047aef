import { encodeCall } from '../../ledgers/evm/words.ts'
import { encodeProducerRead, meterReadTopics } from '../../ledgers/origin-a/calls.ts'
import { producingBytecode } from '../../ledgers/origin-a/generated/energy-registry.ts'
import type { NodeRegistry } from '../../testing/node-session.ts'

const noLink = `0x${'0'.repeat(64)}`
const solar = 1n

/** Our EnergyRegistry of producers as the suite uses it: asset 0, one reading, and a call that it refuses. */
export function conformanceRegistry(): NodeRegistry {
  const read = (assetId: bigint, value: bigint) =>
    encodeProducerRead({ assetId, value, meterDown: false, link: noLink, carbon: 0n, carbonDown: false })
  return {
    bytecode: producingBytecode,
    setUp: account => [
      // createAsset(), initGeneral(0, meter, owner, since, active), initProducingProperties(0, solar, capacity, …)
      '0x31a5daf3',
      encodeCall('0x2f138074', 0n, account, account, 1_700_000_000n, true),
      encodeCall('0xcff4da06', 0n, solar, 10_000n, 0n, noLink, noLink),
    ],
    read: total => read(0n, total),
    topics: meterReadTopics('producer', 0n, noLink),
    // There is no asset 7.
    refused: read(7n, 1n),
  }
}
