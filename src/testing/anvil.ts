/**
 * A real EVM node for tests and demonstrations: the `anvil` binary of the npm package
 * `@foundry-rs/anvil`, on a free loopback port. This file starts it, speaks JSON-RPC to it and sees to
 * it that no node outlives the process which asked for it. It imports core only.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { locateAnvil } from './anvil-binary.ts'
import { keepState } from './anvil-state.ts'
import { guardProcess } from './process-guard.ts'

/** How to start the node. The defaults are safe: interval mining loses no transaction, memory is bounded. */
export interface AnvilOptions {
  /** EVM rules, default `london`, those of Energy Web Chain. */
  hardfork?: string
  /** Default 31337. */
  chainId?: number
  /** Gas limit of a block, default 30,000,000. */
  gasLimit?: bigint
  /** Seconds between blocks, default 1. Ignored with `noMining`. */
  blockTime?: number
  /** No block until {@link Anvil.mine} asks for one: for tests that go step by step. Default false. */
  noMining?: boolean
  /** Lowest gas price in wei that is accepted; 0 with `baseFee` 0 makes a chain without fees. */
  gasPrice?: bigint
  /** Base fee of the first block in wei, default 1 gwei. */
  baseFee?: bigint
  /** How many states below the head can still be read, default 256. */
  pruneHistory?: number
  /**
   * File that carries the chain over to the next start: loaded if it exists, written every second and at an
   * orderly end, which the end of the parent is too, even by `kill -9`. A node that is killed itself goes back to
   * what was written last, some two seconds before. The pool is never kept: what was not mined is gone.
   */
  stateFile?: string
  /** More flags of the binary, as they are. */
  flags?: readonly string[]
  /** How long the node may take to listen, in milliseconds, default 60,000. */
  startTimeout?: number
  /** Ends the node when it aborts. */
  signal?: AbortSignal
}

/** An account of the node's well-known mnemonic, with 10,000 coins. Worthless outside of a test chain. */
export interface AnvilAccount {
  readonly address: `0x${string}`
  readonly privateKey: `0x${string}`
}

/** A running node. */
export interface Anvil {
  readonly url: string
  readonly pid: number
  readonly accounts: readonly AnvilAccount[]
  /** Settles when the process has ended, whoever ended it. Waiting for it does not keep this process alive. */
  readonly exited: Promise<void>
  /** Ends the node in order (the state file is written), by force after 5 s. May be called again. */
  stop(): Promise<void>
  /** Mines `blocks` blocks now, default one. */
  mine(blocks?: number): Promise<void>
  /**
   * One JSON-RPC call; the answer is its `result`, whatever shape it has.
   * @throws network-unreachable when the node does not answer; transaction-refused when it answers with an
   * error, whose JSON-RPC form `{ code, message, data }` is the `cause`.
   */
  rpc(method: string, params?: readonly unknown[]): Promise<unknown>
}

/**
 * Starts a node and waits until it listens.
 * @throws dependency-missing when the package or its binary for this platform is not installed;
 * environment-unsuitable when the binary ends or stays silent.
 *
 * @example
 * const anvil = await startAnvil({ noMining: true })
 * await anvil.mine()
 * await anvil.stop()
 */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  options.signal?.throwIfAborted()
  const state = options.stateFile === undefined ? undefined : keepState(options.stateFile)
  const child = spawn(locateAnvil(), [...flagsOf(options), ...(state?.flags ?? [])], {
    // Without input, and in a group of its own: Ctrl+C on the parent must not take the chain away while the parent drains.
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  })
  const exited = new Promise<void>(resolve => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  }).then(() => state?.close())
  const release = guardProcess(child)
  const stop = () => endInOrder(child, exited)
  options.signal?.addEventListener('abort', stop, { once: true })
  exited.finally(() => options.signal?.removeEventListener('abort', stop))
  exited.finally(release)

  const banner = await readBanner(child, options.startTimeout ?? 60_000).catch(async error => {
    await stop()
    throw error
  })
  const url = `http://127.0.0.1:${banner.port}`
  const pid = child.pid
  if (pid === undefined) throw new EnergywebError('environment-unsuitable', 'anvil: the process has no id')
  const rpc = (method: string, params: readonly unknown[] = []) => callNode(url, method, params)
  return {
    url,
    pid,
    accounts: banner.accounts,
    exited,
    stop,
    rpc,
    mine: async (blocks = 1) => {
      for (let mined = 0; mined < blocks; mined++) await rpc('evm_mine')
    },
  }
}

function flagsOf(options: AnvilOptions): string[] {
  const flags = ['--host', '127.0.0.1', '--port', '0', '--color', 'never']
  const add = (flag: string, value: string | number | bigint | undefined) => {
    if (value !== undefined) flags.push(flag, String(value))
  }
  if (options.noMining) flags.push('--no-mining')
  else add('--block-time', options.blockTime ?? 1)
  add('--prune-history', options.pruneHistory ?? 256)
  add('--hardfork', options.hardfork ?? 'london')
  add('--chain-id', options.chainId)
  add('--gas-limit', options.gasLimit)
  add('--gas-price', options.gasPrice)
  add('--block-base-fee-per-gas', options.baseFee)
  return [...flags, ...(options.flags ?? [])]
}

interface Banner {
  readonly port: number
  readonly accounts: readonly AnvilAccount[]
}

/** Reads accounts and port from what the node prints, then lets its output flow away so that it never blocks. */
async function readBanner(child: ChildProcess, timeout: number): Promise<Banner> {
  const { stdout, stderr } = child
  if (!stdout || !stderr) throw new EnergywebError('internal', 'anvil: started without pipes')
  let printed = ''
  let complaint = ''
  stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2_000)
  })
  const banner = await new Promise<Banner>((resolve, reject) => {
    const refuse = (what: string, cause?: unknown) => {
      clearTimeout(timer)
      const message = `anvil ${what}${complaint === '' ? '' : `: ${complaint.trim()}`}`
      reject(new EnergywebError('environment-unsuitable', message, { cause }))
    }
    const timer = setTimeout(() => refuse(`did not listen within ${timeout} ms`), timeout)
    child.once('error', error => refuse('could not be started', error))
    // 'close' comes after the last output, so that the complaint is complete.
    child.once('close', (code, signal) => refuse(`ended with ${signal ?? `exit code ${code}`}`))
    stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(printed)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      resolve({ port: Number(port), accounts: accountsIn(printed) })
    })
  })
  stdout.removeAllListeners('data').resume()
  // A node that nobody stopped must not keep its parent alive; the guard ends it with the parent.
  child.unref()
  for (const pipe of [stdout, stderr]) if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref()
  return banner
}

function accountsIn(printed: string): AnvilAccount[] {
  const addresses = [...printed.matchAll(/^\(\d+\) 0x([0-9a-fA-F]{40}) /gm)]
  const keys = [...printed.matchAll(/^\(\d+\) 0x([0-9a-f]{64})\s*$/gm)]
  return addresses.map((address, index): AnvilAccount => {
    return { address: `0x${address[1] ?? ''}`, privateKey: `0x${keys[index]?.[1] ?? ''}` }
  })
}

async function endInOrder(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  child.ref()
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await exited
  clearTimeout(force)
}

async function callNode(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  let answer: unknown
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    answer = await response.json()
  } catch (cause) {
    throw new EnergywebError('network-unreachable', `anvil: ${method}: ${messageOf(cause)}`, { cause })
  }
  if (typeof answer === 'object' && answer !== null && 'error' in answer) {
    throw new EnergywebError('transaction-refused', `anvil: ${method}: ${JSON.stringify(answer.error)}`, {
      cause: answer.error,
    })
  }
  return typeof answer === 'object' && answer !== null && 'result' in answer ? answer.result : undefined
}
