import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Reading } from '../../src/core/reading.ts'
import type { RegisterLimits } from '../../src/core/register.ts'
import type { NewSubmission, Variant } from '../../src/core/submission.ts'
import { type LogOptions, type LogStore, openLog } from '../../src/storage/index.ts'

export const limits: RegisterLimits = { resolution: 0n, opening: 'zero' }
export const start = Date.parse('2024-05-01T08:00:00Z')

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-storage-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A log that closes with the test. */
export async function testLog(options: Partial<LogOptions> = {}): Promise<LogStore & { folder: string }> {
  const folder = options.folder ?? temporaryFolder()
  const log = await openLog({ folder, ...options })
  onTestFinished(() => log.close())
  return Object.assign(log, { folder })
}

/** The i-th reading of a counter that counts `step` mJ every minute, with raw bytes of its own. */
export function reading(i: number, changes: Partial<Reading> = {}): Reading {
  const measuredAt = start + i * 60_000
  return {
    channel: 'export',
    kind: 'counter',
    energy: BigInt(i) * 3_600_000n,
    fraction: '',
    measuredAt,
    receivedAt: measuredAt + 250,
    device: { manufacturer: 'ACME', model: 'M', serial: 'S-1' },
    provenance: 'test',
    raw: { bytes: new TextEncoder().encode(`<reading n="${i}"/>`), mediaType: 'text/xml' },
    ...changes,
  }
}

/** A number of consecutive readings. */
export function readings(count: number, from = 1): Reading[] {
  return Array.from({ length: count }, (_, i) => reading(from + i))
}

export const account = '0x00000000000000000000000000000000000000aa'

export function submission(changes: Partial<NewSubmission> = {}): NewSubmission {
  return {
    line: 'roof/origin',
    first: 0,
    last: 1,
    reading: 1,
    chainId: 246n,
    account,
    to: '0x00000000000000000000000000000000000000bb',
    data: '0x1234',
    gas: 90_000n,
    value: 12n,
    ...changes,
  }
}

export function variant(nonce: number, changes: Partial<Variant> = {}): Variant {
  const hash = `0x${nonce.toString(16).padStart(64, '0')}`
  return { hash, raw: `0xf8${nonce}`, nonce, maxFeePerGas: 2n, maxPriorityFeePerGas: 1n, ...changes }
}

export function receipt(nonce: number) {
  return {
    chainId: 246n,
    contract: '0x00000000000000000000000000000000000000bb',
    transaction: `0x${nonce.toString(16).padStart(64, '0')}`,
    block: 1000n + BigInt(nonce),
    blockHash: `0x${'ab'.repeat(32)}`,
    logIndex: 3,
    value: 12n,
  }
}
