import { type ChildProcess, fork } from 'node:child_process'
import { pbkdf2, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { utf8 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import type { KeyDerivation } from './keystore-format.ts'

const derivedKeyLength = 32

/** scrypt with more memory than this runs in a child process, so that the memory goes back when it ends. */
const largestInProcess = 64 * 2 ** 20

const pbkdf2Async = promisify(pbkdf2)

let last: Promise<unknown> = Promise.resolve()

/**
 * The 32 bytes a password and a keystore's parameters give. One runs at a time: a small gateway has memory for one.
 * @throws EnergywebError `key-unavailable`, retryable, when there is no memory or no process for it.
 */
export function deriveKey(
  password: string,
  derivation: KeyDerivation,
  options: { signal?: AbortSignal } = {},
): Promise<Uint8Array> {
  const turn = last.then(() => {
    options.signal?.throwIfAborted()
    return derive(password, derivation, options.signal)
  })
  // The next in line waits for this one, however it ends; its own caller hears of a failure.
  last = turn.catch(() => undefined)
  return turn
}

async function derive(
  password: string,
  derivation: KeyDerivation,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const bytes = utf8(password)
  try {
    if (derivation.kdf === 'pbkdf2') {
      return await pbkdf2Async(bytes, derivation.salt, derivation.iterations, derivedKeyLength, 'sha256')
    }
    return scryptMemory(derivation) <= largestInProcess && openSslTakes(derivation)
      ? await scryptHere(bytes, derivation)
      : await scryptInChild(bytes, derivation, signal)
  } finally {
    bytes.fill(0)
  }
}

type ScryptDerivation = Extract<KeyDerivation, { kdf: 'scrypt' }>

/** Bytes of memory, as OpenSSL counts them, with some room. */
function scryptMemory({ n, r, p }: ScryptDerivation): number {
  return 128 * r * (n + p + 2) + 2 ** 20
}

/** RFC 7914 demands n < 2^(16 r) and OpenSSL insists; other programs (geth, and the published vector) do not. */
function openSslTakes({ n, r }: ScryptDerivation): boolean {
  return Math.log2(n) < 16 * r
}

function scryptHere(password: Uint8Array, derivation: ScryptDerivation): Promise<Uint8Array> {
  const { n, r, p, salt } = derivation
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  scrypt(password, salt, derivedKeyLength, { N: n, r, p, maxmem: scryptMemory(derivation) }, (error, key) => {
    if (error === null) resolve(key)
    else reject(new EnergywebError('key-unavailable', 'scrypt failed', { retryable: true, cause: error }))
  })
  return promise
}

/** What the child process is told. It goes over the channel between the two: arguments and environment can be read by others. */
export interface DerivationRequest {
  readonly password: Uint8Array
  readonly salt: Uint8Array
  readonly n: number
  readonly r: number
  readonly p: number
  readonly maxmem: number
  /** False when OpenSSL refuses these parameters and another implementation must do it. */
  readonly openSsl: boolean
}

async function scryptInChild(
  password: Uint8Array,
  derivation: ScryptDerivation,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const file = new URL(
    import.meta.url.endsWith('.ts') ? './key-derivation-child.ts' : './key-derivation-child.js',
    import.meta.url,
  )
  const child = fork(file, {
    serialization: 'advanced',
    env: {},
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const abort = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const { n, r, p, salt } = derivation
    const request: DerivationRequest = {
      password,
      salt,
      n,
      r,
      p,
      maxmem: scryptMemory(derivation),
      openSsl: openSslTakes(derivation),
    }
    return await answerOf(child, request)
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', abort)
    child.kill('SIGKILL')
  }
}

function answerOf(child: ChildProcess, request: DerivationRequest): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const fail = (why: string, cause?: unknown) => {
    reject(
      new EnergywebError('key-unavailable', `the process that opens the keystore ${why}`, {
        retryable: true,
        hint: `It needs about ${Math.ceil(request.maxmem / 2 ** 20) + 50} MB of free memory for a second or two.`,
        cause,
      }),
    )
  }
  child.once('message', message => {
    if (message instanceof Uint8Array && message.length === derivedKeyLength) resolve(message)
    else fail('gave no key')
  })
  child.once('error', cause => fail('could not be started', cause))
  child.once('exit', (code, signal) => fail(`ended early (${signal ?? code})`))
  child.send(request, error => {
    if (error !== null) fail('could not be reached', error)
  })
  return promise
}
