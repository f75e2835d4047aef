import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { chainedEntries, publishTexts } from '../../test/publishing/made-log.ts'
import { hasNginx, hasPython, startNginx, startPython } from '../../test/publishing/servers.ts'
import { GrowingLog, keyText, origin } from '../../test/publishing/support.ts'
import { temporaryFolder } from '../../test/storage/support.ts'

const follow = (...words: string[]) => energyweb(['log', 'follow', ...words], { cwd: temporaryFolder() })

async function serverThat(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

test('log publish writes what is new and says so', async () => {
  const log = await GrowingLog.open()
  const folder = join(temporaryFolder(), 'public')
  const publish = (...words: string[]) =>
    energyweb(['log', 'publish', folder, '--data', log.folder, ...words])
  expect(await publish()).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/no signed checkpoint yet/),
  })
  await log.grow(300)
  expect(await publish()).toMatchObject({
    code: 0,
    stdout: `${folder}: ${origin}, 300 entries (300 new), 5 files written\n`,
  })
  await log.grow(310)
  const { stdout } = await publish('--json')
  expect(JSON.parse(stdout)).toEqual({
    folder,
    origin,
    size: 310,
    before: 300,
    written: 2,
    repaired: 0,
    removed: 0,
  })
  writeFileSync(join(folder, 'tile/0/000'), 'damaged')
  expect(await publish('--whole')).toMatchObject({
    stdout: `${folder}: ${origin}, 310 entries (nothing new), 0 files written, 1 damaged files written anew\n`,
  })
})

test('log publish --watch publishes each new checkpoint until it is ended', async () => {
  const log = await GrowingLog.open()
  const folder = temporaryFolder()
  const end = new AbortController()
  let published = ''
  const { promise: second, resolve } = Promise.withResolvers<void>()
  const words = ['log', 'publish', folder, '--data', log.folder, '--watch', '--every', '20ms', '--json']
  const ended = energyweb(words, {
    signal: end.signal,
    onOutput: text => {
      published += text
      if (published.split('\n').length > 2) resolve()
    },
  })
  await log.grow(10)
  while (!published.includes('\n')) await new Promise(done => setTimeout(done, 20))
  await log.grow(20)
  await second
  end.abort()
  expect(await ended).toMatchObject({ code: 0 })
  const sizes = published
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line).size)
  expect(sizes).toEqual([10, 20])
})

test('log follow tells what is new, for people and for programs', async () => {
  const [folder, cwd] = [temporaryFolder(), temporaryFolder()]
  await publishTexts(chainedEntries(300), folder)
  const words = ['log', 'follow', folder, '--key', keyText(), '--once']
  const { code, stdout } = await energyweb(words, { cwd })
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^good: \S+ {2}gateway.example.org\/roof: 300 entries signed, the first that was seen, 300 new ones read\n/,
  )
  expect(stdout).toMatch(/ {2}A{22} {2}opening 1, reading 149\n {2}B{22} {2}opening 1, reading 149\n$/)
  expect(readFileSync(join(cwd, 'followed/gateway.example.org_roof/state.json'), 'utf8')).toContain(
    '"size": 300',
  )
  const again = await energyweb([...words, '--json'], { cwd })
  expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, size: 300, before: 300, read: 0, streams: [] })
})

test('log follow ends with 1 and names the proof when the log has two courses', async () => {
  const [folder, other, state] = [temporaryFolder(), temporaryFolder(), temporaryFolder()]
  await publishTexts(chainedEntries(300), folder)
  await publishTexts(chainedEntries(400, 1), other)
  const words = ['--key', keyText(), '--once', '--state', state]
  expect(await follow(folder, ...words)).toMatchObject({ code: 0 })
  const { code, stdout } = await follow(other, ...words)
  expect(code).toBe(1)
  expect(stdout).toMatch(/^bad: forked: the log has two courses/)
  expect(stdout).toContain(join(state, 'forked-300-400.json'))
  const { stdout: json } = await follow(other, ...words, '--json')
  expect(JSON.parse(json)).toMatchObject({
    ok: false,
    fault: 'forked',
    index: 0,
    kept: join(state, 'forked-300-400.json'),
  })
})

test('log follow without a key shows who has signed, and refuses', async () => {
  const folder = temporaryFolder()
  await publishTexts(chainedEntries(3), folder)
  const { code, stderr } = await follow(folder, '--once')
  expect(code).toBe(2)
  expect(stderr).toContain(keyText().split('+').slice(0, 2).join('+'))
  expect(stderr).not.toContain(keyText())
})

test('log follow goes on through an outage and ends when it is told to', async () => {
  const [folder, state] = [temporaryFolder(), temporaryFolder()]
  await publishTexts(chainedEntries(300), folder)
  const note = readFileSync(join(folder, 'checkpoint'))
  rmSync(join(folder, 'checkpoint'))
  const end = new AbortController()
  const words = ['log', 'follow', folder, '--key', keyText(), '--state', state, '--every', '20ms']
  const ended = energyweb(words, { signal: end.signal, onOutput: () => end.abort() })
  await new Promise(done => setTimeout(done, 200))
  writeFileSync(join(folder, 'checkpoint'), note)
  const { code, stdout, stderr } = await ended
  expect(code).toBe(0)
  expect(stdout).toMatch(/300 new ones read/)
  expect(stderr.match(/trying again/g)).toHaveLength(1)
  expect(stderr).toMatch(/answers again/)
})

test.each([
  ['nobody listens', async () => 'http://127.0.0.1:9'],
  ['there is no log', () => serverThat((_, answer) => answer.writeHead(404).end())],
  ['the server is ill', () => serverThat((_, answer) => answer.writeHead(503).end())],
  ['the server cuts the line', () => serverThat((_, answer) => answer.destroy())],
])('log follow ends with 4 when %s', async (_, open) => {
  const { code, stdout, stderr } = await follow(await open(), '--key', keyText(), '--once', '--lan-http')
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
  expect(stderr).toMatch(/^error: .*\nhint: /)
  expect(stderr).not.toMatch(/device|meter/)
})

test.each([
  ['leads elsewhere', (_: unknown, answer) => answer.writeHead(302, { location: 'http://192.0.2.1/' }).end()],
  [
    'has an endless checkpoint',
    (_: unknown, answer) => {
      const more = () => {
        while (answer.write(Buffer.alloc(65_536, 0x61)));
      }
      answer.on('drain', more).writeHead(200)
      more()
    },
  ],
  ['answers with something else', (_: unknown, answer) => answer.writeHead(200).end('<html>')],
  [
    'answers with bytes that are no text',
    (_: unknown, answer) => answer.writeHead(200).end(Buffer.alloc(99, 0xff)),
  ],
] satisfies [string, RequestListener][])('log follow ends with 1 when the server %s', async (_, listener) => {
  const url = await serverThat(listener)
  const { code } = await follow(url, '--key', keyText(), '--once', '--lan-http')
  expect(code).toBe(1)
})

test('plain HTTP is refused unless it is asked for, and then to private addresses alone', async () => {
  const url = await serverThat((_, answer) => answer.end())
  const refused = await follow(url, '--key', keyText(), '--once')
  expect(refused).toMatchObject({ code: 2 })
  expect(refused.stderr).toMatch(/plain HTTP is refused\nhint: .*--lan-http/)
  const foreign = await follow('http://192.0.2.1', '--key', keyText(), '--once', '--lan-http')
  expect(foreign.stderr).toMatch(/192.0.2.1 is not a private address/)
})

test.each(['ftp://x/', 'https://', 'https://u:p@x/', 'https://x/?a=1', 'https://x/#a'])(
  '%s is no address',
  async log => {
    expect(await follow(log, '--key', keyText(), '--once')).toMatchObject({ code: 2 })
  },
)

test.each([
  ['nginx', hasNginx, startNginx],
  ['the file server of Python', hasPython, startPython],
] as const)(
  'a log is followed over %s, its growth too',
  { timeout: 120_000 },
  async (name, isThere, start) => {
    if (!isThere) return console.warn(`!!! Skipped: ${name} is missing (scripts/install-test-tools.sh)`)
    const [folder, state, mirror] = [temporaryFolder(), temporaryFolder(), temporaryFolder()]
    const texts = chainedEntries(3_000)
    const { url } = await start(folder)
    const words = [
      `${url}/`,
      '--key',
      keyText(),
      '--once',
      '--lan-http',
      '--state',
      state,
      '--mirror',
      mirror,
      '--json',
    ]
    await publishTexts(texts.slice(0, 1_111), folder)
    expect(JSON.parse((await follow(...words)).stdout)).toMatchObject({ size: 1_111, read: 1_111 })
    await publishTexts(texts, folder)
    expect(JSON.parse((await follow(...words)).stdout)).toMatchObject({
      size: 3_000,
      before: 1_111,
      read: 1_889,
    })
    expect(await follow(mirror, '--key', keyText(), '--once')).toMatchObject({ code: 0 })
  },
)

test('witnesses come from a file, and a quorum that nobody can meet is refused', async () => {
  const [folder, work] = [temporaryFolder(), temporaryFolder()]
  await publishTexts(chainedEntries(3), folder)
  const file = join(work, 'witnesses')
  const key = 'witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G'
  writeFileSync(file, `# whom we know\n${key}\n`)
  const keyFile = join(work, 'roof.vkey')
  writeFileSync(keyFile, `${keyText()}\n`)
  const words = [folder, '--key', keyFile, '--once', '--witness', file]
  const { code, stderr } = await follow(...words)
  expect(code).toBe(4)
  expect(stderr).toMatch(/0 witnesses have cosigned, 1 must/)
  expect(await follow(...words, '--quorum', '2')).toMatchObject({ code: 2 })
  expect(await follow(...words, '--quorum', '0')).toMatchObject({ code: 0 })
})

test('log follow refuses a file of witnesses in which there is none', async () => {
  const log = await GrowingLog.open()
  const file = join(temporaryFolder(), 'witnesses.txt')
  writeFileSync(file, '# none yet\n')
  const words = [log.folder, '--key', keyText(), '--once', '--witness', file]
  expect(await follow(...words)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('holds no verifier key: it is empty'),
  })
})
