import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { formatCid } from '../../src/core/any-cid.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'
import { UnixFsFile } from '../../src/proof/ipfs/unixfs-file.ts'
import { energyweb } from '../cli/memory-io.ts'
import { limits, readings, temporaryFolder, testLog } from '../storage/support.ts'
import { FakeGateway } from './fake-gateway.ts'
import { FakeKubo } from './fake-kubo.ts'

// `ipfs validate` against doubles of a gateway and of kubo, and against CAR files.

let folder = ''
const opened: { close(): Promise<void> }[] = []
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

const validate = (...words: string[]) => energyweb(['ipfs', 'validate', ...words], { cwd: folder })

async function filledLog() {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.record('roof', readings(3), limits)
  const [entry] = await log.entries('roof', { after: 1, limit: 1 })
  const place = ['--data', log.folder]
  const shown = await energyweb(['id', 'show', 'roof/2', ...place, '--json'])
  const identifiers: { of: string; kind: string; id: string }[] = JSON.parse(shown.stdout).identifiers
  const record = identifiers.find(({ of, kind }) => of === 'record' && kind === 'CIDv1')?.id ?? ''
  return { log, place, raw: String(entry?.document?.cid), record }
}

/** A gateway with all that the log exports. */
async function gatewayOf(
  log: { folder: string },
  change: (bytes: Uint8Array) => Uint8Array = bytes => bytes,
) {
  const { CarReader } = await import('../../src/proof/ipfs/car.ts')
  await energyweb(['ipfs', 'export', '--data', log.folder, '--out', 'log.car', '--force'], { cwd: folder })
  const blocks = new Map<string, Uint8Array>()
  for (const { cid, bytes } of new CarReader(nobleHashes).take(readFileSync(join(folder, 'log.car')))) {
    blocks.set(formatCid(cid), change(bytes))
  }
  const gateway = new FakeGateway(cid => blocks.get(cid))
  opened.push(gateway)
  return { gateway, blocks, url: await gateway.open() }
}

describe('ipfs validate', () => {
  test('finds record and raw bytes of an entry at a gateway, at a node and in an archive', async () => {
    const { log, place, raw, record } = await filledLog()
    const { url, blocks, gateway } = await gatewayOf(log)
    const node = new FakeKubo({ put: () => undefined, get: cid => blocks.get(cid), delete: () => undefined })
    opened.push(node)
    const from = [url, `${await node.open()}/api/v0`, 'log.car']
    const { code, stdout } = await validate(
      'roof/2',
      ...place,
      ...from.flatMap(one => ['--from', one]),
      '--json',
    )
    const { ok, results } = JSON.parse(stdout)
    expect({ code, ok }).toEqual({ code: 0, ok: true })
    expect(results).toHaveLength(6)
    for (const result of results) expect(result).toMatchObject({ state: 'good', is: result.of, why: null })
    expect(gateway.asked).toEqual([record, raw])
  })

  test('says of a CID what of the log it is, and that it is nothing of it', async () => {
    const { log, place, raw, record } = await filledLog()
    await gatewayOf(log)
    expect((await validate(raw, '--from', 'log.car', ...place)).stdout).toContain(', the raw bytes of roof/2')
    expect((await validate(record, '--from', 'log.car', ...place)).stdout).toContain(', the record of roof/2')
    expect((await validate(raw, '--from', 'log.car')).stdout).toMatch(
      /^good: content, bafkrei\w+, from log.car: 16 B\n$/,
    )
    const other = await testLog()
    const strange = await validate(raw, '--from', 'log.car', '--data', other.folder)
    expect(strange.code).toBe(1)
    expect(strange.stdout).toContain('the log has nothing of it')
  })

  test('names what is missing, what was changed, who refuses and who is away, each with its exit code', async () => {
    const { log, place, raw } = await filledLog()
    const { gateway, url } = await gatewayOf(log, bytes => Uint8Array.from([...bytes, 32]))
    const state = async (from: string) => {
      const { code, stdout } = await validate(raw, '--from', from, '--json')
      return { code, state: JSON.parse(stdout).results[0].state }
    }
    expect(await state(url)).toEqual({ code: 1, state: 'wrong' })
    gateway.broken = 404
    expect(await state(url)).toEqual({ code: 1, state: 'missing' })
    for (const [broken, expected] of [
      [403, 'refused'],
      [504, 'missing'],
    ] as const) {
      gateway.broken = broken
      expect(await state(url)).toEqual({ code: 1, state: expected })
    }
    await gateway.close()
    expect(await state(url)).toEqual({ code: 4, state: 'unreachable' })
    const node = new FakeKubo()
    opened.push(node)
    expect(await state(`${await node.open()}/api/v0`)).toEqual({ code: 1, state: 'missing' })
    await log.erase({ streams: ['roof'], range: { first: 0, last: 2 }, by: 'test', reason: 'test' })
    const erased = await validate('roof/2', '--from', 'log.car', ...place)
    expect(erased).toMatchObject({ code: 2, stderr: expect.stringContaining('was erased') })
  })

  test('fetches a file of many blocks, and writes it where it is good', async () => {
    const bytes = new Uint8Array(1_000_000).map((_, i) => i % 251)
    const blocks = new Map<string, Uint8Array>()
    const file = new UnixFsFile({
      profile: 'unixfs-v0-2015',
      hashes: nobleHashes,
      onBlock: one => blocks.set(formatCid(one.cid), Uint8Array.from(one.bytes)),
    })
    file.write(bytes)
    const cid = formatCid(file.finish().cid)
    const gateway = new FakeGateway(one => blocks.get(one))
    opened.push(gateway)
    const url = await gateway.open()
    expect((await validate(cid, '--from', url, '--out', 'file')).code).toBe(0)
    expect(Uint8Array.from(readFileSync(join(folder, 'file')))).toEqual(bytes)
    const short = await validate(cid, '--from', url, '--out', 'short', '--limit', '100 kB')
    expect(short.stdout).toContain('longer than is taken')
    blocks.delete([...blocks.keys()][1] ?? '')
    const missing = await validate(cid, '--from', url, '--out', 'missing')
    expect(missing).toMatchObject({ code: 1, stdout: expect.stringMatching(/^missing: /) })
    expect(existsSync(join(folder, 'missing')) || existsSync(join(folder, 'short'))).toBe(false)
  })

  test('asks a node of the configuration, under its name', async () => {
    const { log, raw } = await filledLog()
    const { blocks } = await gatewayOf(log)
    const node = new FakeKubo({ put: () => undefined, get: cid => blocks.get(cid), delete: () => undefined })
    opened.push(node)
    const text = `energyweb: 1
data: ${log.folder}
log: { key: log, origin: test.invalid/ipfs }
keys: { log: { env: LOG } }
ledgers:
  node: { kind: kubo, url: '${await node.open()}', content: raw }
  pins: { kind: ipfs-pinning, url: 'https://pins.example.org', token: { env: PINS }, content: raw }
assets:
  - { name: roof, role: producer, capacity: 5 kW, every: 1m, channel: export, source: { kind: simulator, profile: solar, peak: 5 kW }, report: [{ ledger: node }, { ledger: pins }] }
`
    writeFileSync(join(folder, 'energyweb.yml'), text)
    const config = ['--config', join(folder, 'energyweb.yml')]
    const good = await validate('roof/2', '--content', 'raw', '--from', 'node', ...config)
    expect(good, good.stderr).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^good: raw bytes of roof\/2/),
    })
    expect(raw).not.toBe('')
    expect((await validate('roof/2', '--from', 'nod', ...config)).stderr).toContain('did you mean "node"?')
    expect((await validate('roof/2', '--from', 'pins', ...config)).stderr).toContain('gives none')
  })

  test('refuses what is no CID, no source and no TLS', async () => {
    const cid = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
    for (const words of [
      [cid],
      ['QmUNLLsPACCz1vLxQVkXqqLX5R1X', '--from', 'http://127.0.0.1:1'],
      [cid, '--from', 'http://gateway.example.org'],
      [cid, '--from', 'ftp://gateway.example.org'],
      [cid, '--from', 'https://user:pass@gateway.example.org'],
      [cid, '--from', 'https://a.invalid', '--from', 'https://b.invalid', '--out', 'x'],
    ]) {
      const { code, stderr } = await validate(...words)
      expect(code, `${words} ${stderr}`).toBe(2)
      expect(stderr).not.toContain('pass')
    }
  })
})
