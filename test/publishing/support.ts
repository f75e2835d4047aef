import { cpSync } from 'node:fs'
import { ed25519 } from '@noble/curves/ed25519.js'
import { onTestFinished } from 'vitest'
import type { Signer } from '../../src/core/signer.ts'
import { formatVerifierKey, verifierKeyOf } from '../../src/proof/verifier-key.ts'
import { type PublishOptions, type PublishResult, publishLog } from '../../src/publishing/index.ts'
import { type LogStore, openLog, openLogReader } from '../../src/storage/index.ts'
import { limits, readings, temporaryFolder } from '../storage/support.ts'

export const origin = 'gateway.example.org/roof'
const secret = new Uint8Array(32).fill(7)

export const signer: Signer = {
  algorithms: ['ed25519'],
  publicKey: () => ed25519.getPublicKey(secret),
  sign: async data => ed25519.sign(data, secret),
}

export const key = verifierKeyOf(origin, signer.publicKey('ed25519'))

/** The log's key as it is given to those who check it. */
export function keyText(): string {
  return formatVerifierKey(key)
}

/** A log that grows, signs, and is published. */
export class GrowingLog {
  readonly folder: string
  readonly log: LogStore
  #next = 1

  private constructor(folder: string, log: LogStore) {
    this.folder = folder
    this.log = log
  }

  /** A log of its own, or one that goes on from a copy of another's folder. */
  static async open(copyOf?: GrowingLog): Promise<GrowingLog> {
    const folder = temporaryFolder()
    if (copyOf !== undefined) cpSync(copyOf.folder, folder, { recursive: true })
    const log = await openLog({ folder })
    onTestFinished(() => log.close())
    const growing = new GrowingLog(folder, log)
    await log.openStream({ name: 'roof', commitment: 'document' })
    await log.openStream({ name: 'gateway', commitment: 'document' })
    growing.#next = copyOf === undefined ? 1 : copyOf.#next
    return growing
  }

  /** Appends until the log has this many entries, and signs; `salt` makes another course of it. */
  async grow(size: number, salt = 0): Promise<string> {
    const head = await this.log.head()
    const missing = size - head.size - (head.size === 0 ? 1 : 0)
    for (let left = missing; left > 0; left -= 500) {
      const count = Math.min(500, left)
      const batch = readings(count, this.#next).map(one => ({ ...one, energy: one.energy + BigInt(salt) }))
      await this.log.record('roof', batch, limits)
      this.#next += count
    }
    const note = await this.log.checkpoint({ signer, origin })
    if (note === undefined) throw new Error('no checkpoint was due')
    return note
  }

  async publish(target: string, options: PublishOptions = {}): Promise<PublishResult | undefined> {
    const reader = openLogReader({ folder: this.folder })
    try {
      return await publishLog(reader, target, options)
    } finally {
      reader.close()
    }
  }
}
