import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLog } from '../../src/config/index.ts'
import { ipfsFaultPoints } from '../../src/ledgers/ipfs/fault-points.ts'
import { checkLog } from '../../src/storage/index.ts'
import { FakeKubo } from '../ipfs/fake-kubo.ts'
import { FakePinningService } from '../ipfs/fake-pinning-service.ts'
import { type ChildOptions, runChild } from './run-child.ts'

/*
 * A gateway that gives raw bytes to a node and asks a pinning service for raw bytes and records, ended with SIGKILL at each step
 * of it, on the same data folder and the same remotes. At the end each has every content, the service was asked for each once,
 * and the notes of the log cover every entry without a hole.
 */

const folder = mkdtempSync(join(tmpdir(), 'energyweb-ipfs-crash-'))
const certificate = (name: string) =>
  new URL(`../../src/connections/test-certificates/${name}`, import.meta.url)
const node = new FakeKubo()
const pins = new FakePinningService()

beforeAll(async () => {
  pins.outcome = 'pinned'
  const url = await pins.open({
    key: readFileSync(certificate('server.key.pem')),
    cert: readFileSync(certificate('server.pem')),
  })
  const ca = certificate('authority.pem').pathname
  writeFileSync(join(folder, 'energyweb.yml'), configuration(await node.open(), { url, ca }))
})

afterAll(async () => {
  await Promise.all([node.close(), pins.close()])
  rmSync(folder, { recursive: true, force: true })
})

function configuration(kubo: string, service: { readonly url: string; readonly ca: string }): string {
  return `energyweb: 1
data: ./data
log: { key: log, origin: crash.invalid/ipfs, checkpoint: 1s }
keys: { log: { env: LOG } }
ledgers:
  node: { kind: kubo, url: '${kubo}', content: raw, every: 1s }
  pins: { kind: ipfs-pinning, url: '${service.url}', token: { env: PINS }, tls: { ca: '${service.ca}' }, content: [raw, documents], every: 1s }
assets:
  - { name: house, role: consumer, channel: import, capacity: 5 kW, every: 300ms, source: { kind: simulator, profile: load, peak: 5 kW }, report: [{ ledger: node }, { ledger: pins }] }
`
}

const run = (options: Omit<ChildOptions, 'secrets'>) =>
  runChild(folder, { ...options, secrets: { LOG: '07'.repeat(32), PINS: pins.token } })

describe('a gateway that is killed while it gives content to IPFS', () => {
  const rounds = ipfsFaultPoints.flatMap(point => [1, 2, 5].map(nth => ({ point, nth })))
  it.each(rounds)(
    'dies at $point, passage $nth',
    async ({ point, nth }) => {
      const ended = await run({ fault: `${point}:${nth}` })
      expect(ended, ended.complaint).toMatchObject({ signal: 'SIGKILL' })
      expect(ended.milliseconds, `${point} was never passed`).toBeLessThan(39_000)
    },
    60_000,
  )

  it('has lost nothing and asked for nothing twice, and its log says what is pinned', async () => {
    const drained = await run({ words: ['drain', '3000'], killAfter: 110_000 })
    expect(drained, drained.complaint).toMatchObject({ code: 0 })
    const log = await openLog({ folder: join(folder, 'data') })
    try {
      const entries = await log.entries('house', { after: -1, limit: 10_000 })
      const raw = entries.flatMap(({ document }) => (typeof document?.cid === 'string' ? [document.cid] : []))
      expect(raw.length).toBeGreaterThan(5)
      expect([...node.pins].sort()).toEqual([...new Set(raw)].sort())
      const asked = [...pins.requests.values()].map(({ pin }) => pin.cid)
      const records = entries.filter(({ kind }) => kind === 'reading' || kind === 'revision').length
      expect(new Set(asked).size).toBe(asked.length)
      expect(asked).toHaveLength(new Set(raw).size + records)
      expect(asked).toEqual(expect.arrayContaining(raw))
      for (const ledger of ['node', 'pins']) {
        const notes = entries
          .flatMap(({ kind, document }) => (kind === 'note' ? [JSON.parse(String(document?.text))] : []))
          .filter(note => note.ledger === ledger)
        expect(notes.reduce((sum, { pinned }) => sum + pinned, 0)).toBe(
          ledger === 'node' ? new Set(raw).size : asked.length,
        )
        for (const [i, { first }] of notes.entries()) {
          if (i > 0) expect(first).toBeGreaterThan(notes[i - 1].last)
        }
        expect((await log.pinLine(`house/${ledger}`)).counts).toEqual({})
      }
    } finally {
      await log.close()
    }
    expect(await checkLog({ folder: join(folder, 'data') })).toMatchObject({ ok: true, firstBad: undefined })
  }, 120_000)
})
