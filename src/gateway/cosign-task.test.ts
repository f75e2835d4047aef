import { expect, test } from 'vitest'
import { plainConsistency, plainLeaves } from '../../test/support/plain-tree.ts'
import { noteOf, witnessKey, witnessName, witnessSigner } from '../../test/support/witnessed-log.ts'
import { utf8 } from '../core/bytes.ts'
import { systemClock } from '../core/clock.ts'
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import { type Logger, silentLogger } from '../core/logger.ts'
import type { HttpPostRequest, HttpResponse } from '../core/source.ts'
import { cosignatureOf, cosignCheckpoint, formatCosignature } from '../proof/cosignature.ts'
import { addSignatures, type NoteSignature } from '../proof/signed-note.ts'
import { cosignerKeyOf } from '../proof/verifier-key.ts'
import { parseWitnessRequest, twoFaces, type WitnessRequest } from '../proof/witness-request.ts'
import { CosignTask } from './cosign-task.ts'
import type { GatewayEvent } from './events.ts'

type Answer = (request: WitnessRequest) => Promise<HttpResponse> | HttpResponse

const answer = (status: number, body: string): HttpResponse => ({ status, headers: {}, body: utf8(body) })
const cosign = async (
  note: string,
  { name = witnessName, time = 1_714_550_400, signer = witnessSigner } = {},
) => formatCosignature(await cosignCheckpoint(note, { name, time, signer }))

/** A task over a log of so many entries and a witness that gives these answers, one after the other. */
async function taskOf(size: number, answers: readonly Answer[]) {
  const kept = { note: await noteOf({ size }) }
  const asked: WitnessRequest[] = []
  const events: GatewayEvent[] = []
  const alarms: string[] = []
  const left = [...answers]
  const http = {
    get: () => Promise.reject(new EnergywebError('internal', 'nobody gets')),
    post: async ({ url, body }: HttpPostRequest) => {
      expect(url).toBe('https://witness.example.org/add-checkpoint')
      const request = parseWitnessRequest('text' in body ? body.text : '')
      asked.push(request)
      const next = left.shift()
      if (next === undefined) throw new EnergywebError('internal', 'asked once too often')
      return next(request)
    },
    close: async () => undefined,
  }
  const task = new CosignTask(
    { key: witnessKey, url: 'https://witness.example.org', http: () => http },
    {
      report: event => events.push(event),
      store: () => ({
        lastCheckpoint: async () => kept.note,
        consistency: async ({ from, to }) => plainConsistency(from, plainLeaves(to)),
        addCosignatures: async (_: number, signatures: readonly NoteSignature[]) => {
          kept.note = addSignatures(kept.note, signatures)
        },
      }),
    },
  )
  const log: Logger = { ...silentLogger, error: (_, message) => alarms.push(message) }
  const context = { signal: new AbortController().signal, clock: systemClock, log }
  let failures = 0
  const run = async () => {
    try {
      await task.coroutine({ ...context, tick: { number: 0, at: 0, lateness: 0 }, item: undefined })
      failures = 0
      return undefined
    } catch (error) {
      failures += 1
      const told = { during: 'run' as const, consecutiveFailures: failures, retryInMilliseconds: 1_000 }
      task.handleError(error, { ...context, ...told })
      return isEnergywebError(error) ? error : undefined
    }
  }
  return { task, run, asked, kept, events, alarms }
}

test('a checkpoint is cosigned once, and the cosignature kept', async () => {
  const { task, run, asked, kept, events } = await taskOf(5, [
    async ({ note }) => answer(200, await cosign(note)),
  ])
  expect(await run()).toBeUndefined()
  expect(await run()).toBeUndefined()
  expect(asked).toMatchObject([{ oldSize: 0, proof: [] }])
  expect(kept.note).toContain(`— ${witnessName} `)
  const at = 1_714_550_400_000
  expect(events).toEqual([{ type: 'checkpoint-cosigned', witness: witnessName, size: 5, at }])
  expect(task.status()).toMatchObject({ size: 5, newest: 5, at, trouble: undefined, isAlarm: false })
})

test('what was cosigned before the gateway started is not asked for again', async () => {
  const { task, run, kept, asked } = await taskOf(5, [])
  const cosignature = await cosignCheckpoint(kept.note, { name: witnessName, time: 5, signer: witnessSigner })
  kept.note = addSignatures(kept.note, [cosignatureOf(cosignature)])
  expect(await run()).toBeUndefined()
  expect(asked).toEqual([])
  expect(task.status()).toMatchObject({ size: 5, at: 5_000 })
})

test('a witness that knows another size gets the proof from there, and from what it cosigned the next time', async () => {
  const { run, asked, kept } = await taskOf(9, [
    () => answer(409, '4\n'),
    () => answer(409, '7\n'),
    async ({ note }) => answer(200, await cosign(note)),
    async ({ note }) => answer(200, await cosign(note)),
  ])
  expect(await run()).toBeUndefined()
  kept.note = await noteOf({ size: 12 })
  expect(await run()).toBeUndefined()
  expect(asked.map(({ oldSize }) => oldSize)).toEqual([0, 4, 7, 9])
  expect(asked.map(({ proof }) => proof)).toEqual([
    [],
    plainConsistency(4, plainLeaves(9)),
    plainConsistency(7, plainLeaves(9)),
    plainConsistency(9, plainLeaves(12)),
  ])
})

test('a witness that is ahead of our log, knows another tree, or sees no continuation is an alarm, said once', async () => {
  const cases: readonly (readonly [RegExp, readonly Answer[]])[] = [
    [/has cosigned 8 entries of our log, which has signed 5 only/, [() => answer(409, '8\n')]],
    [/another tree of 5 entries/, [() => answer(409, '5\n'), () => answer(409, '5\n')]],
    [/holds two checkpoints of one size/, [() => answer(403, `${twoFaces}\n`)]],
    [/does not see our log as the continuation/, [() => answer(409, '4\n'), () => answer(422, 'no proof\n')]],
  ]
  for (const [message, answers] of cases) {
    const { task, run, alarms, kept } = await taskOf(5, [...answers, ...answers])
    const before = kept.note
    expect(await run()).toMatchObject({ code: 'log-forked', message: expect.stringMatching(message) })
    await run()
    expect(alarms).toEqual([expect.stringMatching(message)])
    expect(task.status()).toMatchObject({ isAlarm: true, trouble: expect.stringMatching(message) })
    expect(kept.note).toBe(before)
  }
})

test('an alarm ends when the witness cosigns', async () => {
  const { task, run } = await taskOf(5, [
    () => answer(409, '8\n'),
    async ({ note }) => answer(200, await cosign(note)),
  ])
  await run()
  await run()
  expect(task.status()).toMatchObject({ isAlarm: false, trouble: undefined, size: 5 })
})

test('nothing but a good cosignature of this key over this checkpoint is kept', async () => {
  const stranger = { ...witnessSigner, sign: async () => new Uint8Array(64) }
  const other = await noteOf({ size: 6 })
  const bodies: readonly Answer[] = [
    () => answer(200, ''),
    () => answer(200, '\n'),
    () => answer(200, '<html>hello</html>\n'),
    async ({ note }) => answer(200, (await cosign(note)).trimEnd()),
    async ({ note }) => answer(200, await cosign(note, { name: 'witness.example.org/w2' })),
    async ({ note }) => answer(200, await cosign(note, { signer: stranger })),
    async ({ note }) => answer(200, (await cosign(note)) + (await cosign(note, { time: 7 }))),
    async () => answer(200, await cosign(other)),
    () => ({ status: 200, headers: {}, body: Uint8Array.of(0xe2, 0x80, 0xff, 10) }),
  ]
  for (const body of bodies) {
    const { task, run, kept, events } = await taskOf(5, [body])
    const before = kept.note
    expect(await run()).toMatchObject({ code: 'witness-refused' })
    expect([kept.note, events]).toEqual([before, []])
    expect(task.status()).toMatchObject({ size: undefined, isAlarm: false })
  }
})

test('lines of other keys beside ours are passed over', async () => {
  const { run, kept } = await taskOf(5, [
    async ({ note }) =>
      answer(200, (await cosign(note, { name: 'witness.example.org/w2' })) + (await cosign(note))),
  ])
  expect(await run()).toBeUndefined()
  expect(kept.note.match(/w2/)).toBeNull()
  expect(cosignerKeyOf(witnessName, witnessSigner.publicKey('ed25519')).id).toEqual(witnessKey.id)
})

test('what the witness refuses or can not do is told with what to do about it', async () => {
  const cases: readonly (readonly [string, RegExp, Answer])[] = [
    [
      'witness-refused',
      /answers 404: "this log is not known here"/,
      () => answer(404, 'this log is not known here\n'),
    ],
    ['witness-refused', /answers 403/, () => answer(403, 'no\n')],
    ['witness-refused', /answers 400: \(no words\)/, () => answer(400, '')],
    ['witness-unavailable', /answers 503/, () => answer(503, 'not now\n')],
    ['witness-unavailable', /answers 429/, () => answer(429, '')],
    ['witness-unavailable', /makes no sense: "<html> \S+/, () => answer(409, `<html>\n${'x'.repeat(1_000)}`)],
    ['witness-unavailable', /makes no sense: "0"/, () => answer(409, '0\n')],
    [
      'witness-unavailable',
      /can't be asked: no way/,
      () => {
        throw new EnergywebError('source-unreachable', 'no way', { retryable: true })
      },
    ],
  ]
  for (const [code, message, said] of cases) {
    const { run, alarms } = await taskOf(5, [said])
    const error = await run()
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(error?.hint ?? (code === 'witness-unavailable' ? 'none' : undefined)).toBeDefined()
    expect(error?.message.length).toBeLessThan(400)
    expect(alarms).toEqual([])
  }
})

test('a witness that says another size each time is asked a few times only', async () => {
  const { run, asked } = await taskOf(
    9,
    [1, 2, 3, 4, 5].map(size => () => answer(409, `${size}\n`)),
  )
  expect(await run()).toMatchObject({ code: 'witness-unavailable', retryable: true })
  expect(asked).toHaveLength(4)
})
