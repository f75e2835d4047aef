import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { printableUrl } from '../core/printable-url.ts'
import type { HttpClient } from '../core/source.ts'
import { isMissing } from '../storage/durable-file.ts'

/** Where the files of a published log come from. Whoever answers may be hostile. */
export interface LogFiles {
  /** For messages: an address or a folder. */
  readonly where: string
  /**
   * Content of a file; undefined where there is none.
   * @param path - one that {@link tilePath}, {@link bundlePath} or we have written; never one that came from outside
   * @throws EnergywebError `source-unreachable`, `source-timeout`, `source-too-large`, …; retryable when it may work later
   */
  read(path: string, options: { maxBytes: number; signal: AbortSignal }): Promise<Uint8Array | undefined>
}

/** Files of a folder. */
export function folderFiles(folder: string): LogFiles {
  return {
    where: folder,
    async read(path, { maxBytes, signal }) {
      signal.throwIfAborted()
      const name = join(folder, path)
      try {
        const found = await stat(name)
        if (!found.isFile()) return undefined
        if (found.size > maxBytes) throw tooLong(name, maxBytes)
        return await readUpTo(name, maxBytes)
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
  }
}

/** A file may grow while it is read. */
async function readUpTo(name: string, maxBytes: number): Promise<Uint8Array> {
  const handle = await open(name, 'r')
  try {
    const { size } = await handle.stat()
    const bytes = new Uint8Array(Math.min(size, maxBytes))
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function tooLong(name: string, maxBytes: number): EnergywebError {
  return new EnergywebError('source-too-large', `${name} is longer than ${maxBytes} bytes`)
}

/** Gone for good, or never there: what a file server says of a file that it does not have. */
const missing: readonly number[] = [404, 410]

/**
 * Files of a web server, over several connections so that none waits for the other's way there and back.
 * @param address - without a slash at its end
 */
export function httpFiles(address: string, clients: readonly HttpClient[]): LogFiles {
  let next = 0
  return {
    where: printableUrl(address),
    async read(path, { maxBytes, signal }) {
      const client = clients[next++ % clients.length]
      if (client === undefined) throw new EnergywebError('internal', 'no connection to read over')
      const url = `${address}/${path}`
      const { status, body } = await client.get({ url, maxBytes, signal }).catch(reworded)
      if (status === 200) return body
      if (missing.includes(status)) return undefined
      const retryable = status >= 500 || status === 429
      throw new EnergywebError(
        'source-failed',
        `${printableUrl(address)}/${path}: the server answers ${status}`,
        {
          retryable,
          hint: retryable
            ? 'Try again later; its operator may know more.'
            : 'Is that where a log is published?',
        },
      )
    },
  }
}

/** What reads over HTTP was made for meters: its advice is theirs. */
function reworded(error: unknown): never {
  if (!(error instanceof EnergywebError) || error.code === 'aborted') throw error
  const { code, retryable } = error
  const hint = retryable
    ? 'Is the address right, and does the server run?'
    : code === 'tls-refused'
      ? 'Give the address with https; --lan-http takes plain HTTP from loopback and private addresses.'
      : error.hint
  throw new EnergywebError(code, messageOf(error), {
    ...(hint !== undefined && { hint }),
    retryable,
    cause: error,
  })
}
