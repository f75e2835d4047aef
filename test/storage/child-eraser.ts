/* Writes readings whose raw bytes say `secret`, then erases them: node child-eraser.ts <folder>. Says `erased` when that is acknowledged. */
import { writeSync } from 'node:fs'
import { openLog } from '../../src/storage/index.ts'
import { childReading, line } from './child-reading.ts'

const [folder = ''] = process.argv.slice(2)
const log = await openLog({ folder })
await log.openStream({ name: 'roof' })
await log.openStream({ name: 'roof/carbon' })
if (!(await log.register('roof')).opened) {
  const limits = { resolution: 0n, opening: 'zero' } as const
  for (let n = 1; n <= 40; n++) {
    const raw = { bytes: new TextEncoder().encode(`secret ${n}`), mediaType: 'text/plain' }
    await log.record('roof', [{ ...childReading(n), raw }], limits)
  }
  await log.append('roof/carbon', 'note', { by: 'child', text: 'secret factor' })
}
await log.erase({
  streams: ['roof', 'roof/carbon'],
  range: { before: Date.now() + 60_000 },
  by: 'child',
  reason: line,
})
writeSync(1, 'erased\n')
await log.close()
