import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import type { Energy } from '../../core/energy.ts'
import { silentLogger } from '../../core/logger.ts'
import { loadSource, sourceContext, sourceSchemas } from '../../sources/index.ts'
import { startMiniserver } from '../../testing/meters/miniserver.ts'
import type { Prompts } from '../prompts.ts'
import { authorityProblem } from './ask-authority.ts'
import { askDriver } from './ask-driver.ts'

const file = (name: string) =>
  readFileSync(new URL(`../../connections/test-certificates/${name}`, import.meta.url), 'utf8')

const authority = fileURLToPath(new URL('../../connections/test-certificates/authority.pem', import.meta.url))

test.each([
  ['a Miniserver with a certificate of its own is known by its key, once a person says so', 'pin'],
  ['one with a certificate of our own authority is known by that, once its file is named', 'ca'],
])('%s', async (_, known) => {
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
  const told: string[] = []
  const typed: Readonly<Record<string, string>> = {
    'address of the Miniserver': miniserver.url,
    'user name': auth.user,
    'name of the meter': 'PV meter',
    "The authority's certificate": relative(process.cwd(), authority),
  }
  const prompts: Prompts = {
    async select({ message, choices, preset }) {
      offered.push(...choices.map(({ value }) => value))
      const chosen = message === 'What now?' ? known : preset
      return choices.find(({ value }) => value === chosen)?.value ?? expect.unreachable(message)
    },
    text: async ({ message }) =>
      Object.entries(typed).find(([beginning]) => message.startsWith(beginning))?.[1] ??
      expect.unreachable(message),
    secret: async () => auth.password,
    confirm: async () => true,
    say: text => void told.push(text),
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
    tls: known === 'pin' ? { pin } : { ca: authority },
  })
  expect(said).toMatchObject([{ readings: [{ channel: 'export' }] }])
  expect(offered).toContain('also room')
  expect(told[0]).toMatch(/it leads to "[^"]*CN=.*" \(unknown-authority\)/)
})

test.each([
  ['none.pem', /^there is no /],
  ['', /can't be read$/],
  ['README.md', /is no certificate in PEM/],
  ['server.key.pem', /is no certificate in PEM/],
  ['server.pem', /which is no authority$/],
])('"%s" is refused as the certificate of an authority, in words', (name, why) => {
  const path = fileURLToPath(new URL(`../../connections/test-certificates/${name}`, import.meta.url))
  expect(authorityProblem(path)).toMatch(why)
})
