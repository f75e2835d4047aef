import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { generateSources } from '../../scripts/generate-sources.ts'
import { systemClock } from '../core/clock.ts'
import { silentLogger } from '../core/logger.ts'
import { sourceCases } from '../testing/source-conformance.ts'
import { goldenFolder } from '../testing/source-conformance-golden.ts'
import { carbonKinds, loadCarbonSource, loadSource, sourceKinds } from './catalogue.ts'
import { sourceContext } from './context.ts'
import { carbonSchemas } from './generated/carbon-schemas.ts'
import { sourceSchemas } from './generated/schemas.ts'
import { markedPaths } from './marked-paths.ts'
import { basicAuth, httpAddress, personal, secret, tlsPolicy } from './options.ts'
import { optionsSchema } from './options-schema.ts'

const context = sourceContext({ clock: systemClock, log: silentLogger })

describe('the catalogue', () => {
  it('is what the driver files say: run `npm run generate` when this fails', async () => {
    expect(await generateSources({ check: true })).toEqual([])
  })
  it('loads each kind, with a schema and a page', async () => {
    expect(sourceKinds).toEqual([
      'energy-api',
      'eumel-v1',
      'eumel-v2',
      'gridx',
      'loxone',
      'meter-reads',
      'simulator',
    ])
    for (const kind of sourceKinds) {
      expect((await loadSource(kind)).name).toBe(kind)
      const { oneOf = [sourceSchemas[kind]] } = sourceSchemas[kind] ?? {}
      expect(oneOf).not.toHaveLength(0)
      for (const shape of oneOf as unknown[]) expect(shape).toMatchObject({ type: 'object' })
    }
  })
  it.each(['eumel-v3', '__proto__', 'constructor', 'toString'])(
    'has no %s, and says what it has',
    async kind => {
      await expect(loadSource(kind)).rejects.toMatchObject({
        code: 'config-invalid',
        hint: 'There are energy-api, eumel-v1, eumel-v2, gridx, loxone, meter-reads, simulator.',
      })
    },
  )
  it('shows each known fault by golden cases of its kind', async () => {
    for (const kind of ['gridx', 'loxone'] as const) {
      const { knownFaults = [] } = await loadSource(kind)
      expect(knownFaults.length).toBeGreaterThan(3)
      const names = sourceCases(goldenFolder(kind)).map(({ name }) => name)
      for (const { cases, seen } of knownFaults) {
        expect(cases, seen).not.toEqual([])
        expect(names, seen).toEqual(expect.arrayContaining([...cases]))
      }
    }
  })
  it('has examples that its own schemas accept', async () => {
    for (const kind of sourceKinds) {
      const definition = await loadSource(kind)
      const { kind: named, ...options } = parse(definition.example)
      expect(named).toBe(kind)
      const schema = z.fromJSONSchema(
        optionsSchema(definition.options) as Parameters<typeof z.fromJSONSchema>[0],
      )
      expect(schema.safeParse(options).error).toBeUndefined()
    }
  })
  it('loads each kind of carbon source, whose example its own schema accepts', async () => {
    expect(carbonKinds).toEqual([
      'electricity-maps',
      'static',
      'uk-carbon-intensity',
      'watttime-v1',
      'watttime-v2',
      'watttime-v3',
    ])
    for (const kind of carbonKinds) {
      const definition = await loadCarbonSource(kind)
      const { kind: named, ...options } = parse(definition.example)
      expect([definition.name, named]).toEqual([kind, kind])
      expect(definition.bases).not.toHaveLength(0)
      const schema = z.fromJSONSchema(carbonSchemas[kind] as Parameters<typeof z.fromJSONSchema>[0])
      expect(schema.safeParse(options).error).toBeUndefined()
    }
    await expect(loadCarbonSource('constructor')).rejects.toMatchObject({ code: 'config-invalid' })
  })
  it('loads no library before a driver is used', async () => {
    const index = new URL('./index.ts', import.meta.url).href
    const { stderr } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--import',
      `data:text/javascript,import { registerHooks } from 'node:module'; registerHooks({ load(url, context, next) { if (/node_modules/.test(url)) console.error(url); return next(url, context) } })`,
      '--eval',
      `await import(${JSON.stringify(index)})`,
    ])
    expect(stderr).not.toMatch(/node_modules/)
  })
})

describe('options', () => {
  it('name their secrets and personal fields, through options and alternatives', () => {
    const options = z.strictObject({
      auth: z.union([basicAuth(), z.strictObject({ apiKey: secret('key') })]).optional(),
      deep: z.strictObject({ token: secret('token').optional() }).optional(),
      name: personal('name'),
    })
    const schema = optionsSchema(options)
    expect(markedPaths(schema, 'secret')).toEqual([
      ['auth', 'password'],
      ['auth', 'apiKey'],
      ['deep', 'token'],
    ])
    expect(markedPaths(schema, 'personal')).toEqual([['auth', 'user'], ['name']])
  })
  it('show a secret in the JSON Schema as a reference, so that plain text is refused', () => {
    const schema = z.fromJSONSchema(
      optionsSchema(z.strictObject({ key: secret('key') })) as Parameters<typeof z.fromJSONSchema>[0],
    )
    expect(schema.safeParse({ key: { env: 'KEY' } }).success).toBe(true)
    expect(schema.safeParse({ key: { file: './key' } }).success).toBe(true)
    expect(schema.safeParse({ key: 'hunter2' }).success).toBe(false)
  })
  it.each(['ftp://x', 'http://a:b@x', 'https://x?token=1', 'https://x#y', 'x', ''])(
    'refuse the address %s',
    url => {
      expect(httpAddress('').safeParse(url).success).toBe(false)
    },
  )
  it('require TLS unless told why not', () => {
    expect(tlsPolicy().parse(undefined)).toBe('required')
    for (const policy of [
      false,
      'off',
      { allow: 'lan-http' },
      { allow: 'http', reason: 'x' },
      { pin: 'sha1/x' },
      {},
    ]) {
      expect(tlsPolicy().safeParse(policy).success).toBe(false)
    }
  })
  it('are refused with the field named and no value quoted', async () => {
    const { open } = await loadSource('eumel-v2')
    const attempt = () =>
      open({ url: 'http://admin:hunter2@meter', auth: { user: 'a', password: '' } }, context)
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining('url') }),
    )
    expect(attempt).not.toThrow(/hunter2/)
  })
})

describe('the pages', () => {
  it('say for each driver how it was proven', () => {
    for (const kind of [...sourceKinds, ...carbonKinds]) {
      const page = readFileSync(new URL(`../../docs/sources/${kind}.md`, import.meta.url), 'utf8')
      expect(page).toMatch(/\| proven with \| (captured data|simulator|field): /)
    }
  })
})
