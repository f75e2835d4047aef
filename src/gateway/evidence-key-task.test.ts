import { expect, test } from 'vitest'
import { logName, noteOf } from '../../test/support/witnessed-log.ts'
import { equalBytes } from '../core/bytes.ts'
import type { EntrySignatureBook, UnsignedEntry } from '../core/entry-signatures.ts'
import { EnergywebError } from '../core/errors.ts'
import { type Logger, silentLogger } from '../core/logger.ts'
import type { Signer } from '../core/signer.ts'
import { p256Signer } from '../keys/index.ts'
import { readCheckpoint, verifyCheckpoint } from '../proof/checkpoint.ts'
import { evidenceKeyOf } from '../proof/evidence-signature.ts'
import { addSignatures, type NoteSignature, parseNote } from '../proof/signed-note.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import type { GatewayEvent } from './events.ts'
import { EvidenceKeyTask } from './evidence-key-task.ts'

const tokenKey = p256Signer(new Uint8Array(32).fill(3))
const key = evidenceKeyOf(logName, tokenKey)
const away = new EnergywebError('key-unavailable', 'the token is away', { retryable: true })

/** A task over kept checkpoints, and a token that can be taken away, before it is asked or while it signs. */
function setup({ waiting = [] }: { waiting?: UnsignedEntry[] } = {}) {
  const clock = new VirtualClock()
  const notes: string[] = []
  const events: GatewayEvent[] = []
  const lines: string[] = []
  const token: { opening: EnergywebError | undefined; signing: EnergywebError | undefined; signer: Signer } =
    {
      opening: undefined,
      signing: undefined,
      signer: {
        ...tokenKey,
        async sign(data, options) {
          if (token.signing !== undefined) throw token.signing
          return tokenKey.sign(data, options)
        },
      },
    }
  const kept = new Map<number, Uint8Array>()
  const left = () => waiting.filter(({ sequence }) => !kept.has(sequence))
  const book: EntrySignatureBook = {
    beginSigning: async () => undefined,
    entriesToSign: async ({ limit }) => left().slice(0, limit),
    countEntriesToSign: async () => left().length,
    async keepEntrySignatures(_, signatures) {
      for (const { sequence, signature } of signatures) kept.set(sequence, signature)
    },
  }
  const hasLine = (note: string) => parseNote(note).signatures.some(({ keyId }) => equalBytes(keyId, key.id))
  const task = new EvidenceKeyTask(
    {
      origin: logName,
      name: 'tpm',
      ...(waiting.length > 0 && { readings: { assets: ['roof'], store: () => book } }),
      signer: async () => {
        if (token.opening !== undefined) throw token.opening
        return token.signer
      },
      store: () => ({
        checkpointsWithout: async ({ limit }) =>
          notes.slice(notes.findLastIndex(hasLine) + 1).slice(0, limit),
        addCosignatures: async (size: number, signatures: readonly NoteSignature[]) => {
          const at = notes.findIndex(note => readCheckpoint(note).size === size)
          notes[at] = addSignatures(notes[at] ?? '', signatures)
        },
      }),
    },
    event => events.push(event),
  )
  const say = (_: object, message: string) => lines.push(message)
  const log: Logger = { ...silentLogger, info: say, warn: say }
  const context = { signal: new AbortController().signal, clock, log }
  const run = () => task.coroutine({ ...context, tick: { number: 0, at: 0, lateness: 0 }, item: undefined })
  return { clock, notes, events, lines, token, task, run, context, kept, signed: () => notes.map(hasLine) }
}

test('each checkpoint gets the line of the evidence key once, and others are told', async () => {
  const { notes, events, task, run } = setup()
  notes.push(await noteOf({ size: 5 }))
  await run()
  await run()
  expect(verifyCheckpoint(notes[0] ?? '', [key]).size).toBe(5)
  const { key: told = '' } = task.status()
  expect(events).toEqual([{ type: 'evidence-key-signed', key: told, size: 5 }])
  expect(task.status()).toMatchObject({ name: 'tpm', size: 5, awaySince: undefined, trouble: undefined })
})

test.each(['opening', 'signing'] as const)(
  'while the token is away (%s) checkpoints wait, it is said once, and what waited is signed in order when it is back',
  async moment => {
    const { clock, notes, lines, token, task, run, events, signed } = setup()
    token[moment] = away
    for (const size of [5, 7, 9]) {
      notes.push(await noteOf({ size }))
      await run()
    }
    expect(signed()).toEqual([false, false, false])
    expect(task.status()).toMatchObject({ awaySince: clock.now(), trouble: 'the token is away' })
    expect(lines).toEqual([
      expect.stringContaining('the evidence key tpm is away: checkpoints are signed by the log key alone'),
    ])
    token[moment] = undefined
    notes.splice(0, 1, addSignatures(notes[0] ?? '', []))
    await run()
    // It had signed none before: it begins with the newest, which speaks for those before it.
    expect(signed()).toContain(true)
    expect(lines).toContain('the evidence key is back')
    expect(task.status()).toMatchObject({ awaySince: undefined, trouble: undefined })
    expect(events.length).toBeGreaterThan(0)
  },
)

test('what was made during an outage is completed, the oldest first', async () => {
  const { notes, token, run, events, signed } = setup()
  notes.push(await noteOf({ size: 3 }))
  await run()
  token.signing = away
  for (const size of [5, 7, 9]) notes.push(await noteOf({ size }))
  await run()
  expect(signed()).toEqual([true, false, false, false])
  token.signing = undefined
  await run()
  expect(signed()).toEqual([true, true, true, true])
  expect(events.map(event => (event.type === 'evidence-key-signed' ? event.size : 0))).toEqual([3, 5, 7, 9])
})

test('a broken token is a failure of the task, not an absence', async () => {
  const { notes, token, task, run, context } = setup()
  notes.push(await noteOf({ size: 5 }))
  const other = p256Signer(new Uint8Array(32).fill(4))
  token.signer = { ...tokenKey, sign: (data, options) => other.sign(data, options) }
  const error = await run().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'key-invalid' })
  const told = { during: 'run', consecutiveFailures: 1, retryInMilliseconds: 1_000 } as const
  task.handleError(error, { ...context, ...told })
  expect(task.status()).toMatchObject({
    awaySince: undefined,
    trouble: expect.stringContaining('does not hold'),
  })
})

test('whoever asks for a checkpoint waits for a key that answers, and not long for one that does not', async () => {
  const { clock, notes, token, task, context, signed } = setup()
  notes.push(await noteOf({ size: 5 }))
  await task.signNow({ ...context, patience: 2_000 })
  expect(signed()).toEqual([true])
  notes.push(await noteOf({ size: 7 }))
  token.signer = {
    ...tokenKey,
    // A library that hangs heeds no signal.
    sign: () => new Promise(() => undefined),
  }
  const waiting = task.signNow({ ...context, patience: 2_000 })
  await clock.advance(2_000)
  await waiting
  expect(signed()).toEqual([true, false])
})

function readings(count: number): UnsignedEntry[] {
  return Array.from({ length: count }, (_, sequence) => ({
    asset: 'roof',
    stream: 'AAAAAAAAAAAAAAAAAAAAAA',
    sequence,
    leaf: new Uint8Array(32).fill(sequence),
  }))
}

test('readings are signed one by one behind the checkpoints, and the status counts them', async () => {
  const { notes, run, signed, kept, task } = setup({ waiting: readings(40) })
  notes.push(await noteOf({ size: 5 }))
  await run()
  expect(signed()).toEqual([true])
  expect(kept.size).toBe(40)
  expect(kept.get(3)).toHaveLength(64)
  expect(task.status().readings).toEqual({ signed: 40, waiting: 0 })
})

test('readings wait while the token is away, and none of those is lost that it signed before it went', async () => {
  const { token, run, kept, task } = setup({ waiting: readings(40) })
  let left = 20
  token.signer = {
    ...tokenKey,
    async sign(data, options) {
      if (left-- <= 0) throw away
      return tokenKey.sign(data, options)
    },
  }
  await run()
  expect(kept.size).toBe(20)
  expect(task.status()).toMatchObject({ trouble: 'the token is away', readings: { signed: 20, waiting: 20 } })
  left = 1_000
  await run()
  expect(kept.size).toBe(40)
  expect(task.status()).toMatchObject({ trouble: undefined, readings: { signed: 40, waiting: 0 } })
})

test('a checkpoint that comes while many readings wait goes before them, and a turn ends in time', async () => {
  const { notes, token, run, kept, signed } = setup({ waiting: readings(300) })
  const size: number[] = []
  token.signer = {
    ...tokenKey,
    async sign(data, options) {
      if (kept.size === 32 && notes.length === 0) notes.push(await noteOf({ size: 5 }))
      if (signed().includes(true)) size.push(kept.size)
      return tokenKey.sign(data, options)
    },
  }
  await run()
  expect(size[0]).toBe(48)
  expect(kept.size).toBe(16 * 16)
  await run()
  expect(kept.size).toBe(300)
})
