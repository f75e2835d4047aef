import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import type { Energy } from '../../core/energy.ts'
import { silentLogger } from '../../core/logger.ts'
import { loadSource, sourceContext, sourceSchemas } from '../../sources/index.ts'
import { startMiniserver } from '../../testing/meters/miniserver.ts'
import type { Prompts } from '../prompts.ts'
import { askDriver } from './ask-driver.ts'

const file = (name: string) =>
  readFileSync(new URL(`../../connections/test-certificates/${name}`, import.meta.url), 'utf8')

test('a Miniserver with a certificate of its own is known by its key, once a person says so', async () => {
  const cert = file('server.pem')
  const auth = { user: 'gateway', password: 's3cret' }
  const miniserver = await startMiniserver({
    clock: systemClock,
    ...auth,
    energyAt: () => 3_600_000_000n as Energy,
    tls: { cert, key: file('server.key.pem') },
  })
  onTestFinished(() => miniserver.close())
  const spki = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
  const pin = `sha256/${createHash('sha256').update(spki).digest('base64')}`
  const offered: string[] = []
  const typed: Readonly<Record<string, string>> = {
    'address of the Miniserver': miniserver.url,
    'user name': auth.user,
    'name of the meter': 'PV meter',
  }
  const prompts: Prompts = {
    async select({ message, choices, preset }) {
      offered.push(...choices.map(({ value }) => value))
      const chosen = message === 'What now?' ? 'pin' : preset
      return choices.find(({ value }) => value === chosen)?.value ?? expect.unreachable(message)
    },
    text: async ({ message }) =>
      Object.entries(typed).find(([beginning]) => message.startsWith(beginning))?.[1] ??
      expect.unreachable(message),
    secret: async () => auth.password,
    confirm: async () => true,
    say: () => undefined,
  }
  const definition = await loadSource('loxone')
  const said: unknown[] = []
  const answered = await askDriver(prompts, {
    options: definition.options,
    schema: sourceSchemas.loxone ?? {},
    secretFile: name => `./${name}`,
    question: 'Read it once now?',
    presets: { counts: 'export' },
    async tryOnce(options) {
      const source = definition.open(options, sourceContext({ clock: systemClock, log: silentLogger }))
      try {
        said.push(await source.read({ channel: 'export', signal: AbortSignal.timeout(10_000) }))
        return 'read'
      } finally {
        await source.close()
      }
    },
  })
  expect(answered.options).toEqual({
    url: miniserver.url,
    auth: { user: auth.user, password: { file: './password' } },
    meter: 'PV meter',
    counts: 'export',
    tls: { pin },
  })
  expect(said).toMatchObject([{ readings: [{ channel: 'export' }] }])
  expect(offered).toContain('also room')
})
