import { open } from 'node:fs/promises'
import { fromUtf8 } from '../core/bytes.ts'
import { EnergywebError, isEnergywebError, messageOf } from '../core/errors.ts'

/** Thousands of assets fit; anything larger is no configuration. */
export const longestConfig = 1_000_000

/**
 * The text of a configuration file.
 * @param longest - bytes
 * @throws EnergywebError `config-not-found`, `config-invalid` for more than 1 MB or text that is not UTF-8
 */
export async function readText(file: string, longest: number = longestConfig): Promise<string> {
  const bytes = await readBounded(file, longest)
  if (bytes.length > longest) {
    throw new EnergywebError('config-invalid', `${file} is larger than ${longest} bytes`, {
      hint: 'Is it the right file?',
    })
  }
  try {
    const text = fromUtf8(bytes)
    return text.startsWith('\uFEFF') ? text.slice(1) : text
  } catch (cause) {
    if (!isEnergywebError(cause)) throw cause
    throw new EnergywebError('config-invalid', `${file} is not UTF-8 text`, { cause })
  }
}

async function readBounded(file: string, longest: number): Promise<Uint8Array> {
  try {
    await using handle = await open(file)
    if (!(await handle.stat()).isFile()) throw new EnergywebError('argument-invalid', 'it is not a file')
    const buffer = new Uint8Array(longest + 1)
    let length = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null)
      length += bytesRead
      if (bytesRead === 0 || length === buffer.length) return buffer.subarray(0, length)
    }
  } catch (cause) {
    throw new EnergywebError('config-not-found', `${file} can't be read: ${messageOf(cause)}`, {
      hint: isRefused(cause) ? 'This user may not read it.' : 'Write one with `energyweb init`.',
      cause,
    })
  }
}

function isRefused(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'EACCES' || cause.code === 'EPERM')
}
