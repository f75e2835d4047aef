import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  logKey,
  logName,
  noteOf,
  requestOf,
  witnessKey,
  witnessName,
  witnessSigner,
} from '../../test/support/witnessed-log.ts'
import { utf8 } from '../core/bytes.ts'
import { systemClock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import { type Logger, silentLogger } from '../core/logger.ts'
import { ed25519Signer } from '../keys/index.ts'
import { verifyCosignatures } from '../proof/cosignature.ts'
import { addSignatures, parseSignature } from '../proof/signed-note.ts'
import { formatWitnessRequest } from '../proof/witness-request.ts'
import { decideEquivocation, readWitnessFolder, WitnessFolder } from '../storage/index.ts'
import { type OpenedWitness, openWitness, Witness, WitnessServer } from './index.ts'

let folder: string
let witness: OpenedWitness
let told: string[]

const log: Logger = {
  ...silentLogger,
  error: (_, message) => told.push(`error: ${message}`),
  warn: (_, message) => told.push(`warn: ${message}`),
}
const open = (prefix?: string) =>
  openWitness({
    name: witnessName,
    signer: witnessSigner,
    logs: [logKey],
    folder,
    clock: systemClock,
    log,
    host: '127.0.0.1',
    port: 0,
    ...(prefix !== undefined && { prefix }),
  })

beforeEach(async () => {
  told = []
  folder = await mkdtemp(join(tmpdir(), 'witness-test-'))
  witness = await open()
})

afterEach(async () => {
  await witness.close()
  await rm(folder, { recursive: true, maxRetries: 3 })
})

async function post(body: string | Uint8Array, url = witness.url) {
  const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body })
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: await response.text(),
  }
}

const ask = async (tree: Parameters<typeof requestOf>[0]) => post(await requestOf(tree))

function cosigners(note: string, line: string) {
  const signatures = line.trimEnd().split('\n').map(parseSignature)
  return verifyCosignatures(addSignatures(note, signatures), [witnessKey])
}

describe('a witness', () => {
  test('cosigns the first checkpoint, and each that continues the one before', async () => {
    const first = await ask({ size: 3 })
    expect(first).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8' })
    const [cosigned] = cosigners(await noteOf({ size: 3 }), first.body)
    expect(cosigned?.key).toBe(witnessKey)
    expect(Math.abs((cosigned?.time ?? 0) * 1_000 - Date.now())).toBeLessThan(60_000)
    const second = await ask({ size: 8, old: 3 })
    expect(cosigners(await noteOf({ size: 8 }), second.body)).toHaveLength(1)
    expect(told).toEqual([])
  })

  test('cosigns the same checkpoint again', async () => {
    await ask({ size: 3 })
    const again = await ask({ size: 3, old: 3 })
    expect(again.status).toBe(200)
    expect(cosigners(await noteOf({ size: 3 }), again.body)).toHaveLength(1)
  })

  test('tells the size that it knows to who believes another', async () => {
    expect(await ask({ size: 3, old: 2 })).toEqual({ status: 409, type: 'text/x.tlog.size', body: '0\n' })
    await ask({ size: 3 })
    for (const tree of [{ size: 8 }, { size: 8, old: 2 }, { size: 2 }, { size: 2, old: 2 }]) {
      expect(await ask(tree)).toEqual({ status: 409, type: 'text/x.tlog.size', body: '3\n' })
    }
  })

  test('refuses logs and keys that it does not know', async () => {
    expect((await ask({ size: 3, origin: 'gateway.example.org/shed' })).status).toBe(404)
    const stranger = ed25519Signer(new Uint8Array(32).fill(8))
    expect((await ask({ size: 3, signer: stranger })).status).toBe(403)
    const note = await noteOf({ size: 3 })
    const broken = note.replace(
      /(— \S+ \S{20})(.)/u,
      (_, head, letter) => head + (letter === 'A' ? 'B' : 'A'),
    )
    expect((await post(formatWitnessRequest({ oldSize: 0, proof: [], note: broken }))).status).toBe(403)
    expect(await readWitnessFolder(folder)).toEqual([])
  })

  test('refuses a size before the old one, and what is not a request', async () => {
    await ask({ size: 3 })
    expect((await ask({ size: 2, old: 3 })).status).toBe(400)
    for (const body of ['', 'old 0\n\n', 'old 0\n\nnote\n', 'old 0\n\na\nb\nc\n\n— a AAAAAAAA\n']) {
      expect((await post(body)).status).toBe(400)
    }
    expect((await post(Uint8Array.of(0x6f, 0xff, 0xfe))).status).toBe(400)
  })

  test('does not cosign a larger tree that is not shown to continue the known one, and goes on with the log', async () => {
    await ask({ size: 5 })
    expect((await ask({ size: 9, old: 5, other: 6 })).status).toBe(422)
    expect((await ask({ size: 9, old: 5, other: 6 })).status).toBe(422)
    // Said once: everybody can send the same again and again.
    expect(told).toEqual([expect.stringMatching(/^warn: .*without a valid proof/)])
    const [kept] = await readWitnessFolder(folder)
    expect(kept).toMatchObject({
      equivocation: undefined,
      unproven: { kind: 'unproven', origin: logName, shown: await noteOf({ size: 9, other: 6 }) },
    })
    expect((await ask({ size: 9, old: 5 })).status).toBe(200)
  })

  test('keeps both checkpoints of a log that shows two faces, cosigns it no more, and goes on when somebody decides', async () => {
    await ask({ size: 5 })
    expect((await ask({ size: 5, old: 5, other: 2 })).status).toBe(409)
    expect(told).toEqual([expect.stringMatching(/^error: .*two different trees of 5 entries/)])
    expect((await ask({ size: 9, old: 5 })).status).toBe(403)
    expect((await ask({ size: 5, old: 5, other: 2 })).body).toBe('5\n')
    expect(told).toHaveLength(1)
    await witness.close()
    witness = await open()
    expect((await ask({ size: 9, old: 5 })).status).toBe(403)

    const [kept] = await readWitnessFolder(folder)
    const { equivocation } = kept ?? {}
    expect(equivocation?.shown).toBe(await noteOf({ size: 5, other: 2 }))
    expect(
      cosigners(await noteOf({ size: 5 }), equivocation?.cosigned.split('\n').at(-2) ?? ''),
    ).toHaveLength(1)

    const decision = { at: '2024-05-01T00:00:00.000Z', by: 'me', reason: 'a copy was started by mistake' }
    const file = await decideEquivocation(folder, logName, decision)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ decision, shown: equivocation?.shown })
    expect((await ask({ size: 9, old: 5, other: 6 })).status).toBe(422)
    expect((await ask({ size: 9, old: 5 })).status).toBe(200)
    await expect(decideEquivocation(folder, logName, decision)).rejects.toMatchObject({
      code: 'resolution-refused',
    })
  })

  test('decides requests that come together one after the other: one of two forks is cosigned', async () => {
    const kept = WitnessFolder.open(join(folder, 'together'))
    const options = { name: witnessName, signer: witnessSigner, logs: [logKey], clock: systemClock, log }
    const alone = new Witness({ ...options, folder: kept })
    const trees = [{ size: 5 }, { size: 6, other: 2 }, { size: 7, other: 4 }, { size: 5 }]
    const bodies = await Promise.all(trees.map(requestOf))
    const answers = await Promise.all(bodies.map(body => alone.addCheckpoint(utf8(body))))
    expect(answers.map(({ status }) => status)).toEqual([200, 409, 409, 409])
    const crowd = await Promise.all(
      Array.from({ length: 40 }, () => alone.addCheckpoint(utf8(bodies[0] ?? ''))),
    )
    expect(crowd.filter(({ status }) => status === 429)).toHaveLength(40 - 16)
    kept.close()
  })

  test('remembers over a restart, and is one process', async () => {
    await ask({ size: 5 })
    await expect(open()).rejects.toMatchObject({ code: 'log-locked' })
    await witness.close()
    witness = await open()
    expect((await ask({ size: 9 })).body).toBe('5\n')
  })

  test('cosigns nothing on a state that is not of this log', async () => {
    await ask({ size: 5 })
    const [name = ''] = await readdir(join(folder, 'logs'))
    const foreign = await noteOf({ size: 4, origin: 'gateway.example.org/shed' })
    await writeFile(join(folder, 'logs', name, 'checkpoint'), foreign)
    expect((await ask({ size: 9, old: 5 })).status).toBe(503)
    expect(told.at(-1)).toMatch(/^error: .*what is kept of/)
  })
})

describe('the server of a witness', () => {
  test('serves one address, below a prefix too', async () => {
    await witness.close()
    witness = await open('/witness')
    expect(witness.url).toMatch(/\/witness$/)
    expect((await ask({ size: 3 })).status).toBe(200)
    const { origin } = new URL(witness.url)
    expect((await post(await requestOf({ size: 3 }), origin)).status).toBe(404)
    expect((await fetch(`${witness.url}/add-checkpoint`)).status).toBe(405)
    expect((await fetch(`${witness.url}/add-checkpoint?x=1`, { method: 'POST', body: '' })).status).toBe(400)
  })

  test('takes no body beyond its bound, told or not', async () => {
    expect((await post('x'.repeat(200_000))).status).toBe(413)
    const { hostname, port } = new URL(witness.url)
    const socket = connect(Number(port), hostname)
    socket.write('POST /add-checkpoint HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n')
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    for (let i = 0; i < 3; i++) socket.write(chunk)
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1.1 413 /)
    socket.destroy()
  })

  test('is not held up by connections that say nothing, or stop half-way', async () => {
    const { hostname, port } = new URL(witness.url)
    const sockets = Array.from({ length: 60 }, () => connect(Number(port), hostname))
    for (const [i, socket] of sockets.entries()) {
      if (i % 3 === 0) continue
      socket.write('POST /add-checkpoint HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n\r\nold 0')
      if (i % 3 === 1) socket.end()
    }
    expect((await ask({ size: 3 })).status).toBe(200)
    for (const socket of sockets) socket.destroy()
    expect((await ask({ size: 5, old: 3 })).status).toBe(200)
    expect(told).toEqual([])
  })

  test('answers whatever is thrown at it with a refusal, and goes on', { timeout: 60_000 }, async () => {
    const good = await requestOf({ size: 6, old: 4 })
    const bytes = Buffer.from(good)
    const spoilt = fc
      .array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map(changes => {
        const copy = Buffer.from(bytes)
        for (const [at, value] of changes) copy[at] = value
        return new Uint8Array(copy)
      })
    const cut = fc.tuple(fc.nat(bytes.length), fc.nat(bytes.length)).map(([a, b]) => bytes.subarray(a, b))
    const noise = fc.uint8Array({ maxLength: 2_000 })
    await fc.assert(
      fc.asyncProperty(fc.oneof(spoilt, cut, noise), async body => {
        const { status } = await post(new Uint8Array(body))
        expect([400, 403, 404, 409, 422]).toContain(status)
      }),
      { numRuns: 300 },
    )
    expect((await ask({ size: 4 })).status).toBe(200)
    expect(told).toEqual([])
  })

  test('says nothing of what went wrong inside, and goes on', async () => {
    let fails = true
    const server = await WitnessServer.open({
      port: 0,
      log,
      witness: {
        addCheckpoint: async () => {
          if (fails) throw new EnergywebError('log-io', 'the disk is full: /var/lib/secret')
          return { status: 200, type: 'text/plain', body: 'good\n' }
        },
      },
    })
    expect(await post('', server.url)).toMatchObject({ status: 503, body: 'not now\n' })
    expect(told).toEqual([expect.stringContaining('the disk is full')])
    fails = false
    expect(await post('', server.url)).toMatchObject({ status: 200, body: 'good\n' })
    await server.close()
  })

  test('an address that is taken is told', async () => {
    const { port } = new URL(witness.url)
    const opening = WitnessServer.open({ port: Number(port), log, witness: { addCheckpoint: never } })
    await expect(opening).rejects.toMatchObject({ code: 'environment-unsuitable' })
  })
})

async function never(): Promise<never> {
  throw new EnergywebError('internal', 'nobody asks')
}
