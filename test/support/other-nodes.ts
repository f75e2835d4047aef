import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'

/* Nodes that nobody here wrote and that are too large to come along: scripts/install-test-tools.sh installs them. */

const tools = process.env.ENERGYWEB_TEST_TOOLS ?? join(homedir(), '.cache', 'energyweb', 'test-tools')

const programs = {
  hardhat: join(tools, 'node_modules', 'hardhat', 'internal', 'cli', 'bootstrap.js'),
  ganache: join(tools, 'node_modules', 'ganache', 'dist', 'node', 'cli.js'),
} as const

export type OtherNode = keyof typeof programs

/** Whether it is installed; says so loudly where it is not. */
export function hasNode(name: OtherNode): boolean {
  if (existsSync(programs[name])) return true
  console.warn(`!!! ${name} is not installed (scripts/install-test-tools.sh): its conformance is not tested.`)
  return false
}

/** Starts it on a free loopback port, with London's rules. */
export async function startOtherNode(name: OtherNode): Promise<{ url: string; stop(): Promise<void> }> {
  // Hardhat runs in a project that has it installed only.
  const config = join(tools, 'hardhat.config.cjs')
  await writeFile(
    config,
    "module.exports = { networks: { hardhat: { chainId: 31337, hardfork: 'london' } }, solidity: '0.8.28' }\n",
  )
  const port = String(await freePort())
  const flags = {
    hardhat: [
      '--config',
      join(tools, 'hardhat.config.cjs'),
      'node',
      '--hostname',
      '127.0.0.1',
      '--port',
      port,
    ],
    ganache: ['-h', '127.0.0.1', '-p', port, '-k', 'london'],
  }
  const child = spawn(process.execPath, [programs[name], ...flags[name]], {
    cwd: tools,
    stdio: 'ignore',
    env: { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true' },
  })
  const url = `http://127.0.0.1:${port}`
  const stop = () => ended(child)
  try {
    await listening(child, url)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, stop }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exit
}

async function listening(child: ChildProcess, url: string): Promise<void> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })
  for (let waited = 0; waited < 60_000 && child.exitCode === null; waited += 200) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    }).catch(() => undefined)
    if (answer?.ok) return
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  throw new Error(`${url} never answered`)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
