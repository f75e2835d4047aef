import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missing, run } from '../storage/machine.ts'
import { securityOfficerPin } from './softhsm.ts'

/** Where Debian puts the library; the folder has the machine's name in it. */
export const tpmLibrary = ['x86_64', 'aarch64']
  .map(machine => `/usr/lib/${machine}-linux-gnu/pkcs11/libtpm2_pkcs11.so`)
  .find(path => existsSync(path))

/** Why tests with a TPM can't run here; undefined when they can. */
export function noSwtpm(): string | undefined {
  const absent = missing({ programs: ['swtpm', 'pkcs11-tool'] })
  if (absent !== undefined) return absent
  if (tpmLibrary === undefined) return 'there is no libtpm2_pkcs11.so'
  try {
    createRequire(import.meta.url)('pkcs11js')
    return undefined
  } catch {
    return 'the package pkcs11js is not built: npm rebuild pkcs11js'
  }
}

/** A TPM 2.0 in software, which another project wrote, behind the PKCS#11 library of the TPM's own community. */
export class Swtpm {
  readonly folder = mkdtempSync(join(tmpdir(), 'energyweb-swtpm-'))
  /** The user's, unlike any other text: a test looks for it where it must not be. */
  readonly pin = `tpm${randomBytes(5).toString('hex')}`
  readonly #state = join(this.folder, 'state')
  readonly #store = join(this.folder, 'store')
  readonly #pid = join(this.folder, 'pid')
  readonly #port: number

  private constructor(port: number) {
    this.#port = port
    mkdirSync(this.#state)
    mkdirSync(this.#store)
  }

  /** Plugged in, with one empty token. */
  static async start(label: string): Promise<Swtpm> {
    const tpm = new Swtpm(await twoFreePorts())
    tpm.plugIn()
    tpm.#tool('--slot-index', '0', '--init-token', '--label', label, '--so-pin', securityOfficerPin)
    tpm.#tool(
      ...['--token-label', label, '--init-pin', '--so-pin', securityOfficerPin],
      ...['--login', '--login-type', 'so', '--new-pin', tpm.pin],
    )
    return tpm
  }

  /** What a process needs to find it. */
  get environment(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      TPM2_PKCS11_TCTI: `swtpm:host=127.0.0.1,port=${this.#port}`,
      TPM2_PKCS11_STORE: this.#store,
      TSS2_LOG: 'all+NONE',
      TPM2_PKCS11_LOG_LEVEL: '0',
    }
  }

  /** Has an independent client make a key in it. */
  makeKey(token: string, label: string): void {
    this.#tool(
      ...['--token-label', token, '--login', '--pin', this.pin],
      ...['--keypairgen', '--key-type', 'EC:prime256v1', '--label', label, '--id', '01'],
    )
  }

  /** SubjectPublicKeyInfo, DER, as that client reads it. */
  publicKey(token: string, label: string): Uint8Array {
    const file = join(this.folder, `${label}.der`)
    this.#tool(
      '--token-label',
      token,
      '--read-object',
      '--type',
      'pubkey',
      '--label',
      label,
      '--output-file',
      file,
    )
    return readFileSync(file)
  }

  /** As if somebody pulled it out of the board while it worked. */
  unplug(): void {
    const pid = Number(readFileSync(this.#pid, 'utf8'))
    rmSync(this.#pid)
    process.kill(pid, 'SIGKILL')
  }

  plugIn(): void {
    const listen = (port: number) => `type=tcp,port=${port},bindaddr=127.0.0.1`
    run(
      'swtpm',
      ...['socket', '--tpm2', '--tpmstate', `dir=${this.#state}`],
      ...['--server', listen(this.#port), '--ctrl', listen(this.#port + 1)],
      ...['--flags', 'not-need-init,startup-clear', '--pid', `file=${this.#pid}`, '--daemon'],
    )
  }

  remove(): void {
    if (existsSync(this.#pid)) this.unplug()
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }

  #tool(...words: string[]): void {
    const { status, stderr } = spawnSync('pkcs11-tool', ['--module', tpmLibrary ?? '', ...words], {
      env: this.environment,
      encoding: 'utf8',
      timeout: 60_000,
    })
    if (status !== 0) throw new Error(`pkcs11-tool ${words.join(' ')}: ${stderr}`)
  }
}

/** The control port of swtpm is the one behind its other. */
async function twoFreePorts(): Promise<number> {
  for (;;) {
    const first = await portFrom(0)
    if (first !== undefined && (await portFrom(first + 1)) !== undefined) return first
  }
}

function portFrom(wanted: number): Promise<number | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : undefined
      server.close(() => resolve(port))
    })
  })
}
