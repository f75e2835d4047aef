import { access, constants } from 'node:fs/promises'
import { resolve } from 'node:path'
import { messageOf } from '../core/errors.ts'
import type { Finding, PathStep } from './problem.ts'
import type { Config } from './schema.ts'

/** Files under `tls` that are read at each connection. The private key is a secret, and looked for with those. */
const tlsFiles = ['ca', 'crl', 'certificate']

/** Files that a policy of TLS names and that can't be read here: what would be refused only when it is connected. */
export async function unreadableTlsFiles(
  { assets, networks, ledgers, log, logging, metrics }: Config,
  folder: string,
): Promise<Finding[]> {
  const named = filesBelow({ assets, networks, ledgers, log, logging, metrics }, [])
  const found = await Promise.all(
    named.map(async ({ path, file }): Promise<Finding[]> => {
      try {
        await access(resolve(folder, file), constants.R_OK)
        return []
      } catch (error) {
        return [{ path, message: `${file} can't be read here: ${messageOf(error)}` }]
      }
    }),
  )
  return found.flat()
}

interface PlacedFile {
  readonly path: readonly PathStep[]
  readonly file: string
}

/** Options of drivers are of many shapes, and `tls` is the same in all of them. */
function filesBelow(value: unknown, at: readonly PathStep[]): PlacedFile[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => filesBelow(one, [...at, index]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'tls' ? filesOf(inner, [...at, name]) : filesBelow(inner, [...at, name]),
  )
}

function filesOf(tls: unknown, at: readonly PathStep[]): PlacedFile[] {
  if (typeof tls !== 'object' || tls === null) return []
  return Object.entries(tls).flatMap(([name, file]) =>
    tlsFiles.includes(name) && typeof file === 'string' ? [{ path: [...at, name], file }] : [],
  )
}
