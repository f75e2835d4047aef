import { expect, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { limits, readings, receipt, submission, testLog, variant } from '../../test/storage/support.ts'
import { toHex, utf8 } from '../core/bytes.ts'
import { silentLogger } from '../core/logger.ts'
import { ControlServer } from '../gateway/control-server.ts'
import { checkLog } from '../storage/index.ts'
import { exitCodes } from './exit-codes.ts'
import type { Prompts } from './prompts.ts'

async function filledLog() {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.record('roof', readings(4), limits)
  return log
}

const words = (folder: string, ...more: string[]) => [
  ...['log', 'erase', 'roof', '--data', folder, '--reason', 'moved out', '--by', 'anna'],
  ...more,
]

/** A person who is asked once. */
function person(answer: boolean) {
  const asked: string[] = []
  const prompts = {
    say: (text: string) => void asked.push(text),
    confirm: async ({ message }: { message: string }) => {
      asked.push(message)
      return answer
    },
  } as unknown as Prompts
  return { asked, prompts }
}

test('nothing is erased without a yes, and what would go is shown', async () => {
  const { folder } = await filledLog()
  const { code, stderr } = await energyweb(words(folder, '--last', '2'))
  expect(code).toBe(exitCodes.usage)
  expect(stderr).toContain('hint: It would erase roof: entries 0 to 2, 3 documents.')
  const { asked, prompts } = person(false)
  expect((await energyweb(words(folder, '--last', '2'), { prompts })).code).not.toBe(0)
  expect(asked).toEqual(['roof: entries 0 to 2, 3 documents', 'Erase this for ever?'])
  expect(await checkLog({ folder })).toMatchObject({ ok: true, erased: 0 })
})

test('a yes erases, and the check names the range', async () => {
  const log = await filledLog()
  await log.close()
  const { prompts } = person(true)
  const { code, stdout } = await energyweb(words(log.folder, '--last', '2'), { prompts })
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'roof: entries 0 to 2, 3 documents erased; entry 5 says so\n',
  })
  const checked = await energyweb(['log', 'check', '--data', log.folder])
  expect(checked.stdout).toBe(
    'good: entries: 6, streams: 1, checkpoints: 0, erased, so only their hashes are verified: 3\nerased: roof 0 to 2, by anna: moved out\n',
  )
  const again = await energyweb(words(log.folder, '--last', '2', '--yes'))
  expect(again.stderr).toContain('there is nothing of roof to erase there')
})

test('what stands on a chain by its CID is told before and after, and nothing takes it back', async () => {
  const log = await filledLog()
  const entries = await log.entries('roof', { after: -1, limit: 10 })
  const cid = String(entries.at(-1)?.document?.cid)
  await log.openLine('roof/origin', 'roof')
  const data = `0xab03248f${toHex(utf8(cid))}`
  const made = await log.create(submission({ first: 0, last: 4, reading: 4, data }), variant(0))
  await log.markMined(made.id, { ...receipt(0), value: 4n })
  await log.finalise([made.id])
  const told = `not to be taken back: 1 CIDs stand for ever on chain 246, contract 0x00000000000000000000000000000000000000bb: ${cid} (raw bytes of entry 4)`
  const { asked, prompts } = person(false)
  expect((await energyweb(words(log.folder, '--last', '4'), { prompts })).code).not.toBe(0)
  expect(asked[0]?.split('\n').at(-1)).toBe(told)
  await log.close()
  const done = await energyweb(words(log.folder, '--last', '4', '--yes', '--json'))
  expect(JSON.parse(done.stdout).published).toEqual([
    {
      ...{ stream: 'roof', sequence: 4, content: 'raw', cid, line: 'roof/origin' },
      ...{ chainId: '246', contract: '0x00000000000000000000000000000000000000bb' },
    },
  ])
})

test('a running gateway is asked to erase, and its log is not touched by anybody else', async () => {
  const log = await filledLog()
  const server = await ControlServer.open({
    folder: log.folder,
    log: silentLogger,
    handlers: {
      status: async () => undefined,
      resolve: async () => undefined,
      resume: async () => undefined,
      erase: request => log.erase(request),
      checkpoint: async () => undefined,
    },
  })
  const { code, stdout } = await energyweb(words(log.folder, '--before', '2100-01-01', '--yes', '--json'))
  await server.close()
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({
    code: 0,
    erased: [{ stream: 'roof', first: 0, last: 4, documents: 5, entry: 5 }],
    remains: null,
  })
  expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true, erased: 5 })
})

test('what was erased shows as such', async () => {
  const log = await filledLog()
  await log.erase({ streams: ['roof'], range: { first: 0, last: 4 }, by: 'anna', reason: 'moved out' })
  const listed = await energyweb(['log', 'ls', '--data', log.folder])
  expect(listed.stdout.match(/\(erased\)/g)).toHaveLength(5)
  expect(listed.stdout).toContain('0 to 4 by anna: moved out')
  const shown = await energyweb(['log', 'show', '1', '--data', log.folder])
  expect(shown.stdout).toContain('The document was erased.')
  const exported = await energyweb(['log', 'export', '--data', log.folder, '--format', 'csv'])
  expect(exported.stdout.split('\r\n')[1]).toMatch(/^0,roof,0,[^,]*,opening,(,){2,}[^,]+,true,*$/)
})

test.each([
  [[], '--before, or --last with --first'],
  [['--before', '2024-01-01', '--last', '3'], '--before, or --last with --first'],
  [['--before', 'yesterday'], 'is not a time'],
  [['--last', '9'], 'are no range of roof'],
])('%j is refused', async (more, message) => {
  const { folder } = await filledLog()
  expect((await energyweb(words(folder, '--yes', ...more))).stderr).toContain(message)
})
