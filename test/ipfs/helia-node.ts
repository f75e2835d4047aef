import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { installCounterpart } from '../counterparts/install.ts'
import type { BlockKeeper } from './fake-kubo.ts'

/** Why there is no helia here; undefined where there is. */
export const missingHelia = installCounterpart('helia')

const program = fileURLToPath(new URL('../counterparts/helia/node.mjs', import.meta.url))

interface Said {
  readonly addresses?: readonly string[]
  readonly bytes?: string
  readonly has?: boolean
  readonly roots?: readonly string[]
  readonly error?: string
}

/** A node of IPFS that nobody here wrote, in a process of its own. */
export class HeliaNode {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor() {
    this.#child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
    const input = this.#child.stdout
    if (input === null) throw new Error('the node has no output')
    this.#lines = createInterface({ input })[Symbol.asyncIterator]()
  }

  async next(): Promise<Said> {
    const { value } = await this.#lines.next()
    return JSON.parse(String(value))
  }

  async ask(command: object): Promise<Said> {
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`)
    const said = await this.next()
    if (said.error !== undefined) throw new Error(said.error)
    return said
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const ended = new Promise(done => this.#child.once('exit', done))
    this.#child.stdin?.end()
    await ended
  }
}

/** The node's blocks, for the API in front of it. */
export function keeperOf(node: HeliaNode): BlockKeeper {
  return {
    put: async (cid, bytes) => void (await node.ask({ put: Buffer.from(bytes).toString('base64'), cid })),
    get: async cid => {
      const { has } = await node.ask({ has: cid })
      return has ? Buffer.from((await node.ask({ get: cid })).bytes ?? '', 'base64') : undefined
    },
    delete: async cid => void (await node.ask({ remove: cid })),
  }
}
