import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { energyweb } from '../cli/memory-io.ts'

const folder = mkdtempSync(join(tmpdir(), 'energyweb-demo-'))
const bin = resolve(import.meta.dirname, '../../bin/energyweb.js')

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the demonstration; `onTable` is called at its first table. */
async function demo(words: string[], onTable: (child: ChildProcess) => void = () => {}) {
  const child = spawn(process.execPath, [bin, 'demo', '--folder', join(folder, 'demo'), ...words], {
    env: { ...process.env, ENERGYWEB_SOURCE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      if (!/read at/.test(output) && /read at/.test(output + chunk)) onTable(child)
      output += chunk
    })
  }
  const [code, signal] = await new Promise<[number | null, string | null]>(done => {
    child.once('close', (code, signal) => done([code, signal]))
  })
  return { code, signal, output }
}

it('goes on after kill -9, and ends with every total on the chain equal to its register', async () => {
  const killed = await demo(['--for', '60s'], child => setTimeout(() => child.kill('SIGKILL'), 6_000))
  expect(killed.signal, killed.output).toBe('SIGKILL')

  const { code, output } = await demo(['--for', '6s', '--json'])
  expect(code, output).toBe(0)
  const { assets, anchors, differences } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as {
    assets: { name: string; readings: number; receipts: number; chainEvents: number }[]
    anchors: number
    differences: string[]
  }
  expect(differences).toEqual([])
  expect(anchors).toBeGreaterThan(0)
  for (const { name, readings, receipts, chainEvents } of assets) {
    expect(readings, name).toBeGreaterThan(1)
    expect(receipts, name).toBe(chainEvents)
  }

  // The last receipts stand behind the cursors: nobody waits for them.
  const config = join(folder, 'demo', 'energyweb.yml')
  const { ledgers } = JSON.parse((await energyweb(['status', '--json', '-c', config])).stdout)
  expect(ledgers.map(({ lines }: { lines: unknown[] }) => lines.length)).toEqual([3, 1])
  expect(ledgers[0].lines.map((line: { backlog: number }) => line.backlog)).toEqual([0, 0, 0])
}, 120_000)

it('leaves another one in the same folder alone, even when it is to begin afresh', async () => {
  // Fails without `mustBeAlone`: --fresh takes the folder away under the one that runs.
  let second: Promise<{ code: number | null; output: string }> | undefined
  const { code, output } = await demo([], async child => {
    second = demo(['--fresh', '--for', '1s'])
    await second
    child.kill('SIGINT')
  })
  expect(await second).toMatchObject({ code: 5, output: expect.stringContaining('runs in') })
  expect(code, output).toBe(0)
}, 60_000)

// A busy machine may let the second one arrive so late that it is a second one.
it('takes one Ctrl-C that arrives twice, from the terminal and from npm, as one', {
  timeout: 60_000,
  retry: 3,
}, async () => {
  // Fails when demo/command.ts ends the process at any second SIGINT: the code is 130 and nothing was compared.
  const { code, output } = await demo([], child => {
    child.kill('SIGINT')
    setTimeout(() => child.kill('SIGINT'), 5)
  })
  expect(code, output).toBe(0)
  expect(output).toContain('Log and chain agree')
})
