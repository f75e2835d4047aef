import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Puts a file in place, durably: the old one or the new one, never half of one. What the system refuses is thrown as it is.
 * @param options.onWritten - called when the content is durable and the file does not have its name yet
 */
export function replaceFile(
  path: string,
  content: string,
  options: { readonly onWritten?: () => void } = {},
): void {
  const file = openSync(`${path}.new`, 'w', 0o644)
  try {
    const bytes = Buffer.from(content)
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  options.onWritten?.()
  renameSync(`${path}.new`, path)
  syncFolder(dirname(path))
}

/** Makes the names in a folder durable. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
