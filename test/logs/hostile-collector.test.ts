import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { HostileCollector, hostilities } from './hostile-collector.ts'

/*
 * A collector that wants to hurt costs a bounded time and a bounded memory, whatever it does, and nothing that it says is followed.
 */

const run = promisify(execFile)
const said = z.object({
  delivery: z.object({ outcome: z.string(), why: z.string().optional() }),
  milliseconds: z.number(),
  grown: z.number(),
})

/** Whoever does not answer is waited for 30 s; the rest is for a busy machine. */
const longest = 60_000
/** What is read is thrown away: blocks that wait for that, no more. Chunks of one byte took 250 MB while each was kept. */
const mostGrown = 130_000_000

const behaviours = Object.entries(hostilities)
// All of them speak HTTP by the same code; what each makes of an answer comes behind that.
const cases = [
  ...behaviours.map(([name, behave]) => ({ name, behave, kind: 'otlp' })),
  ...behaviours
    .slice(-8)
    .flatMap(([name, behave]) => ['loki', 'elasticsearch'].map(kind => ({ name, behave, kind }))),
]

describe.concurrent('a collector costs a bounded time and memory that', () => {
  test.each(cases)('$name, of $kind', { timeout: 2 * longest }, async ({ behave, kind }) => {
    const collector = await HostileCollector.start(behave)
    try {
      const child = join(import.meta.dirname, 'hostile-child.ts')
      const { stdout } = await run(process.execPath, [child, kind, collector.url], { timeout: 2 * longest })
      const { delivery, milliseconds, grown } = said.parse(JSON.parse(stdout))
      expect(['later', 'stands', 'refused', 'unfit']).toContain(delivery.outcome)
      expect(delivery.why?.length ?? 0).toBeLessThan(500)
      expect(milliseconds).toBeLessThan(longest)
      expect(grown).toBeLessThan(mostGrown)
      expect(collector.connections).toBe(1)
    } finally {
      await collector.close()
    }
  })
})
