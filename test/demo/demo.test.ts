import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'energyweb-demo-'))
const bin = resolve(import.meta.dirname, '../../bin/energyweb.js')

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the demonstration; with `killAfter` it is killed that many milliseconds after its first table. */
async function demo(words: string[], killAfter?: number) {
  const child = spawn(process.execPath, [bin, 'demo', '--folder', join(folder, 'demo'), ...words], {
    env: { ...process.env, ENERGYWEB_SOURCE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      if (killAfter !== undefined && !/read at/.test(output) && /read at/.test(output + chunk)) {
        setTimeout(() => child.kill('SIGKILL'), killAfter)
      }
      output += chunk
    })
  }
  const [code, signal] = await new Promise<[number | null, string | null]>(done => {
    child.once('close', (code, signal) => done([code, signal]))
  })
  return { code, signal, output }
}

it('goes on after kill -9, and ends with every total on the chain equal to its register', async () => {
  const killed = await demo(['--for', '60s'], 6_000)
  expect(killed.signal, killed.output).toBe('SIGKILL')

  const { code, output } = await demo(['--for', '6s', '--json'])
  expect(code, output).toBe(0)
  const { assets, differences } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as {
    assets: { name: string; readings: number; receipts: number; chainEvents: number }[]
    differences: string[]
  }
  expect(differences).toEqual([])
  for (const { name, readings, receipts, chainEvents } of assets) {
    expect(readings, name).toBeGreaterThan(1)
    expect(receipts, name).toBe(chainEvents)
  }
}, 120_000)
