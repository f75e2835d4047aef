import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { guardProcess } from '../../src/testing/process-guard.ts'

/** Prism (Stoplight), which nobody here wrote: it answers an OpenAPI contract's examples, and refuses what breaks it. */
export interface Prism {
  readonly origin: string
  close(): Promise<void>
}

const program = fileURLToPath(
  new URL('../../node_modules/@stoplight/prism-cli/dist/index.js', import.meta.url),
)

/** Starts it on 127.0.0.1 with a contract of `test/openapi/`. */
export async function startPrism(contract: string): Promise<Prism> {
  const file = fileURLToPath(new URL(`../openapi/${contract}.yaml`, import.meta.url))
  const port = await freePort()
  const child = spawn(process.execPath, [program, 'mock', '-h', '127.0.0.1', '-p', String(port), file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const release = guardProcess(child)
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const hear = (piece: Buffer) => {
      said += piece
      if (said.includes('Prism is listening')) resolve()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', code => reject(new Error(`prism ended with ${code}: ${said}`)))
  })
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      child.kill('SIGTERM')
      await ended
      release()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
