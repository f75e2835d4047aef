import { spawn } from 'node:child_process'
import { join } from 'node:path'

const child = new URL('./gateway-child.ts', import.meta.url).pathname

export interface ChildOptions {
  /** Variables that its configuration names. */
  readonly secrets: Readonly<Record<string, string>>
  /** A fault point and the passage at which it kills: `ipfs/after-put:2`. */
  readonly fault?: string | undefined
  /** Milliseconds until SIGKILL. */
  readonly killAfter?: number | undefined
  readonly words?: readonly string[] | undefined
}

/** How a gateway ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly milliseconds: number
  readonly complaint: string
}

/** Runs a folder's gateway in a process until it ends by itself, by a fault point, or by SIGKILL after so long. */
export async function runChild(folder: string, options: ChildOptions): Promise<Ended> {
  const { secrets, fault = '', killAfter = 40_000, words = [] } = options
  const gateway = spawn(process.execPath, [child, join(folder, 'energyweb.yml'), ...words], {
    env: { ...process.env, ...secrets, ENERGYWEB_FAULT: fault },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  gateway.stderr.on('data', chunk => {
    complaint += chunk
  })
  const limit = setTimeout(() => gateway.kill('SIGKILL'), killAfter)
  const began = performance.now()
  const [code, signal] = await new Promise<[number | null, string | null]>(done => {
    gateway.once('close', (code, signal) => done([code, signal]))
  })
  clearTimeout(limit)
  return { code, signal, milliseconds: performance.now() - began, complaint }
}
