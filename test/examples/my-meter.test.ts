import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { source } from '../../examples/my-meter.ts'
import { systemClock } from '../../src/core/clock.ts'
import { isEnergywebError } from '../../src/core/errors.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { sourceContext } from '../../src/sources/index.ts'
import { runSourceConformance } from '../../src/testing/index.ts'

const said = '{"kwh": 12.345, "at": "2024-05-01T08:00:00Z", "serial": "A1"}'
const tls = { allow: 'lan-http', reason: 'test' }
const guide = readFileSync(new URL('../../CONTRIBUTING.md', import.meta.url), 'utf8')

let body = ''
const server = createServer((_, response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(body),
)

beforeAll(() => new Promise<void>(done => server.listen(0, '127.0.0.1', done)))
afterAll(() => new Promise(done => server.close(done)))

async function read() {
  const { port } = server.address() as AddressInfo
  const meter = source.open(
    { url: `http://127.0.0.1:${port}`, tls },
    sourceContext({ clock: systemClock, log: silentLogger }),
  )
  try {
    return await meter.read({ channel: 'import', signal: AbortSignal.timeout(5_000) })
  } finally {
    await meter.close()
  }
}

describe('the meter of the contributors’ guide', () => {
  it('stands in the guide as it is here', () => {
    const example = readFileSync(new URL('../../examples/my-meter.ts', import.meta.url), 'utf8')
    expect(guide).toContain(
      example.replaceAll("'../src/core/", "'../../core/").replaceAll("'../src/sources/", "'../"),
    )
  })

  it('passes the conformance suite with the cases of the guide', async () => {
    const cases = /```json\n([^`]*)```/.exec(guide)?.[1] ?? ''
    expect(guide).toContain(said)
    const folder = mkdtempSync(join(tmpdir(), 'my-meter-'))
    writeFileSync(join(folder, 'cases.json'), cases)
    writeFileSync(join(folder, 'total.json'), said)
    const limited = (total: number) => ({ connect: total, headers: total, body: total, total })
    const context = (patience: number) =>
      sourceContext({ clock: systemClock, log: silentLogger, limits: limited(patience) })
    const results = await runSourceConformance({
      folder: pathToFileURL(`${folder}/`),
      secrets: [],
      open: ({ origin, patience }) => source.open({ url: origin, tls }, context(patience)),
    })
    rmSync(folder, { recursive: true })
    expect(results.length).toBeGreaterThan(10)
    expect(results.filter(({ passed }) => !passed)).toEqual([])
  })

  it('reads exactly what the device says', async () => {
    body = said
    const { readings } = await read()
    expect(readings).toMatchObject([
      {
        energy: 44_442_000_000n,
        fraction: '',
        measuredAt: Date.UTC(2024, 4, 1, 8),
        device: { serial: 'A1' },
      },
    ])
  })

  it('invents nothing', async () => {
    body = '{"kwh": null, "at": "2024-05-01T08:00:00Z", "serial": "A1"}'
    await expect(read()).rejects.toSatisfy(error => isEnergywebError(error, 'source-malformed'))
  })
})
