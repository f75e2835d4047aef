import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { energyweb } from '../cli/memory-io.ts'
import { counter, key, record, roofLog, sign } from './support.ts'

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
