import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkConfig, composeGateway, loadConfig } from '../../src/config/index.ts'
import { newKeystore } from '../../src/keys/index.ts'
import { readCheckpoint, verifyCheckpoint } from '../../src/proof/checkpoint.ts'
import { parseVerifierKey } from '../../src/proof/verifier-key.ts'
import { folderFiles, followLog } from '../../src/publishing/index.ts'
import { openLogReader } from '../../src/storage/index.ts'
import { temporaryFolder } from '../storage/support.ts'

const text = (publish: string, data = './data') => `energyweb: 1
data: ${data}
log: { key: log, origin: log.example.org/roof, checkpoint: 1s, publish: { folder: ${publish} } }
keys: { log: { keystore: ./log.json, password: { env: LOG_PASSWORD } } }
assets:
  - name: roof
    role: producer
    channel: export
    capacity: 10 kW
    every: 300ms
    source: { kind: simulator, profile: solar, peak: 10 kW, start: 2020-01-01T00:00:00Z }
`

test('a gateway publishes each checkpoint, the last one too, and what it published can be followed', async () => {
  const folder = temporaryFolder()
  const environment = { LOG_PASSWORD: 'correct horse battery staple' }
  const cost = { n: 2 ** 10, r: 8, p: 1 }
  const { text: keystore } = await newKeystore({
    algorithm: 'ed25519',
    password: environment.LOG_PASSWORD,
    cost,
  })
  writeFileSync(join(folder, 'log.json'), keystore, { mode: 0o600 })
  const file = join(folder, 'energyweb.yml')
  writeFileSync(file, text('./public'))
  const { config } = await loadConfig(file, { environment })
  const gateway = await composeGateway(config, { environment })
  const end = new AbortController()
  const running = gateway.run({ signal: end.signal, signals: false })
  const published = join(folder, 'public/checkpoint')
  const size = () => (existsSync(published) ? readCheckpoint(readFileSync(published, 'utf8')).size : 0)
  while (size() === 0) await new Promise(done => setTimeout(done, 50))
  const first = size()
  while (size() === first) await new Promise(done => setTimeout(done, 50))
  end.abort()
  await running
  const reader = openLogReader({ folder: join(folder, 'data') })
  expect(readFileSync(published, 'utf8')).toBe(reader.lastCheckpoint())
  expect(size()).toBe(reader.head().size)
  reader.close()
  const { describeKeystore } = await import('../../src/keys/index.ts')
  const { verifierKey } = await describeKeystore(join(folder, 'log.json'), { origin: 'log.example.org/roof' })
  const key = parseVerifierKey(verifierKey ?? '')
  const { signal } = new AbortController()
  const followed = await followLog(folderFiles(join(folder, 'public')), {
    key,
    signal,
    state: temporaryFolder(),
  })
  expect(followed).toMatchObject({ size: size(), read: size() })
  expect(verifyCheckpoint(followed.checkpoint, [key]).origin).toBe('log.example.org/roof')
})

test.each([
  ['./data', './data'],
  ['./data/public', './data'],
  ['.', './data'],
  ['/srv/', '/srv/data'],
])('publishing into %s with the data in %s is refused', async (publish, data) => {
  const environment = { LOG_PASSWORD: 'x' }
  const { errors } = await checkConfig('/etc/energyweb/energyweb.yml', {
    text: text(publish, data),
    environment,
  })
  expect(errors.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/must be apart from the data folder/),
  )
})
