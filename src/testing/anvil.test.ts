import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { isEnergywebError } from '../core/errors.ts'
import { type AnvilOptions, startAnvil } from './anvil.ts'
import { locateAnvil } from './anvil-binary.ts'

const folder = mkdtempSync(join(tmpdir(), 'energyweb-anvil-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a node', () => {
  test('answers on a free port with the well-known accounts, at London rules, mining only when asked', async () => {
    const anvil = await startAnvil({ noMining: true, chainId: 73799, gasLimit: 80_000_000n })
    try {
      expect(anvil.accounts).toHaveLength(10)
      expect(anvil.accounts[0]).toEqual({
        address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
        privateKey: '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
      })
      expect(await anvil.rpc('eth_chainId')).toBe('0x12047')
      await anvil.mine(3)
      expect(await anvil.rpc('eth_blockNumber')).toBe('0x3')
      expect(await anvil.rpc('eth_getBlockByNumber', ['latest', false])).toMatchObject({
        gasLimit: '0x4c4b400',
      })
      // PUSH0 (0x5f) came with Shanghai: London must refuse it.
      const push0 = anvil.rpc('eth_call', [{ data: '0x5f5ff3' }, 'latest'])
      await expect(push0).rejects.toMatchObject({ code: 'transaction-refused', cause: { code: -32603 } })
    } finally {
      await anvil.stop()
    }
    await expect(anvil.rpc('eth_chainId')).rejects.toMatchObject({ code: 'network-unreachable' })
    expect(isAlive(anvil.pid)).toBe(false)
    await anvil.stop()
  })

  test('takes transactions at price 0 when started without fees', async () => {
    const anvil = await startAnvil({ noMining: true, gasPrice: 0n, baseFee: 0n })
    const [from, to] = anvil.accounts.map(account => account.address)
    await anvil.rpc('eth_sendTransaction', [{ from, to, value: '0x1', gasPrice: '0x0' }])
    await anvil.mine()
    expect(await anvil.rpc('eth_getTransactionCount', [from, 'latest'])).toBe('0x1')
    await anvil.stop()
  })

  test('carries its chain over to the next start by a state file', async () => {
    const stateFile = join(folder, 'chain.json')
    const first = await startAnvil({ noMining: true, stateFile })
    const [from, to] = first.accounts.map(account => account.address)
    const hash = await first.rpc('eth_sendTransaction', [{ from, to, value: '0x1' }])
    await first.mine()
    const receipt = await first.rpc('eth_getTransactionReceipt', [hash])
    await first.stop()

    const second = await startAnvil({ noMining: true, stateFile })
    expect(await second.rpc('eth_blockNumber')).toBe('0x1')
    expect(await second.rpc('eth_getTransactionReceipt', [hash])).toMatchObject(Object(receipt))
    await second.stop()
  })

  test('that is killed goes back to what it wrote last, never to half a file', async () => {
    const stateFile = join(folder, 'killed.json')
    const first = await startAnvil({ noMining: true, stateFile })
    await first.mine(5)
    while (!(existsSync(stateFile) && readFileSync(stateFile, 'utf8').includes('"number":"0x5"')))
      await pause()
    process.kill(first.pid, 'SIGKILL')
    await first.exited
    // As if it had been killed in the middle of a write, together with its parent.
    writeFileSync(`${stateFile}.next`, '{"block":{"number":"0x')

    const second = await startAnvil({ noMining: true, stateFile })
    expect(await second.rpc('eth_blockNumber')).toBe('0x5')
    await second.stop()
  })

  test('ends when its signal aborts', async () => {
    const abort = new AbortController()
    const anvil = await startAnvil({ noMining: true, signal: abort.signal })
    abort.abort()
    await anvil.exited
    expect(isAlive(anvil.pid)).toBe(false)
  })

  test('that refuses a flag is an error which repeats what it said', async () => {
    const error = await startAnvil({ hardfork: 'atlantis' }).catch(thrown => thrown)
    expect(isEnergywebError(error, 'environment-unsuitable')).toBe(true)
    expect(error.message).toMatch(/atlantis/)
  })
})

describe('the binary', () => {
  test('is the one of this platform and not the wrapper', () => {
    expect(locateAnvil()).toMatch(/anvil-[a-z0-9]+-(amd64|arm64)[\\/]bin[\\/]anvil(\.exe)?$/)
  })

  test('that is not installed is said in one line with the command that installs it', () => {
    const locate = () => locateAnvil({ platform: 'plan9' })
    expect(locate).toThrow(
      expect.objectContaining({
        code: 'dependency-missing',
        message: expect.stringContaining('@foundry-rs/anvil-plan9-'),
        hint: expect.stringContaining('npm install --save-dev @foundry-rs/anvil'),
      }),
    )
  })
})

// The last fails when startWatcher() is taken out of process-guard.ts; the first two when the exit handler goes as well,
// and the first also when child.unref() is taken out of anvil.ts.
describe.concurrent('a node whose parent', () => {
  test('forgets to stop it neither keeps the parent alive nor survives it', async () => {
    const { parent, pid } = await parentWithNode('')
    await ended(parent)
    expect(await goneWithin(pid, 3_000)).toBe(true)
  })

  test('crashes ends too', async () => {
    const { parent, pid } = await parentWithNode(`setTimeout(() => { throw new Error('crash') }, 50)`)
    await ended(parent)
    expect(await goneWithin(pid, 3_000)).toBe(true)
  })

  test.skipIf(process.platform === 'win32')('is killed with -9 ends too, and loses no block', async () => {
    const stateFile = join(folder, 'orphan.json')
    const { parent, pid } = await parentWithNode('setInterval(() => {}, 1000)', { noMining: true, stateFile })
    parent.kill('SIGKILL')
    await ended(parent)
    expect(await goneWithin(pid, 3_000)).toBe(true)

    const next = await startAnvil({ noMining: true, stateFile })
    expect(await next.rpc('eth_blockNumber')).toBe('0x7')
    await next.stop()
  })
})

/** Runs a script that starts a node, mines 7 blocks, prints the node's process id and goes on with `then`. */
async function parentWithNode(
  then: string,
  options: AnvilOptions = {},
): Promise<{ parent: ChildProcess; pid: number }> {
  const module = JSON.stringify(new URL('./anvil.ts', import.meta.url).href)
  const start = `const anvil = await startAnvil(${JSON.stringify(options)}); await anvil.mine(7); console.log(anvil.pid)`
  const script = `import(${module}).then(async ({ startAnvil }) => { ${start}; ${then} })`
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  const pid = await new Promise<number>((resolve, reject) => {
    parent.stdout?.once('data', chunk => resolve(Number(chunk)))
    parent.once('exit', code => reject(new Error(`the parent ended early with ${code}`)))
  })
  expect(isAlive(pid)).toBe(true)
  return { parent, pid }
}

async function ended(parent: ChildProcess): Promise<void> {
  while (parent.exitCode === null && parent.signalCode === null) await pause()
}

async function goneWithin(pid: number, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds
  while (isAlive(pid) && performance.now() < end) await pause()
  return !isAlive(pid)
}

const pause = () => new Promise(resolve => setTimeout(resolve, 10))

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
