import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missing, run } from '../storage/machine.ts'

/** Where Debian puts the library. */
export const softhsmLibrary = '/usr/lib/softhsm/libsofthsm2.so'
export const pin = '1234'
export const securityOfficerPin = '5678'

/** Why tests with SoftHSM can't run here; undefined when they can. */
export function noSofthsm(): string | undefined {
  const absent = missing({ programs: ['softhsm2-util', 'pkcs11-tool'] })
  if (absent !== undefined) return absent
  if (!existsSync(softhsmLibrary)) return `there is no ${softhsmLibrary}`
  try {
    createRequire(import.meta.url)('pkcs11js')
    return undefined
  } catch {
    return 'the package pkcs11js is not built: npm rebuild pkcs11js'
  }
}

/** Tokens of SoftHSM in a folder of their own. */
export class Softhsm {
  readonly folder = mkdtempSync(join(tmpdir(), 'energyweb-softhsm-'))
  readonly #tokens = join(this.folder, 'tokens')
  readonly #config = join(this.folder, 'softhsm2.conf')

  constructor() {
    mkdirSync(this.#tokens)
    writeFileSync(
      this.#config,
      `directories.tokendir = ${this.#tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    )
  }

  /** What a process needs to find them. */
  get environment(): Record<string, string> {
    return { PATH: process.env.PATH ?? '', SOFTHSM2_CONF: this.#config }
  }

  addToken(label: string): void {
    this.#run(
      'softhsm2-util',
      '--init-token',
      '--free',
      '--label',
      label,
      '--pin',
      pin,
      '--so-pin',
      securityOfficerPin,
    )
  }

  /** Runs the independent client, of OpenSC. */
  tool(token: string, ...words: string[]): string {
    return this.#run(
      'pkcs11-tool',
      ...['--module', softhsmLibrary, '--token-label', token, '--login', '--pin', pin, ...words],
    )
  }

  /** What that client says of the tokens, without logging in. */
  slots(): string {
    return this.#run('pkcs11-tool', '--module', softhsmLibrary, '--list-token-slots')
  }

  /** Makes a key by that client: its own idea of labels, ids and points. */
  makeKey(token: string, { label, type, id = '01' }: { label: string; type: string; id?: string }): void {
    this.tool(token, '--keypairgen', '--key-type', type, '--label', label, '--id', id)
  }

  /** Has that client give the token's user another PIN. */
  changePin(token: string, from: string, to: string): void {
    this.#run(
      'pkcs11-tool',
      ...['--module', softhsmLibrary, '--token-label', token, '--login', '--pin', from],
      ...['--change-pin', '--new-pin', to],
    )
  }

  /** As if somebody plugged another one in where this was: an empty place for tokens. */
  makeRoom(): void {
    mkdirSync(this.#tokens)
  }

  /** What lies there now is gone for good. */
  destroy(): void {
    rmSync(this.#tokens, { recursive: true, force: true, maxRetries: 3 })
  }

  /** As if somebody pulled it out. */
  takeAway(): void {
    renameSync(this.#tokens, `${this.#tokens}.away`)
  }

  bringBack(): void {
    renameSync(`${this.#tokens}.away`, this.#tokens)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }

  #run(program: string, ...words: string[]): string {
    return run('env', `SOFTHSM2_CONF=${this.#config}`, program, ...words)
  }
}
