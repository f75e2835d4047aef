import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { GrowingLog } from '../../../test/publishing/support.ts'
import { temporaryFolder } from '../../../test/storage/support.ts'
import { loadConfig } from '../../config/index.ts'
import { examinePublished } from './examine-published.ts'

async function configOf(data: string, publish: string | undefined) {
  const publishing = publish === undefined ? '' : `, publish: { folder: ${publish} }`
  const text = `energyweb: 1
data: ${data}
log: { key: log, origin: log.example.org/roof${publishing} }
keys: { log: { env: LOG_KEY } }
assets:
  - { name: roof, role: producer, channel: export, capacity: 10 kW, every: 15m, source: { kind: simulator, profile: solar, peak: 10 kW } }
`
  const { config } = await loadConfig('/etc/energyweb/energyweb.yml', { text, environment: { LOG_KEY: 'x' } })
  return config
}

test('what is published is compared with what was signed', async () => {
  const log = await GrowingLog.open()
  const folder = join(temporaryFolder(), 'public')
  const config = await configOf(log.folder, folder)
  expect(await examinePublished(config)).toEqual([])
  await log.grow(10)
  expect(await examinePublished(config)).toMatchObject([
    {
      grade: 'doubtful',
      what: `nothing is published in ${folder} yet`,
      remedy: expect.stringContaining(folder),
    },
  ])
  await log.publish(folder)
  expect(await examinePublished(config)).toEqual([
    { grade: 'good', what: `10 entries are published in ${folder}` },
  ])
  await log.grow(20)
  expect(await examinePublished(config)).toMatchObject([
    { grade: 'doubtful', what: `${folder} holds 10 of the 20 entries that were signed` },
  ])
  writeFileSync(join(folder, 'checkpoint'), 'hello\n')
  expect(await examinePublished(config)).toMatchObject([{ grade: 'bad' }])
  mkdirSync(join(folder, 'other/checkpoint'), { recursive: true })
  expect(await examinePublished(await configOf(log.folder, join(folder, 'other')))).toMatchObject([
    { grade: 'bad' },
  ])
  expect(await examinePublished(await configOf(log.folder, undefined))).toEqual([])
})
