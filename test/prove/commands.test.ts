import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ed25519Signer } from '../../src/keys/ed25519-signer.ts'
import { readCheckpoint } from '../../src/proof/checkpoint.ts'
import { cosignatureOf, cosignCheckpoint } from '../../src/proof/cosignature.ts'
import { cosignerKeyOf, formatVerifierKey } from '../../src/proof/verifier-key.ts'
import { openLogReader } from '../../src/storage/index.ts'
import { energyweb } from '../cli/memory-io.ts'
import { counter, key, kWh, record, roofLog, sign, temporaryFolder } from './support.ts'

const name = 'roof-2024-05-02-2024-05-03.evidence.json'

/** A log of four days, signed, and the command that proves its second one. */
async function fourDays() {
  const log = await roofLog()
  await record(
    log,
    Array.from({ length: 4 * 96 + 1 }, (_, i) => counter(i)),
  )
  await sign(log)
  const cwd = log.folder
  const words = ['prove', 'roof', '--data', '.', '--key', key, '--from', '2024-05-02', '--to', '2024-05-03']
  return { log, cwd, words, verify: (...more: string[]) => energyweb(['verify', name, ...more], { cwd }) }
}

test('prove writes a file and says how to check it; verify says what it proves', async () => {
  const { cwd, words, verify } = await fourDays()
  const made = await energyweb(words, { cwd })
  expect(made).toMatchObject({ code: 0, stderr: '' })
  expect(made.stdout).toContain(
    `${name}: roof delivered 24 kWh after 2024-05-02T00:00:00.000Z and up to 2024-05-03T00:00:00.000Z (UTC), by 96 readings`,
  )
  expect(made.stdout).toContain('as it stands it is proven')
  expect(made.stdout).toContain(`energyweb verify ${name} --key ${key}`)

  const checked = await verify('--key', key)
  expect(checked).toMatchObject({ code: 0, stderr: '' })
  expect(checked.stdout).toMatch(/^PROVEN: roof delivered 24 kWh after /)
})

test('without a key nothing is proven, and the report says where to get it', async () => {
  const { cwd, words, verify } = await fourDays()
  await energyweb(words, { cwd })
  const { code, stdout } = await verify()
  expect(code).toBe(2)
  expect(stdout).toMatch(/^INCOMPLETE: /)
  expect(stdout).toContain('keys show log-key.json --origin')
})

test('a changed figure is refuted', async () => {
  const { cwd, words, verify } = await fourDays()
  await energyweb(words, { cwd })
  const path = join(cwd, name)
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace('"energy":"86400000000"', '"energy":"86400000001"'))
  const { code, stdout } = await verify('--key', key)
  expect(code).toBe(1)
  expect(stdout).toMatch(/^REFUTED: .* The file claims an energy of 86400000001 mJ, and\n?/)
})

test('a file that is there is not written over, unless that is asked for', async () => {
  const { cwd, words } = await fourDays()
  writeFileSync(join(cwd, name), 'mine')
  const refused = await energyweb(words, { cwd })
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('is there already')
  expect(readFileSync(join(cwd, name), 'utf8')).toBe('mine')
  expect((await energyweb([...words, '--force'], { cwd })).code).toBe(0)
  const { stdout, code } = await energyweb([...words, '--out', '-'], { cwd })
  expect(code).toBe(0)
  expect(stdout.slice(0, 12)).toBe('{"anchors":[')
})

test('what can not be proven is said in words', async () => {
  const { cwd, words } = await fourDays()
  const said = async (...given: string[]) => (await energyweb(given, { cwd })).stderr
  const place = ['--data', '.', '--key', key]
  expect(await said('prove', 'roof', ...place)).toContain(
    'say what is to be proven: --at, or --from and --to',
  )
  expect(await said('prove', 'roof', ...place, '--at', '2024-05-01T00:01:00Z')).toContain(
    'the log has no reading of 2024-05-01T00:01:00.000Z\nhint: The last one before is of 2024-05-01T00:00:00.000Z, the first one after is of 2024-05-01T00:15:00.000Z.',
  )
  expect(await said('prove', 'roof', ...place, '--from', '2024-05-02', '--to', '2024-05-01')).toContain(
    'before it begins',
  )
  expect(await said('prove', 'barn', ...place, '--at', '2024-05-01')).toContain(
    'the log has no stream "barn"',
  )
  expect(await said('prove', 'roof', '--data', '.', '--at', '2024-05-01')).toContain(
    "the log's key is not known",
  )
  expect(await said(...words, '--fields', 'energy,mesuredAt')).toContain(
    'there is no field "mesuredAt"; did you mean "measuredAt"?',
  )
  const foreign = `x${key}`
  expect(await said('prove', 'roof', '--data', '.', '--key', foreign, '--at', '2024-05-01')).toContain(
    'not a verifier key',
  )
})

test('prove says which fields an energy needs when they are left out', async () => {
  const { cwd, words } = await fourDays()
  const fields = (list: string) => energyweb([...words, '--force', '--fields', list], { cwd })
  const { stdout, stderr } = await fields('energy,measuredAt')
  expect(stderr).toContain(
    'an energy is proven by measuredAt, from, status, total; --fields leaves out from, status, total',
  )
  expect(stdout).toContain('and its energy is not claimed')
  expect((await fields('measuredAt,status,total')).stderr).not.toContain('--fields')
})

test('verify ends with 64 when nothing was checked', async () => {
  const { cwd, words } = await fourDays()
  await energyweb(words, { cwd })
  const ended = async (...given: string[]) => {
    const { code, stderr } = await energyweb(['verify', ...given], { cwd })
    return { code, stderr }
  }
  expect(await ended()).toMatchObject({ code: 64 })
  expect(await ended('none.json')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('there is no such file'),
  })
  expect(await ended('.')).toMatchObject({ code: 64, stderr: expect.stringContaining('is a folder') })
  expect(await ended(name, '--key', 'nonsense')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('neither a verifier key nor a file'),
  })
  expect(await ended(name, '--key', key, '--rpc', 'rpc.example')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('--rpc: "rpc.example" is not the address of a node'),
  })
  expect(await ended(name, '--key', key, '--quorum', '1')).toMatchObject({ code: 64 })
  expect(await ended(name, '--key', key, '--previous', 'none.json')).toMatchObject({ code: 64 })
})

test('what is no evidence is refuted at once, however large', async () => {
  const { cwd } = await fourDays()
  writeFileSync(join(cwd, 'binary'), Buffer.alloc(50_000_000, 7))
  const { code, stdout } = await energyweb(['verify', 'binary', '--key', key], { cwd })
  expect(code).toBe(1)
  expect(stdout).toMatch(/^REFUTED: this file proves nothing as it is\. /)
  expect(stdout).toContain('Make sure that it is the right file')
  writeFileSync(join(cwd, 'huge'), '')
  truncateSync(join(cwd, 'huge'), 1_000_000_000)
  const huge = await energyweb(['verify', 'huge', '--key', key], { cwd })
  expect(huge).toMatchObject({ code: 64, stderr: expect.stringContaining('is no evidence file: it has') })
})

test('the key may stand in a file, and --json tells all', async () => {
  const { cwd, words, verify } = await fourDays()
  await energyweb(words, { cwd })
  writeFileSync(join(cwd, 'log.vkey'), `# from the operator's letter\n${key}\n`)
  const { code, stdout } = await verify('--key', 'log.vkey', '--json')
  expect(code).toBe(0)
  const told = JSON.parse(stdout)
  expect(Object.keys(told)).toEqual([
    'verdict',
    'claim',
    'steps',
    'readings',
    'gaps',
    'certificates',
    'signers',
    'made',
    'key',
    'notes',
    'notProven',
    'next',
  ])
  expect(told).toMatchObject({ verdict: 'proven', claim: { energy: '86400000000' }, gaps: [] })
  expect(told.readings).toHaveLength(96)
  expect(told.readings[0]).toMatchObject({ kind: 'reading', status: 'counted', energy: '987300000000' })
})

test('two audits: the second shows that nothing of the first was changed', async () => {
  const { log, cwd, words, verify } = await fourDays()
  await energyweb(words, { cwd })
  await record(
    log,
    Array.from({ length: 96 }, (_, i) => counter(4 * 96 + 1 + i)),
  )
  await sign(log)
  const june = [
    'prove',
    'roof',
    '--data',
    '.',
    '--key',
    key,
    '--from',
    '2024-05-03',
    '--to',
    '2024-05-04',
    '--out',
    'third.json',
  ]
  expect((await energyweb([...june, '--previous', name], { cwd })).code).toBe(0)
  const both = await energyweb(['verify', 'third.json', '--key', key, '--previous', name], { cwd })
  expect(both).toMatchObject({ code: 0, stdout: expect.stringContaining('PROVEN') })
  await energyweb([...june, '--force'], { cwd })
  const unlinked = await energyweb(['verify', 'third.json', '--key', key, '--previous', name], { cwd })
  expect(unlinked).toMatchObject({
    code: 2,
    stdout: expect.stringContaining('--previous <the earlier file>'),
  })
  // The other way round the log has become shorter.
  expect(await verify('--key', key, '--previous', 'third.json')).toMatchObject({ code: 1 })
})

test('a log that was put back and went on another way is found out by the earlier file', async () => {
  const { log, cwd } = await fourDays()
  await log.close()
  const other = temporaryFolder()
  cpSync(cwd, other, { recursive: true })
  const goOn = async (folder: string, energy: bigint, more: number) => {
    const again = await roofLog({ folder })
    await record(again, [counter(4 * 96 + 1, { energy })])
    await record(
      again,
      Array.from({ length: more }, (_, i) => counter(4 * 96 + 2 + i, { energy: energy + BigInt(i) })),
    )
    await sign(again)
    await again.close()
    const words = ['prove', 'roof', '--data', '.', '--key', key, '--from', '2024-05-04', '--to', '2024-05-05']
    expect((await energyweb([...words, '--out', 'audit.json'], { cwd: folder })).code).toBe(0)
    return join(folder, 'audit.json')
  }
  const first = await goOn(cwd, 400n * kWh, 0)
  const verdict = async (file: string) => {
    const { code, stdout } = await energyweb(['verify', file, '--key', key, '--previous', first, '--json'], {
      cwd,
    })
    const findings = JSON.parse(stdout).steps.flatMap(
      (step: { findings: { code: string; effect: string }[] }) => step.findings,
    )
    return {
      code,
      codes: findings
        .filter((one: { effect: string }) => one.effect === 'refutes')
        .map((one: { code: string }) => one.code),
    }
  }
  const forked = await goOn(other, 401n * kWh, 0)
  expect(await verdict(forked)).toEqual({ code: 1, codes: expect.arrayContaining(['forked']) })
  rmSync(join(other, 'audit.json'))
  const longer = temporaryFolder()
  cpSync(other, longer, { recursive: true })
  const again = await roofLog({ folder: longer })
  await record(again, [counter(4 * 96 + 4, { energy: 402n * kWh })])
  await sign(again)
  await again.close()
  const words = [
    'prove',
    'roof',
    '--data',
    '.',
    '--key',
    key,
    '--from',
    '2024-05-04',
    '--to',
    '2024-05-05',
    '--out',
    'audit.json',
  ]
  expect((await energyweb(words, { cwd: longer })).code).toBe(0)
  expect(await verdict(join(longer, 'audit.json'))).toEqual({
    code: 1,
    codes: expect.arrayContaining(['entries-changed']),
  })
  // The operator's own command finds it, too.
  const refused = await energyweb([...words, '--force', '--previous', first], { cwd: longer })
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('are not those that the earlier evidence is of'),
  })
})

test('witnesses that have cosigned are told from those that have not', async () => {
  const { log, cwd, words } = await fourDays()
  const witness = (seed: number) => {
    const own = ed25519Signer(new Uint8Array(32).fill(seed))
    const name = `witness-${seed}.example`
    return { own, name, vkey: formatVerifierKey(cosignerKeyOf(name, own.publicKey('ed25519'))) }
  }
  const [seen, unseen] = [witness(1), witness(2)]
  const reader = openLogReader({ folder: cwd })
  const note = reader.lastCheckpoint() ?? ''
  reader.close()
  const cosignature = await cosignCheckpoint(note, { name: seen.name, time: 1_717_200_000, signer: seen.own })
  await log.addCosignatures(readCheckpoint(note).size, [cosignatureOf(cosignature)])
  await energyweb(words, { cwd })
  const ended = async (...more: string[]) => {
    const { code, stdout } = await energyweb(['verify', name, '--key', key, ...more], { cwd })
    return { code, stdout }
  }
  expect(await ended('--witness', seen.vkey)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('holds  witnesses'),
  })
  expect(await ended('--witness', unseen.vkey)).toMatchObject({
    code: 2,
    stdout: expect.stringContaining('open   witnesses'),
  })
  expect((await ended('--witness', seen.vkey, '--witness', unseen.vkey)).code).toBe(2)
  expect((await ended('--witness', seen.vkey, '--witness', unseen.vkey, '--quorum', '1')).code).toBe(0)
})

test('a folder that is not there is named, and no defect', async () => {
  const { cwd, words } = await fourDays()
  const { code, stderr } = await energyweb([...words, '--out', 'nowhere/roof.json'], { cwd })
  expect(code).toBe(2)
  expect(stderr).toContain(`there is no folder ${join(cwd, 'nowhere')} to write to`)
})
