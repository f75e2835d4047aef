import type { SecretReference } from '../fields.ts'
import type { KeyConfig } from '../schema.ts'

/** A key that came from a file: no old file knew tokens. */
export type KeptKey = Exclude<KeyConfig, { readonly pkcs11: string }>

/** Where the secrets go that an old file holds in plain text. */
export interface SecretKeeper {
  /** @param name - what it is called, like `producer-1-meter` */
  password(name: string, secret: string): SecretReference
  /** @param privateKey - 64 hex digits */
  key(name: string, privateKey: string): KeptKey
}

/**
 * Keeps the secrets in memory, under names that no environment has: a configuration that came from an old file refers to
 * them like to variables.
 */
export class MemoryKeeper implements SecretKeeper {
  readonly secrets = new Map<string, string>()

  password(name: string, secret: string): SecretReference {
    return { env: this.#keep(name, secret) }
  }

  key(name: string, privateKey: string): KeptKey {
    return { env: this.#keep(name, privateKey) }
  }

  #keep(name: string, secret: string): string {
    // The number keeps names apart that differ in their signs only.
    const variable = `PLAIN_TEXT_${this.secrets.size + 1}_${name.replace(/[^A-Za-z0-9]/g, '_')}`
    this.secrets.set(variable, secret)
    return variable
  }
}
