import { ed25519 } from '@noble/curves/ed25519.js'
import { expect, test } from 'vitest'
import { limits, reading, testLog } from '../../test/storage/support.ts'
import type { Signer } from '../core/signer.ts'
import { readCheckpoint } from '../proof/checkpoint.ts'

const secret = new Uint8Array(32).fill(5)
const signer: Signer = {
  algorithms: ['ed25519'],
  publicKey: () => ed25519.getPublicKey(secret),
  sign: async data => ed25519.sign(data, secret),
}
const origin = 'gateway.example.org/roof'
const key = { name: origin, keyId: Uint8Array.of(1, 2, 3, 4) }
// Its first five characters of base64 are those of the key: only all of them tell the two apart.
const twin = { name: origin, keyId: Uint8Array.of(1, 2, 3, 5) }

async function logWithCheckpoints(count: number) {
  const log = await testLog()
  await log.openStream({ name: 'roof', source: 'eumel-v2' })
  const sizes: number[] = []
  for (let i = 1; i <= count; i++) {
    await log.record('roof', [reading(i)], limits)
    const note = await log.checkpoint({ signer, origin })
    if (note !== undefined) sizes.push(readCheckpoint(note).size)
  }
  const waiting = async (limit = 500, of = key) =>
    (await log.checkpointsWithout({ ...of, limit })).map(note => readCheckpoint(note).size)
  const sign = (size: number, of = key) =>
    log.addCosignatures(size, [{ name: of.name, keyId: of.keyId, signature: new Uint8Array(70) }])
  return { log, sizes, waiting, sign }
}

test('a key that has signed nothing begins with the newest checkpoint', async () => {
  const { log, sizes, waiting } = await logWithCheckpoints(3)
  expect(await waiting()).toEqual(sizes.slice(-1))
  await log.close()
})

test('what was made behind the last that it signed waits, the oldest first, over pages', async () => {
  const { log, sizes, waiting, sign } = await logWithCheckpoints(230)
  await sign(sizes[4] ?? 0)
  expect(await waiting()).toEqual(sizes.slice(5))
  expect(await waiting(2)).toEqual(sizes.slice(5, 7))
  await sign(sizes.at(-1) ?? 0)
  expect(await waiting()).toEqual([])
  await log.close()
})

test("another key's line is not its own", async () => {
  const { log, sizes, waiting, sign } = await logWithCheckpoints(3)
  await sign(sizes[0] ?? 0)
  await sign(sizes[2] ?? 0, twin)
  expect(await waiting()).toEqual(sizes.slice(1))
  await log.close()
})

test('without a checkpoint nothing waits', async () => {
  const { log, waiting } = await logWithCheckpoints(0)
  expect(await waiting()).toEqual([])
  await log.close()
})
