import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Cid } from '../../core/any-cid.ts'
import type { TlsPolicy } from '../../core/tls-policy.ts'
import { openConfig } from '../configuration.ts'
import type { CommandIo } from '../io.ts'

/** Where content is fetched from, with the name that was given for it. */
export interface ContentSource {
  readonly name: string
  /** The bytes that it says are the block's; undefined where it has none. */
  block(cid: Cid): Promise<Uint8Array | undefined>
  close(): Promise<void>
}

export interface ContentSourceOptions {
  readonly config: string | undefined
  /** What servers must prove whose addresses are given. */
  readonly tls: TlsPolicy
  readonly signal: AbortSignal
  readonly io: CommandIo
}

/**
 * Opens an address, a CAR file, or a node by its name in the configuration.
 * @throws EnergywebError `argument-invalid` for what is none; `proof-invalid` for a CAR file that is not what it says
 */
export async function openContentSource(name: string, options: ContentSourceOptions): Promise<ContentSource> {
  const { config, tls, signal, io } = options
  const path = resolve(io.cwd, name)
  if (!name.includes('://') && existsSync(path)) {
    const { CarFile } = await import('./car-file.ts')
    const car = await CarFile.open(path, { signal })
    return {
      name,
      block: async cid => (car.has(cid) ? car.block(cid) : undefined),
      close: () => car.close(),
    }
  }
  const { openBlockAddress, openBlockRemote } = await import('../../config/open-block-source.ts')
  const source = name.includes('://')
    ? await openBlockAddress(name, tls)
    : await openBlockRemote(await openConfig(config, io), name, { environment: io.env, addSecret: io.hide })
  return { name, block: cid => source.block(cid, { signal }), close: () => source.close() }
}
