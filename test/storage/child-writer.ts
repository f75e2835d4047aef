/*
 * A gateway's storage life without the gateway: it goes on where the log of `folder` ends, and says on its output what was
 * acknowledged, one line each: `r <n>` a reading, `f <last>` a final submission up to that entry, `c <size>` a checkpoint,
 * `e <n>` an event cursor, `p <n>` the asset's entries up to that one are priced, `io` a stopped log, `ok` a recovered one.
 * node child-writer.ts <folder> <readings> <concurrent> [document]
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { isEnergywebError } from '../../src/core/errors.ts'
import { openLog } from '../../src/storage/index.ts'
import { say } from '../support/say.ts'
import { line, childReading as reading, wattHour } from './child-reading.ts'

const [folder = '', count = '60', concurrent = '1', commitment = 'fields'] = process.argv.slice(2)
const limits = { resolution: 0n, opening: 'zero' } as const
const secret = new Uint8Array(32).fill(9)
const signer = {
  algorithms: ['ed25519'] as const,
  publicKey: () => ed25519.getPublicKey(secret),
  sign: async (data: Uint8Array) => ed25519.sign(data, secret),
}

const log = await openLog({ folder })
await log.openStream({ name: 'roof', commitment: commitment === 'document' ? 'document' : 'fields' })
await log.openLine(line, 'roof')
const alone = Number(concurrent) === 1
if (alone) await log.openStream({ name: 'gateway' })
if (alone) await log.openCarbon({ asset: 'roof', basis: 'marginal', source: 'child' })
const { opened, total } = await log.register('roof')
let next = opened ? Number(total / wattHour) + 2 : 1

let recovering: Promise<void> | undefined

async function durable<Result>(write: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (!isEnergywebError(error, 'log-io')) throw error
      recovering ??= recover()
      await recovering
    }
  }
}

async function recover(): Promise<void> {
  say('io')
  await log.recover()
  recovering = undefined
  say('ok')
}

async function write(): Promise<void> {
  while (next <= Number(count)) {
    const n = next++
    await durable(() => log.record('roof', [reading(n)], limits))
    say(`r ${n}`)
    if (alone) await follow(n)
    if (n % 5 === 0 && alone) await price()
    if (n % 5 === 0 && alone) await report()
  }
}

/** Each event is said twice, and its note must stand once. */
async function follow(n: number): Promise<void> {
  const event = { key: `event-${n}`, body: String(n), settled: false }
  await durable(() =>
    log.changeEvents('child', { cursor: String(n), offered: [event], forgotten: [`event-${n - 3}`] }),
  )
  const document = { by: null, text: event.key }
  for (let i = 0; i < 2; i++) await durable(() => log.appendOnce(event.key, 'gateway', 'note', document))
  say(`e ${n}`)
}

/** Every third factor is missing until the next time. */
async function price(): Promise<void> {
  const raw = { bytes: new TextEncoder().encode('{"value":400}'), mediaType: 'application/json' }
  const quote = { factor: 400n * 10n ** 18n, scope: undefined, estimated: false, raw, provenance: 'child' }
  for (const state of ['missing', 'waiting'] as const) {
    const steps = await durable(() => log.carbonSteps('roof', { state, limit: 1_000 }))
    const verdicts = steps.map(({ sequence }) =>
      state === 'waiting' && sequence % 3 === 0
        ? { sequence, missing: { reason: 'source-empty', detail: 'child' } }
        : { sequence, quote: { ...quote, basis: 'marginal' as const } },
    )
    const { cursor } = await durable(() => log.priceCarbon('roof', verdicts))
    say(`p ${cursor}`)
  }
}

async function report(): Promise<void> {
  const { planned } = await log.line(line)
  const last = (await log.register('roof')).sequence
  const call = { line, chainId: 246n, account: '0xaa', to: '0xbb', data: '0x', gas: 1n, value: 1n }
  const nonce = (await log.nextNonce(246n, '0xaa')) ?? 0
  const variant = { hash: `0x${nonce}`, raw: '0x', nonce, maxFeePerGas: 1n, maxPriorityFeePerGas: 0n }
  await durable(() => log.create({ ...call, first: planned + 1, last, reading: last }, variant))
  for (const { id, nonce } of await log.pending(246n, '0xaa')) {
    const where = { chainId: 246n, contract: '0xbb', block: 1n, blockHash: '0x', logIndex: 0, value: 1n }
    await durable(() => log.markMined(id, { ...where, transaction: `0x${nonce}` }))
    await durable(() => log.finalise([id]))
  }
  say(`f ${last}`)
  const note = await durable(() => log.checkpoint({ signer, origin: 'child.example' }))
  if (note !== undefined) say(`c ${note.split('\n')[1]}`)
}

await Promise.all(Array.from({ length: Number(concurrent) }, write))
await log.close()
say('done')
