import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { faultOf, follow, published } from '../../test/publishing/following.ts'
import { chainedEntries, publishTexts } from '../../test/publishing/made-log.ts'
import { GrowingLog, key, origin, signer } from '../../test/publishing/support.ts'
import { temporaryFolder } from '../../test/storage/support.ts'
import { fromBase64url } from '../core/bytes.ts'
import type { Signer } from '../core/signer.ts'
import { readCheckpoint, verifyCheckpoint } from '../proof/checkpoint.ts'
import { cosignCheckpoint, formatCosignature } from '../proof/cosignature.ts'
import { cosignerKeyOf, verifierKeyOf } from '../proof/verifier-key.ts'
import { verifyConsistency } from '../proof/verify-consistency.ts'
import type { KeptProof } from './follow-state.ts'
import { folderFiles, type LogFiles } from './log-files.ts'

describe('a sound log', () => {
  test('is read from its beginning, and then only what is new', async () => {
    const log = await GrowingLog.open()
    const [folder, state] = [temporaryFolder(), temporaryFolder()]
    await log.grow(300)
    await log.publish(folder)
    const first = await follow(folder, state)
    expect(first).toMatchObject({ origin, size: 300, before: 0, read: 300, witnesses: [] })
    expect(first.streams.map(({ kinds }) => kinds)).toEqual([{ opening: 1, reading: 299 }])
    expect(await follow(folder, state)).toMatchObject({ size: 300, before: 300, read: 0, streams: [] })
    await log.grow(1_000)
    await log.publish(folder)
    const second = await follow(folder, state)
    expect(second).toMatchObject({ size: 1_000, before: 300, read: 700 })
    expect(second.streams.map(({ kinds }) => kinds)).toEqual([{ reading: 700 }])
  })

  test.each([1, 255, 256, 257, 511, 512, 513])('of %i entries is followed to its end and on', async size => {
    const texts = chainedEntries(size + 300)
    const [folder, state] = [temporaryFolder(), temporaryFolder()]
    await publishTexts(texts.slice(0, size), folder)
    expect(await follow(folder, state)).toMatchObject({ size, read: size })
    await publishTexts(texts, folder)
    expect(await follow(folder, state)).toMatchObject({ size: size + 300, before: size, read: 300 })
  })

  test('whose partial files have gone is read from the full ones', async () => {
    const texts = chainedEntries(600)
    const [folder, state] = [temporaryFolder(), temporaryFolder()]
    const note = await publishTexts(texts.slice(0, 300), folder)
    await publishTexts(texts, folder)
    expect(existsSync(join(folder, 'tile/0/001.p'))).toBe(false)
    writeFileSync(join(folder, 'checkpoint'), note)
    expect(await follow(folder, state)).toMatchObject({ size: 300, read: 300 })
  })

  test('is gone on with where an interruption left it', { timeout: 120_000 }, async () => {
    const [folder, state] = [temporaryFolder(), temporaryFolder()]
    await publishTexts(chainedEntries(20_000), folder)
    const files = folderFiles(folder)
    let reads = 0
    const stopping: LogFiles = {
      ...files,
      read: async (path, options) => {
        reads += 1
        if (path.includes('entries/070')) throw new Error('the line is cut')
        return files.read(path, options)
      },
    }
    await expect(follow(stopping, state)).rejects.toThrow('the line is cut')
    reads = 0
    const counting: LogFiles = {
      ...files,
      read: (path, options) => {
        reads += 1
        return files.read(path, options)
      },
    }
    expect(await follow(counting, state)).toMatchObject({
      size: 20_000,
      before: 20_000,
      read: 20_000 - 64 * 256,
    })
    expect(reads).toBeLessThan(2 * 16 + 10)
  })
})

describe('a log that lies', () => {
  async function forkedPair() {
    const log = await GrowingLog.open()
    const [folder, other, state] = [temporaryFolder(), temporaryFolder(), temporaryFolder()]
    await log.grow(200)
    const copy = await GrowingLog.open(log)
    await log.grow(400)
    await log.publish(folder)
    await follow(folder, state)
    return { log, copy, other, state, folder }
  }

  test('with two courses is found, and both checkpoints are kept as a proof that holds by itself', async () => {
    const { copy, other, state, folder } = await forkedPair()
    await copy.grow(700, 5)
    await copy.publish(other)
    const fault = await faultOf(follow(other, state))
    expect(fault).toMatchObject({ fault: 'forked', code: 'proof-invalid' })
    expect(fault.message).toMatch(/700 entries .* do not begin with the 400 .* among the entries 0 to 255/)
    const proof: KeptProof = JSON.parse(readFileSync(fault.kept ?? '', 'utf8'))
    const [earlier, later] = [proof.earlier, proof.later].map(note => verifyCheckpoint(note, [key]))
    const { size, root, path } = proof.beginning ?? { size: 0, root: '', path: [] }
    const claim = {
      from: size,
      to: later?.size ?? 0,
      path: path.map(fromBase64url),
      fromRoot: fromBase64url(root),
      toRoot: later?.root ?? new Uint8Array(0),
    }
    expect(verifyConsistency(claim)).toBe(true)
    expect(earlier?.size).toBe(size)
    expect(Buffer.from(earlier?.root ?? []).equals(Buffer.from(root, 'base64url'))).toBe(false)
    // It remembers what it had seen, not what it refused.
    expect(await follow(folder, state)).toMatchObject({ size: 400, before: 400 })
    expect(await faultOf(follow(other, state))).toMatchObject({ fault: 'forked' })
  })

  test('with two trees of one size is found', async () => {
    const { copy, other, state } = await forkedPair()
    await copy.grow(400, 5)
    await copy.publish(other)
    const fault = await faultOf(follow(other, state))
    expect(fault).toMatchObject({
      fault: 'forked',
      message: 'the log has signed two different trees of 400 entries',
    })
    expect(JSON.parse(readFileSync(fault.kept ?? '', 'utf8')).beginning).toBeUndefined()
  })

  test('that goes back is found', async () => {
    const { copy, other, state } = await forkedPair()
    await copy.publish(other)
    const fault = await faultOf(follow(other, state))
    expect(fault).toMatchObject({ fault: 'rolled-back' })
    const { earlier, later } = JSON.parse(readFileSync(fault.kept ?? '', 'utf8'))
    expect([earlier, later].map(note => readCheckpoint(note).size)).toEqual([400, 200])
  })

  test.each([
    ['leaves an entry of a stream out', (texts: string[]) => texts.toSpliced(301, 1), 'stream-broken', 302],
    ['has one twice', (texts: string[]) => texts.toSpliced(301, 0, texts[301] ?? ''), 'stream-broken', 302],
    ['has two in another order', (texts: string[]) => swapped(texts, 300, 302), 'stream-broken', 300],
    [
      'has a stream begin anew',
      (texts: string[]) => texts.toSpliced(300, 0, texts[0] ?? ''),
      'stream-broken',
      300,
    ],
    [
      'has one of another past',
      (texts: string[]) => texts.with(302, chainedEntries(303, 7)[302] ?? ''),
      'stream-broken',
      302,
    ],
    [
      'leaves a number out',
      (texts: string[]) => texts.with(302, (texts[302] ?? '').replace('"sequence":151', '"sequence":152')),
      'stream-broken',
      302,
    ],
    ['has what is no entry', (texts: string[]) => texts.with(302, 'hello'), 'entry-invalid', 302],
    [
      'has an entry that is not canonical',
      (texts: string[]) => texts.with(302, `${texts[302]} `),
      'entry-invalid',
      302,
    ],
  ] as const)('and signs that: it %s', async (_, change, fault, index) => {
    const [folder, state] = [temporaryFolder(), temporaryFolder()]
    await publishTexts(change(chainedEntries(400)), folder)
    expect(await faultOf(follow(folder, state))).toMatchObject({ fault, place: { index } })
  })
})

test.each(['tile/0/002.p/88', 'tile/0/001', 'tile/1/000.p/2'])(
  'a damaged %s is no fork: nothing is kept against the log, and what was seen stays',
  async path => {
    const [folder, state] = [temporaryFolder(), temporaryFolder()]
    const texts = chainedEntries(600)
    await publishTexts(texts.slice(0, 300), folder)
    await follow(folder, state)
    await publishTexts(texts, folder)
    const sound = readFileSync(join(folder, path))
    writeFileSync(
      join(folder, path),
      sound.map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
    )
    const fault = await faultOf(follow(folder, state))
    expect(fault).toMatchObject({ fault: 'tile-hash', kept: undefined, place: { path } })
    expect(readdirSync(state).filter(name => name.startsWith('forked'))).toEqual([])
    writeFileSync(join(folder, path), sound)
    expect(await follow(folder, state)).toMatchObject({ size: 600, read: 300 })
  },
)

function swapped<Item>(items: readonly Item[], a: number, b: number): Item[] {
  return items.map((item, i) => (i === a ? items[b] : i === b ? items[a] : item) ?? item)
}

function signerOf(byte: number): Signer {
  const secret = new Uint8Array(32).fill(byte)
  return {
    ...signer,
    publicKey: () => ed25519.getPublicKey(secret),
    sign: async data => ed25519.sign(data, secret),
  }
}

describe('whom it trusts', () => {
  const witnesses = { 'one.example': signerOf(1), 'two.example': signerOf(2) }

  test('another key, or another origin, is refused', async () => {
    const folder = temporaryFolder()
    await publishTexts(chainedEntries(3), folder)
    for (const wrong of [
      verifierKeyOf(origin, ed25519.getPublicKey(new Uint8Array(32).fill(9))),
      verifierKeyOf('hall.example', key.publicKey),
    ]) {
      expect(await faultOf(follow(folder, temporaryFolder(), { key: wrong }))).toMatchObject({
        fault: 'checkpoint-invalid',
      })
    }
  })

  test('a folder that has followed another key is refused', async () => {
    const [folder, state] = [temporaryFolder(), temporaryFolder()]
    await publishTexts(chainedEntries(3), folder)
    await follow(folder, state)
    const other = verifierKeyOf(origin, ed25519.getPublicKey(new Uint8Array(32).fill(9)))
    await expect(follow(folder, state, { key: other })).rejects.toThrow(/follows a log with another key/)
  })

  test('so many of the witnesses must have cosigned', async () => {
    const [folder, state] = [temporaryFolder(), temporaryFolder()]
    const note = await publishTexts(chainedEntries(30), folder)
    const keys = Object.entries(witnesses).map(([name, one]) => cosignerKeyOf(name, one.publicKey('ed25519')))
    const quorum = (count: number) => ({ witnesses: { keys, quorum: count } })
    const cosign = async (name: keyof typeof witnesses) => {
      const by = { name, time: 1_714_550_400, signer: witnesses[name] }
      return formatCosignature(await cosignCheckpoint(note, by))
    }
    expect(await faultOf(follow(folder, state, quorum(1)))).toMatchObject({
      fault: 'witnesses-missing',
      retryable: true,
    })
    writeFileSync(join(folder, 'checkpoint'), `${note}${await cosign('one.example')}`)
    expect(await follow(folder, state, quorum(1))).toMatchObject({ witnesses: ['one.example'] })
    expect(await faultOf(follow(folder, state, quorum(2)))).toMatchObject({ fault: 'witnesses-missing' })
    writeFileSync(
      join(folder, 'checkpoint'),
      `${note}${await cosign('one.example')}${await cosign('two.example')}`,
    )
    expect(await follow(folder, state, quorum(2))).toMatchObject({
      witnesses: ['one.example', 'two.example'],
    })
    const forged = (await cosign('two.example')).replace(/.{6}\n$/, 'AAAAA=\n')
    writeFileSync(join(folder, 'checkpoint'), `${note}${forged}`)
    expect(await faultOf(follow(folder, state, quorum(1)))).toMatchObject({ fault: 'checkpoint-invalid' })
  })
})

describe('its own folder', () => {
  test('state that somebody changed is not believed', async () => {
    const [folder, state] = [temporaryFolder(), temporaryFolder()]
    const texts = chainedEntries(600)
    await publishTexts(texts.slice(0, 300), folder)
    await follow(folder, state)
    await publishTexts(texts, folder)
    const file = join(state, 'state.json')
    const sound = JSON.parse(readFileSync(file, 'utf8'))
    const { roots } = sound.read
    writeFileSync(
      file,
      JSON.stringify({ ...sound, read: { size: 300, roots: [...roots.slice(1), roots[0]] } }),
    )
    expect(await faultOf(follow(folder, state))).toMatchObject({ fault: 'progress-differs' })
    for (const damage of [
      { version: 2 },
      { checkpoint: 1 },
      { read: { size: -1, roots } },
      { read: { size: 1, roots: [1] } },
      { read: { size: 300, roots: ['!'] } },
      { streams: 1 },
      { streams: [1] },
      { streams: [['a', { sequence: 'x', leaf: '' }]] },
    ]) {
      writeFileSync(file, JSON.stringify({ ...sound, ...damage }))
      await expect(follow(folder, state)).rejects.toThrow(/state.json/)
    }
    writeFileSync(file, '{')
    await expect(follow(folder, state)).rejects.toThrow(/state.json/)
  })

  test('no log there: it may come', async () => {
    await expect(follow(temporaryFolder(), temporaryFolder())).rejects.toMatchObject({
      code: 'source-not-found',
      retryable: true,
    })
  })
})

describe('a mirror', () => {
  test('holds what was published, grows with it, and can be followed itself', {
    timeout: 120_000,
  }, async () => {
    const texts = chainedEntries(66_000)
    const [folder, state, mirror] = [temporaryFolder(), temporaryFolder(), join(temporaryFolder(), 'copy')]
    for (const size of [300, 700, 66_000]) {
      await publishTexts(texts.slice(0, size), folder)
      await follow(folder, state, { mirror })
      expect(published(mirror)).toEqual(published(folder))
    }
    for (const path of published(folder))
      expect(readFileSync(join(mirror, path)).equals(readFileSync(join(folder, path))), path).toBe(true)
    expect(await follow(mirror, temporaryFolder())).toMatchObject({ size: 66_000, read: 66_000 })
  })

  test('that comes later gets everything; one of another log is refused', async () => {
    const texts = chainedEntries(600)
    const [folder, state, mirror, other] = [
      temporaryFolder(),
      temporaryFolder(),
      temporaryFolder(),
      temporaryFolder(),
    ]
    await publishTexts(texts, folder)
    await follow(folder, state)
    expect(await follow(folder, state, { mirror })).toMatchObject({ before: 600, read: 600 })
    expect(published(mirror)).toEqual(published(folder))
    expect(await follow(folder, state, { mirror })).toMatchObject({ read: 0 })
    writeFileSync(join(other, 'checkpoint'), 'another log\n')
    await expect(follow(folder, state, { mirror: other })).rejects.toMatchObject({ code: 'publish-refused' })
  })
})
