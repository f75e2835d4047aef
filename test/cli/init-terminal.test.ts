import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasTmux, Terminal } from '../support/terminal.ts'
import { energyweb } from './memory-io.ts'

// What a newcomer types, at a real terminal, against the demonstration's own meters and chain.

const folder = mkdtempSync(join(tmpdir(), 'energyweb-init-'))
const bin = resolve(import.meta.dirname, '../../bin/energyweb.js')
const env = { ENERGYWEB_SOURCE: '1', NO_COLOR: '1', TERM: 'xterm-256color', LANG: 'C.UTF-8' }
const shell = { cwd: folder, env: { ...env, PS1: '$ ' } }
const command = `${process.execPath} ${bin}`
let stage: ChildProcess
let place: { eumel: string; user: string; password: string; rpc: string }

beforeAll(async () => {
  stage = spawn(process.execPath, [bin, 'demo', '--without-gateway', '--json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  place = await new Promise((done, failed) => {
    let text = ''
    stage.stdout?.on('data', chunk => {
      text += chunk
      if (text.includes('\n')) done(JSON.parse(text))
    })
    stage.once('exit', code => failed(new Error(`the stage ended with ${code}`)))
  })
})

afterAll(async () => {
  stage.kill('SIGTERM')
  await new Promise(done => stage.once('exit', done))
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(!hasTmux)('init at a terminal', () => {
  it('leads from nothing to the first registered reading', async () => {
    const began = Date.now()
    const terminal = await Terminal.open(`${command} init --dir roof; read wait`, shell)
    try {
      await terminal.answer(/called\?/, '')
      await terminal.choose(/Which is it\?/, /makes energy/)
      await terminal.choose(/read from\?/, /Eumel data logger 2/)
      await terminal.choose(/counters\?/, /export/)
      await terminal.answer(/address of the data logger/, 'roof.example')
      await terminal.sees(/expected an http or https address/)
      await terminal.press('C-u')
      await terminal.type(place.eumel)
      await terminal.press('Enter')
      await terminal.answer(/no TLS\?/, '')
      await terminal.answer(/user or a key\?/, '')
      await terminal.answer(/user name/, place.user)
      await terminal.answer(/password/, 'a wrong one')
      await terminal.answer(/Read it once now\?/, '')
      await terminal.sees(/That failed: /)
      await terminal.choose(/What now\?/, /change the answers/)
      await terminal.answer(/address of the data logger/, '')
      await terminal.answer(/no TLS\?/, '')
      await terminal.answer(/user or a key\?/, '')
      await terminal.answer(/user name/, place.user)
      await terminal.answer(/password/, place.password)
      await terminal.answer(/Read it once now\?/, '')
      await terminal.sees(/It says [\d.]+ k?Wh \(counter\) at /)
      await terminal.answer(/rated power\?/, 'ten')
      await terminal.sees(/is not a power/)
      await terminal.press('C-u')
      await terminal.type('10 kW')
      await terminal.press('Enter')
      await terminal.answer(/How often/, '2s')
      await terminal.choose(/CO2 of its energy/, /Static factor/)
      await terminal.answer(/what a kWh stands for/, 'much')
      await terminal.sees(/expected a factor|like 420 g\/kWh/)
      await terminal.press('C-u')
      await terminal.type('420 g/kWh')
      await terminal.press('Enter')
      await terminal.choose(/marginal.*average/, /average/)
      await terminal.answer(/Ask it for a factor now\?/, '')
      await terminal.sees(/It says 420\.000 g\/kWh \(average\) until/)
      await terminal.choose(/registered\?/, /test chain on this machine/)
      await terminal.answer(/Address of a node/, place.rpc)
      await terminal.choose(/Is there a registry/, /deploy one of my own/)
      await terminal.answer(/Sign checkpoints/, '')
      await terminal.answer(/name in its checkpoints/, 'gateway.example.org/roof')
      await terminal.answer(/Write these files\?/, '')
      await terminal.choose(/Where do they come from\?/, /node's own account/)
      await terminal.sees(/next:\s+(npx )?energyweb check/, { seconds: 60 })
      const screen = await terminal.screen()
      expect(screen).toContain('energyweb run roof/energyweb.yml')
      expect(screen).not.toContain(place.password)
    } catch (error) {
      console.error(terminal.transcript.join('\n'))
      throw error
    } finally {
      await terminal.close()
    }
    const config = join(folder, 'roof', 'energyweb.yml')
    for (const secret of [
      'roof.password',
      'keys.password',
      'roof-key.json',
      'owner-key.json',
      'log-key.json',
    ]) {
      expect(statSync(join(folder, 'roof', secret)).mode & 0o077, secret).toBe(0)
    }
    expect((await energyweb(['check', config])).code).toBe(0)
    expect(readFileSync(config, 'utf8')).toMatch(
      /carbon:\s+kind: static\s+factor: 420 g\/kWh\s+basis: average/,
    )

    const gateway = await Terminal.open(`${command} run roof/energyweb.yml; read wait`, shell)
    try {
      await registered(config, value => value >= 0)
      const minutes = (Date.now() - began) / 60_000
      console.log(`from init to the first registered reading: ${(minutes * 60).toFixed(0)} s`)
      expect(minutes).toBeLessThan(5)
      // The first reading only opens the register: what the sun brought since is in a later one.
      await registered(config, value => value > 0)
    } finally {
      await gateway.close()
    }
  }, 300_000)

  it('leaves no trace when it is ended by Ctrl-C, at any question', async () => {
    for (const questions of [0, 1, 3]) {
      const terminal = await Terminal.open(
        `${command} init --dir gone; echo "ended with $?"; read wait`,
        shell,
      )
      try {
        await terminal.asked(/called\?/)
        if (questions > 0) await terminal.press('Enter')
        if (questions > 1) {
          await terminal.choose(/Which is it\?/, /makes energy/)
          await terminal.choose(/read from\?/, /Simulator/)
        }
        await new Promise(resolve => setTimeout(resolve, 300))
        await terminal.press('C-c')
        const screen = await terminal.sees(/ended with \d+/)
        expect(screen).toMatch(/nothing was written/)
        expect(screen).toContain('ended with 130')
      } finally {
        await terminal.close()
      }
      expect(existsSync(join(folder, 'gone'))).toBe(false)
    }
    expect(readdirSync(folder).filter(name => name === 'gone')).toEqual([])
  }, 120_000)
})

it('says what to do where there is no terminal', async () => {
  const { code, stderr } = await energyweb(['init'], { cwd: folder })
  expect(code).toBe(2)
  expect(stderr).toContain('there is no terminal to ask at')
  expect(stderr).toContain('--yes')
  expect(existsSync(join(folder, 'energyweb.yml'))).toBe(false)
})

/** Waits until the log holds the receipt of a reading whose value on the chain, in Wh, is like this. */
async function registered(config: string, isWanted: (value: number) => boolean): Promise<void> {
  for (let attempt = 0; attempt < 240; attempt++) {
    const list = await energyweb(['log', 'ls', '--json', '--limit', '200', '-c', config])
    const { entries } = JSON.parse(list.code === 0 ? list.stdout : '{"entries":[]}') as {
      entries: { kind: string; index: number }[]
    }
    for (const { index } of entries.filter(({ kind }) => kind === 'receipt')) {
      const shown = await energyweb(['log', 'show', String(index), '--json', '-c', config])
      const { document } = JSON.parse(shown.stdout) as { document: { value: string } }
      if (isWanted(Number(document.value))) return
    }
    await new Promise(resolve => setTimeout(resolve, 500))
  }
  throw new Error('no such reading was registered within two minutes')
}
