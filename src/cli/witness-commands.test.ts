import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { logKey, logName, noteOf, witnessKey } from '../../test/support/witnessed-log.ts'
import { formatVerifierKey } from '../proof/verifier-key.ts'
import { WitnessFolder } from '../storage/index.ts'
import { exitCodes } from './exit-codes.ts'
import { readWitnessSetup } from './witness-setup.ts'

let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'witness-commands-'))
})

afterEach(() => rm(cwd, { recursive: true }))

test('nothing cosigned yet is an answer', async () => {
  expect(await energyweb(['witness', 'show', '--data', 'w'], { cwd })).toMatchObject({
    code: 0,
    stdout: 'nothing was cosigned yet\n',
  })
})

test('show lists what was cosigned, a doubt, and both checkpoints of a log that showed two faces', async () => {
  const folder = WitnessFolder.open(join(cwd, 'w'))
  const [cosigned, shown] = [await noteOf({ size: 5 }), await noteOf({ size: 5, other: 1 })]
  await folder.keepCheckpoint(logName, cosigned)
  const at = '2026-01-01T00:00:00.000Z'
  await folder.keepConflict({ at, origin: logName, kind: 'unproven', cosigned, shown })
  const doubted = await energyweb(['witness', 'show', '--data', 'w'], { cwd })
  expect(doubted).toMatchObject({ code: 0, stdout: expect.stringContaining('ok, once in doubt') })
  await folder.keepConflict({ at, origin: logName, kind: 'two-roots', cosigned, shown })
  const accused = await energyweb(['witness', 'show', '--data', 'w'], { cwd })
  expect(accused.code).toBe(exitCodes.failed)
  expect(accused.stdout).toContain('TWO FACES')
  for (const line of [...cosigned.split('\n'), ...shown.split('\n')]) expect(accused.stdout).toContain(line)
  const words = ['witness', 'release', logName, '--data', 'w', '--reason', 'it was a copy', '--by', 'me']
  const released = await energyweb(words, { cwd })
  expect(released).toMatchObject({ code: 0, stdout: expect.stringContaining('is cosigned again') })
  expect((await energyweb(['witness', 'show', '--data', 'w'], { cwd })).code).toBe(0)
  expect((await energyweb(words, { cwd })).code).toBe(exitCodes.failed)
  folder.close()
})

test('a name of a log leads out of no folder', async () => {
  const folder = WitnessFolder.open(join(cwd, 'w'))
  for (const origin of ['..', '../../x', '/etc/passwd', '.hidden', 'ü/ß']) {
    await folder.keepCheckpoint(origin, `${origin}\n`)
    expect(await folder.checkpoint(origin)).toBe(`${origin}\n`)
  }
  folder.close()
  const { stdout } = await energyweb(['witness', 'show', '--data', 'w', '--json'], { cwd }).catch(
    error => error,
  )
  expect(stdout).toBe('')
})

test('what a witness of its own is told is read from words and from a file', async () => {
  const io = { cwd } as Parameters<typeof readWitnessSetup>[1]
  const [ofLog, ofWitness] = [logKey, witnessKey].map(formatVerifierKey) as [string, string]
  await writeFile(join(cwd, 'logs.txt'), `# ours\n\n  ${ofLog}  \n`)
  const given = { name: 'w.example', keys: [], file: 'logs.txt', listen: undefined, prefix: undefined }
  expect(await readWitnessSetup(given, io)).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    logs: [{ name: logName }],
  })
  const more = { ...given, keys: [ofLog], listen: '[::1]:0', prefix: '/w' }
  expect(await readWitnessSetup(more, io)).toMatchObject({ host: '::1', port: 0, prefix: '/w' })
  for (const wrong of [
    { name: 'a b' },
    { file: undefined },
    { file: 'nowhere.txt' },
    { keys: [ofWitness] },
    { keys: ['nonsense'] },
    { listen: '8080' },
    { prefix: 'w/' },
  ]) {
    await expect(readWitnessSetup({ ...given, ...wrong }, io)).rejects.toMatchObject({
      code: 'argument-invalid',
    })
  }
})
