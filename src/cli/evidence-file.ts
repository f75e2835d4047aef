import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { concatBytes } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import { formatSize } from '../core/size.ts'
import { longestEvidence } from '../proof/evidence/index.ts'

/**
 * The bytes of an evidence file, `-` for standard input. Larger files than any evidence are refused without reading them.
 * @throws EnergywebError `argument-invalid` for a file that is not there, is none or is too large
 */
export async function readEvidenceFile(name: string, cwd: string): Promise<Uint8Array> {
  return name === '-' ? bytesOf(process.stdin, 'standard input') : bytesOfFile(resolve(cwd, name), name)
}

async function bytesOfFile(path: string, name: string): Promise<Uint8Array> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new EnergywebError('argument-invalid', `${name} can't be read: ${reasonOf(cause)}`, { cause })
  })
  try {
    const stat = await handle.stat()
    if (stat.isDirectory()) throw new EnergywebError('argument-invalid', `${name} is a folder`)
    if (stat.size > longestEvidence) throw tooLarge(name, `${formatSize(stat.size)}`)
    return await bytesOf(handle.createReadStream({ autoClose: false }), name)
  } finally {
    await handle.close()
  }
}

/** A pipe, or a file that grows, says its size only by its end. */
async function bytesOf(chunks: AsyncIterable<Uint8Array | string>, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    size += part.length
    if (size > longestEvidence) throw tooLarge(name, `more than ${formatSize(longestEvidence)}`)
    parts.push(part)
  }
  return concatBytes(...parts)
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return 'there is no such file'
  return cause instanceof Error ? cause.message : String(cause)
}

function tooLarge(name: string, size: string): EnergywebError {
  return new EnergywebError('argument-invalid', `${name} is no evidence file: it has ${size}`, {
    hint: `Evidence has at most ${formatSize(longestEvidence)}.`,
  })
}
