import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { loadConfig } from '../config/check-config.ts'
import { systemClock } from '../core/clock.ts'
import { configuredAccounts } from './configured-accounts.ts'
import type { CommandIo } from './io.ts'

let cwd: string

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'accounts-test-'))
})

afterAll(() => rm(cwd, { recursive: true }))

const output = { isTerminal: false, columns: 80, write: async () => undefined }

function ioWith(env: CommandIo['env']): CommandIo {
  const never = new AbortController().signal
  return {
    ...{ cwd, env, stdout: output, stderr: output, clock: systemClock, askHidden: undefined },
    ...{
      outliveStreams: () => undefined,
      interruption: () => never,
      prompts: undefined,
      hide: () => undefined,
    },
  }
}

test('accounts are told without a password: of keystores, and of the environment where it is set', async () => {
  const made = await energyweb(['keys', 'new', 'meter.json', '--password-env', 'PASSWORD', '--json'], {
    cwd,
    env: { PASSWORD: 'correct horse battery staple' },
  })
  const { address } = JSON.parse(made.stdout)
  const text = `energyweb: 1
keys:
  meter: { keystore: ./meter.json, password: { env: PASSWORD } }
  gone: { keystore: ./gone.json, password: { env: PASSWORD } }
  owner: { env: OWNER }
  unset: { env: UNSET }
networks: { local: { preset: local } }
assets: [{ name: roof, role: producer, channel: export, every: 5s, source: { kind: simulator, profile: solar, peak: 1 kW } }]
`
  const file = join(cwd, 'energyweb.yml')
  await writeFile(file, text)
  const OWNER = `0x${'7'.repeat(64)}`
  const { config } = await loadConfig(file, { environment: { OWNER, PASSWORD: 'x' } })
  expect(await configuredAccounts(config, ioWith({ OWNER }))).toEqual([
    { key: 'meter', address: address.toLowerCase() },
    { key: 'owner', address: expect.stringMatching(/^0x[0-9a-f]{40}$/) },
  ])
})
