import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A TPM in software, as a machine has one in hardware: its state is that machine's. */
export interface SoftwareTpm {
  /** What lets tpm2-tools find it. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What a boot measures. */
  extend(register: number): void
  stop(): void
}

/** Two ports in a row that nobody listens on: swtpm is controlled by the one above its own. */
async function freePorts(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000) * 2
    if ((await isFree(port)) && (await isFree(port + 1))) return port
  }
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  return promise
}

/** Starts swtpm with a state of its own. */
export async function startTpm(): Promise<SoftwareTpm> {
  const folder = mkdtempSync(join(tmpdir(), 'swtpm-'))
  const state = join(folder, 'state')
  mkdirSync(state)
  const port = await freePorts()
  const server = (at: number) => `type=tcp,port=${at},bindaddr=127.0.0.1`
  const pid = join(folder, 'pid')
  const flags = ['--flags', 'not-need-init,startup-clear', '--pid', `file=${pid}`, '--daemon']
  const words = ['--tpm2', '--tpmstate', `dir=${state}`, '--server', server(port), '--ctrl', server(port + 1)]
  execFileSync('swtpm', ['socket', ...words, ...flags], { stdio: 'pipe' })
  const environment = { ...process.env, TPM2TOOLS_TCTI: `swtpm:host=127.0.0.1,port=${port}` }
  return {
    environment,
    extend: register => {
      execFileSync('tpm2_pcrextend', [`${register}:sha256=${'ab'.repeat(32)}`], {
        env: environment,
        stdio: 'pipe',
      })
    },
    stop: () => {
      process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL')
      rmSync(folder, { recursive: true })
    },
  }
}
