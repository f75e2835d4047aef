import { WitnessFolder } from '../storage/index.ts'
import { Witness, type WitnessOptions } from './witness.ts'
import { WitnessServer } from './witness-server.ts'

/** A witness with the address that it is served at. */
export interface ServeWitnessOptions extends Omit<WitnessOptions, 'folder'> {
  /** What must not be forgotten lies here; made where it is missing. */
  readonly folder: string
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly prefix?: string
}

/** A witness at work. */
export interface OpenedWitness {
  readonly url: string
  /** Ends requests under way, and lets go of the folder. */
  close(): Promise<void>
}

/**
 * Opens a witness; resolves when it listens.
 * @throws EnergywebError `log-locked` while another process serves from this folder; `log-io`, `environment-unsuitable`
 */
export async function openWitness(options: ServeWitnessOptions): Promise<OpenedWitness> {
  const { host, port, prefix, log } = options
  const folder = WitnessFolder.open(options.folder)
  try {
    const witness = new Witness({ ...options, folder })
    const server = await WitnessServer.open({ witness, host, port, log, ...(prefix && { prefix }) })
    log.info({ url: server.url, logs: witness.origins }, `the witness listens on ${server.url}`)
    return {
      url: server.url,
      close: async () => {
        await server.close()
        // A request whose connection was cut is decided all the same, and nobody else may write before that.
        await witness.idle()
        folder.close()
      },
    }
  } catch (error) {
    folder.close()
    throw error
  }
}

/** Serves a witness until the signal aborts. @throws EnergywebError as {@link openWitness} */
export async function serveWitness(
  options: ServeWitnessOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const witness = await openWitness(options)
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  if (!signal.aborted) await promise
  await witness.close()
}
