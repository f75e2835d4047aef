import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { resolveSecret, secretWarning } from '../../src/config/secrets.ts'
import { missing, named } from '../storage/machine.ts'

const unit = fileURLToPath(new URL('../../examples/systemd/energyweb.service', import.meta.url))
const lacking = missing({ programs: ['systemd-analyze'] })

function analyze(...words: string[]) {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', words, { encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}

test.skipIf(lacking !== undefined)(named('systemd finds nothing wrong with the unit', lacking), () => {
  expect(analyze('verify', unit)).toEqual({ status: 0, said: '' })
})

test.skipIf(lacking !== undefined)(named('the unit is exposed less than 2 of 10', lacking), () => {
  const { status, said } = analyze('security', '--offline=true', '--threshold=20', unit)
  expect(said).toMatch(/Overall exposure level for energyweb.service: 1\.\d OK/)
  expect(status).toBe(0)
})

test.skipIf(lacking !== undefined)(
  named('a unit with a mistake is found out: the tests above can fail', lacking),
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'unit-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const spoilt = join(folder, 'energyweb.service')
    const text = await readFile(unit, 'utf8')
    await writeFile(
      spoilt,
      text.replace('ProtectSystem=strict', 'ProtectSytem=strict').replace('PrivateDevices=yes', ''),
    )
    expect(analyze('verify', spoilt).said).toContain('ProtectSytem')
  },
)

test('a credential of systemd is a secret file like any other, and its access list no reason to warn', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'credentials-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'meter.password')
  await writeFile(file, 'hunter22\n')
  await chmod(file, 0o440)
  expect(await resolveSecret({ file })).toBe('hunter22')
  expect(await secretWarning({ file }, { environment: { CREDENTIALS_DIRECTORY: folder } })).toBeUndefined()
  expect(await secretWarning({ file }, { environment: {} })).toContain('others may read')
})
