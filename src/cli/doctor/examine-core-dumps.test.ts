import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { examineCoreDumps } from './examine-core-dumps.ts'

/** A process that lives for a while under this limit, in blocks; undefined where the machine does not let it be raised. */
async function underLimit(blocks: string): Promise<number | undefined> {
  const child = spawn('/bin/sh', ['-c', `ulimit -S -c ${blocks} && echo set && exec sleep 60`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [''])])
  return String(said).startsWith('set') ? child.pid : undefined
}

test('a process whose crash leaves nothing is told from one whose memory would be written', async ({
  skip,
}) => {
  const off = await underLimit('0')
  expect(await examineCoreDumps(off)).toEqual([
    { grade: 'good', what: 'a crash of the gateway leaves no core dump' },
  ])
  const on = await underLimit('unlimited')
  if (on === undefined) return skip('core dumps can not be raised here')
  expect(await examineCoreDumps(on)).toMatchObject([
    {
      grade: 'doubtful',
      what: expect.stringContaining('would write its memory to a core dump'),
      remedy: expect.stringContaining('LimitCORE=0'),
    },
  ])
})

test('without a gateway it is this process that counts', async () => {
  const [finding] = await examineCoreDumps(undefined)
  expect(finding?.what).toContain('of a gateway that is started here')
})

test('where nobody can tell, nothing is said', async () => {
  expect(await examineCoreDumps(1, () => Promise.reject(new Error('EACCES')))).toEqual([])
})
