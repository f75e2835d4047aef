import { createHash } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { Reading } from '../../src/core/reading.ts'
import { ed25519Signer } from '../../src/keys/ed25519-signer.ts'
import { verifierKey } from '../../src/keys/index.ts'
import {
  type LogStore,
  openLog,
  openLogReader,
  type ProveOptions,
  proveEvidence,
} from '../../src/storage/index.ts'
import { account, limits, submission, temporaryFolder, testLog, variant } from '../storage/support.ts'

export const origin = 'prove.example/roof'
export const signer = ed25519Signer(new Uint8Array(32).fill(7))
export const key = verifierKey(origin, signer.publicKey('ed25519'))
/** Midnight UTC. */
export const may = Date.parse('2024-05-01T00:00:00Z')
export const quarter = 15 * 60_000
export const kWh = 3_600_000_000n

/** The reading of a counter, `quarters` of an hour after the start of May; each adds a quarter of a kWh. */
export function counter(quarters: number, changes: Partial<Reading> = {}): Reading {
  const measuredAt = may + quarters * quarter
  return {
    channel: 'export',
    kind: 'counter',
    energy: BigInt(1_000 + quarters) * (kWh / 4n),
    fraction: '',
    measuredAt,
    receivedAt: measuredAt + 250,
    device: { manufacturer: 'ACME', model: 'M', serial: 'S-1' },
    provenance: 'eumel-v2; driver tested with captured data; clock set by a time server',
    raw: { bytes: new TextEncoder().encode(`<reading n="${quarters}"/>`), mediaType: 'text/xml' },
    ...changes,
  }
}

/** The reading of a quarter of an hour that ends `quarters` after the start of May. */
export function interval(quarters: number, changes: Partial<Reading> = {}): Reading {
  return counter(quarters, {
    kind: 'interval',
    energy: kWh / 4n,
    from: may + (quarters - 1) * quarter,
    ...changes,
  })
}

/** A log with an asset `roof`, that closes with the test. */
export async function roofLog(options: { commitment?: 'fields' | 'document'; folder?: string } = {}) {
  const { commitment = 'fields', folder } = options
  const log = await testLog(folder === undefined ? {} : { folder })
  await log.openStream({ name: 'roof', commitment, source: 'eumel-v2' })
  return log
}

export async function record(log: LogStore, readings: readonly Reading[], stream = 'roof'): Promise<void> {
  for (let at = 0; at < readings.length; at += 200)
    await log.record(stream, readings.slice(at, at + 200), limits)
}

export function sign(log: LogStore): Promise<string | undefined> {
  return log.checkpoint({ signer, origin })
}

/** Evidence of `roof`, over what the newest checkpoint covers. */
export async function prove(folder: string, options: Partial<ProveOptions> & Pick<ProveOptions, 'period'>) {
  const reader = openLogReader({ folder })
  try {
    const made = { at: may, by: 'energyweb test' }
    return await proveEvidence({ reader, asset: 'roof', key, made, ...options })
  } finally {
    reader.close()
  }
}

export { account, createHash, limits, onTestFinished, openLog, submission, temporaryFolder, variant }
