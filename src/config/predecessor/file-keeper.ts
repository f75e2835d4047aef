import { randomBytes } from 'node:crypto'
import { newKeystore, parsePrivateKey } from '../../keys/index.ts'
import type { SecretReference } from '../fields.ts'
import type { KeptKey, SecretKeeper } from './secret-keeper.ts'

/** The folder of the secrets, beside the configuration. */
export const secretsFolder = 'secrets'

/** Collects the files that the secrets of an old file move into: keystores for keys, a file each for passwords. */
export class FileKeeper implements SecretKeeper {
  readonly #keysPassword: { reference: SecretReference; value: string; isNew: boolean }
  readonly #passwords = new Map<string, string>()
  readonly #keys = new Map<string, string>()

  /** @param given - the password of the keystores and where it is; default a new random one, in a file of its own */
  constructor(given?: { reference: SecretReference; value: string }) {
    this.#keysPassword =
      given === undefined
        ? {
            reference: { file: `./${secretsFolder}/keys.password` },
            value: randomBytes(24).toString('base64url'),
            isNew: true,
          }
        : { ...given, isNew: false }
  }

  password(name: string, secret: string): SecretReference {
    let file = `${name}.password`
    for (let count = 2; this.#passwords.has(file) || file === 'keys.password'; count++) {
      file = `${name}-${count}.password`
    }
    this.#passwords.set(file, secret)
    return { file: `./${secretsFolder}/${file}` }
  }

  key(name: string, privateKey: string): KeptKey {
    const file = `${name}-key.json`
    this.#keys.set(file, privateKey)
    return { keystore: `./${secretsFolder}/${file}`, password: this.#keysPassword.reference }
  }

  /** The files' content by their names in the folder of the secrets; every keystore takes about a tenth of a second. */
  async files(): Promise<ReadonlyMap<string, string>> {
    const files = new Map([...this.#passwords].map(([name, secret]) => [name, `${secret}\n`]))
    const { value: password, isNew } = this.#keysPassword
    if (isNew && this.#keys.size > 0) files.set('keys.password', `${password}\n`)
    for (const [name, secret] of this.#keys) {
      const privateKey = parsePrivateKey(secret)
      const { text } = await newKeystore({ algorithm: 'secp256k1', password, privateKey })
      privateKey.fill(0)
      files.set(name, text)
    }
    return files
  }
}
