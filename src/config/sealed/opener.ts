import type { SecretContext } from '../secrets.ts'
import type { OpenerKind, WrappedKey } from './sealed-header.ts'

/** What an opener may use of the world. */
export interface OpenerContext extends Pick<SecretContext, 'environment' | 'addSecret'> {
  /** The folder of the sealed file. */
  readonly folder: string
  /** Asks a person for something that is not shown while it is typed; undefined where nobody can answer. */
  readonly ask?: ((question: string) => Promise<string>) | undefined
  readonly signal?: AbortSignal
}

type WrappedBy<Kind extends OpenerKind> = Extract<WrappedKey, { kind: Kind }>

/** One way to keep the key of a sealed configuration. */
export interface Opener<Kind extends OpenerKind> {
  /**
   * The data key out of what the header keeps of it.
   * @throws EnergywebError `config-sealed`, saying what is missing or does not fit
   */
  unwrap(wrapped: WrappedBy<Kind>, context: OpenerContext): Promise<Uint8Array>
  /** What people know it by: its kind and what it is bound to; never a secret. */
  describe(wrapped: WrappedBy<Kind>): string
}
