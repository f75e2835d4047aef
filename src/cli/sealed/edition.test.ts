import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, expect, it } from 'vitest'
import { energyweb } from '../../../test/cli/memory-io.ts'
import { nextEdition } from '../../config/sealed/edition.ts'
import { openSealed } from '../../config/sealed/open-sealed.ts'
import { wrapByPassphrase } from '../../config/sealed/passphrase-opener.ts'
import { sealText } from '../../config/sealed/seal-text.ts'
import { parseSealed } from '../../config/sealed/sealed-format.ts'
import { exitCodes } from '../exit-codes.ts'
import { olderThanRemembered, rememberedEdition, useEdition } from './edition-mark.ts'

const passphrase = 'tulip harbour nine clocks'
const env = { ENERGYWEB_PASSPHRASE: passphrase }
const config = `energyweb: 1
assets:
  - { name: roof, role: producer, channel: export, every: 1h, source: { kind: simulator, profile: solar, peak: 5 kW } }
`
let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'edition-'))
  return () => rmSync(cwd, { recursive: true })
})

const wrap = (key: Uint8Array) => wrapByPassphrase(key, passphrase, { cost: { n: 2 ** 14, r: 8, p: 1 } })
const place = async (edition?: number) =>
  writeFileSync(
    join(cwd, 'energyweb.sealed'),
    await sealText(config, [wrap], { format: 'yaml', ...(edition !== undefined && { edition }) }),
  )
const editionNow = () =>
  parseSealed(readFileSync(join(cwd, 'energyweb.sealed'), 'utf8'), 'energyweb.sealed').header.edition
const use = (edition: number, mayBeOlder = false) =>
  useEdition({ file: 'energyweb.sealed', folder: cwd, edition }, { mayBeOlder })

it('a file that is sealed later is a newer edition, whatever the clock says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.nat(2 ** 40), { nil: undefined }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: -1e12, max: 1e14 }),
      (before, now) => {
        const edition = nextEdition(before, now)
        expect(edition).toBeGreaterThanOrEqual(1)
        for (const one of before) expect(edition).toBeGreaterThan(one ?? 0)
      },
    ),
  )
})

it('editing and sealing anew make a newer edition, also of one from the future', async () => {
  writeFileSync(join(cwd, 'editor'), '#!/bin/sh\nsed -i s/1h/2h/ "$1"\n', { mode: 0o700 })
  const editing = { ...process.env, ...env, EDITOR: join(cwd, 'editor'), VISUAL: '' }
  const ahead = Math.floor(Date.now() / 1_000) + 1_000_000
  await place(ahead)
  expect(await energyweb(['config', 'edit'], { cwd, env: editing })).toMatchObject({ code: 0 })
  expect(editionNow()).toBe(ahead + 1)
  const seal = ['config', 'seal', 'energyweb.sealed', '--to', 'passphrase']
  expect(await energyweb(seal, { cwd, env })).toMatchObject({ code: 0 })
  expect(editionNow()).toBe(ahead + 2)
  await place()
  const before = Math.floor(Date.now() / 1_000)
  expect(await energyweb(seal, { cwd, env })).toMatchObject({ code: 0 })
  expect(editionNow()).toBeGreaterThanOrEqual(before)
})

it('an edition is vouched for: nobody makes an old file newer', async () => {
  await place(1_700_000_000)
  const text = readFileSync(join(cwd, 'energyweb.sealed'), 'utf8')
  const forged = text.replace('"edition":1700000000', '"edition":1800000000')
  expect(forged).not.toBe(text)
  await expect(openSealed(forged, 'a', { environment: env })).rejects.toThrow(
    /was changed after it was sealed/,
  )
})

it('the newest edition is remembered, durably; an older one is refused until somebody says that it is meant', async () => {
  await use(7)
  await use(7)
  await use(9)
  expect(readdirSync(cwd)).toEqual(['configuration.edition'])
  await expect(use(8)).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringMatching(/older than .* edition 8 \(1970-01-01T00:00:08Z\), and edition 9/),
    hint: expect.stringContaining('--older-configuration'),
  })
  await expect(use(0)).rejects.toThrow(/a sealing from before there were editions/)
  expect(await rememberedEdition(cwd)).toBe(9)
  await use(8, true)
  expect(await rememberedEdition(cwd)).toBe(8)
  await expect(use(7)).rejects.toThrow(/is older/)
})

it('a mark that was damaged is no word for an old one', async () => {
  writeFileSync(join(cwd, 'configuration.edition'), '')
  await expect(use(9)).rejects.toThrow(/is not what energyweb wrote/)
  await expect(olderThanRemembered({ file: 'a', folder: cwd, edition: 9 })).rejects.toThrow()
  await use(9, true)
  expect(await rememberedEdition(cwd)).toBe(9)
})

it('a gateway does not start with last month’s file, and check, doctor and show --openers tell it', async () => {
  const data = join(cwd, 'data')
  const { mkdirSync } = await import('node:fs')
  mkdirSync(data)
  await useEdition({ file: 'a', folder: data, edition: 1_764_000_000 })
  await place(1_761_000_000)
  const run = await energyweb(['run'], { cwd, env })
  expect(run.code).toBe(exitCodes.configuration)
  expect(run.stderr).toContain('energyweb.sealed is older than the one that its data folder has run with')
  expect(readdirSync(data)).toEqual(['configuration.edition'])
  const check = await energyweb(['check'], { cwd, env })
  expect(check.code).toBe(exitCodes.configuration)
  expect(check.stdout).toContain('is older than the one')
  const doctor = await energyweb(['doctor'], { cwd, env })
  expect(doctor.stdout).toContain('is older than the one')
  const shown = await energyweb(['config', 'show', '--openers'], { cwd, env })
  expect(shown.stdout).toContain('edition 1761000000 (2025-10-20T22:40:00Z)')
})

it('with --older-configuration it starts, and that one is the newest from then on', async () => {
  const data = join(cwd, 'data')
  const { mkdirSync } = await import('node:fs')
  mkdirSync(data)
  await useEdition({ file: 'a', folder: data, edition: 1_764_000_000 })
  await place(1_761_000_000)
  const { lockFolder } = await import('../../storage/lock.ts')
  const unlock = lockFolder(data)
  try {
    // It comes as far as the log, which somebody else has.
    const run = await energyweb(['run', '--older-configuration'], { cwd, env })
    expect(run.code).toBe(exitCodes.locked)
    expect(await rememberedEdition(data)).toBe(1_761_000_000)
  } finally {
    unlock()
  }
})
