/**
 * Evidence of a month of quarter hours: how long it takes to make from a log of that month and to verify, how large the file
 * is, and what showing single fields costs. The log is made by the store itself, with random seeds, as a gateway would; blocks
 * and transactions of receipts are random too, because hashes do not shrink.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Reading } from '../src/core/reading.ts'
import { ed25519Signer } from '../src/keys/ed25519-signer.ts'
import { verifierKey } from '../src/keys/index.ts'
import { encodeEvidence, verifyEvidence } from '../src/proof/evidence/index.ts'
import {
  type LogStore,
  openHashes,
  openLog,
  openLogReader,
  type ProveOptions,
  proveEvidence,
} from '../src/storage/index.ts'
import { boundRow, type FigureResult } from './figure.ts'
import { median } from './median.ts'

const quarters = 31 * 96
const quarter = 15 * 60_000
const start = Date.UTC(2024, 4, 1)
const limits = { capacity: 10_000_000n, resolution: 0n, opening: 'zero' } as const
const origin = 'bench.example/roof'
const signer = ed25519Signer(new Uint8Array(32).fill(7))
const key = verifierKey(origin, signer.publicKey('ed25519'))
const rounds = 3

/** The n-th reading of a plant in the sun, with the digits of a real meter. */
function monthReading(n: number, energy: bigint): Reading {
  const measuredAt = start + n * quarter
  return {
    channel: 'export',
    kind: 'counter',
    energy,
    fraction: '',
    measuredAt,
    receivedAt: measuredAt + 150 + ((n * 37) % 90),
    device: { manufacturer: 'Verbund', model: 'Eumel 2.1.1', serial: '2104001234' },
    provenance:
      'eumel-v2; lan-http: device has no TLS; driver tested with captured data; clock set by a time server',
    raw: { bytes: randomBytes(600), mediaType: 'text/xml' },
  }
}

const hex = (bytes: number) => `0x${randomBytes(bytes).toString('hex')}`

/** What a ledger does for a reading, without a chain. */
async function register(
  log: LogStore,
  n: number,
  { first, sequence, value }: { first: number; sequence: number; value: bigint },
): Promise<void> {
  const contract = '0x00000000000000000000000000000000000000bb'
  const { id } = await log.create(
    {
      line: 'roof/origin',
      first,
      last: sequence,
      reading: sequence,
      chainId: 246n,
      account: '0x00000000000000000000000000000000000000aa',
      to: contract,
      data: '0x1234',
      gas: 90_000n,
      value,
    },
    { hash: hex(32), raw: '0xf8', nonce: n, maxFeePerGas: 2n, maxPriorityFeePerGas: 1n },
  )
  await log.markMined(id, {
    chainId: 246n,
    contract,
    transaction: hex(32),
    block: 30_000_000n + BigInt(n) * 180n,
    blockHash: hex(32),
    logIndex: n % 7,
    value,
  })
  await log.finalise([id])
}

async function monthLog(folder: string, withReceipts: boolean): Promise<void> {
  const log = await openLog({ folder })
  await log.openStream({ name: 'roof', source: 'eumel-v2' })
  if (withReceipts) await log.openLine('roof/origin', 'roof')
  let energy = 5_000_000_000_000n
  let first = 0
  for (let n = -1; n <= quarters + 1; n++) {
    energy += BigInt((n * 7_919) % 600) * 3_600_000n
    const { appended } = await log.record('roof', [monthReading(n, energy)], limits)
    const reading = appended.at(-1)
    if (withReceipts && reading !== undefined) {
      await register(log, n + 1, { first, sequence: reading.sequence, value: energy / 3_600_000n })
      first = reading.sequence + 1
    }
  }
  await log.checkpoint({ signer, origin })
  await log.close()
}

interface Month {
  readonly make: number
  readonly verify: number
  readonly bytes: number
  readonly gzipped: number
}

async function measureMonth(folder: string, options: Partial<ProveOptions> = {}): Promise<Month> {
  const hashes = await openHashes()
  const reader = openLogReader({ folder })
  const times = { make: [] as number[], verify: [] as number[] }
  let text = ''
  try {
    for (let round = 0; round < rounds; round++) {
      const began = performance.now()
      const evidence = await proveEvidence({
        reader,
        asset: 'roof',
        period: { from: start, to: start + quarters * quarter },
        key,
        made: { at: start, by: 'energyweb bench' },
        hashes,
        ...options,
      })
      text = encodeEvidence(evidence)
      const made = performance.now()
      const { verdict } = verifyEvidence(Buffer.from(text), { keys: [key], hashes })
      times.make.push(made - began)
      times.verify.push(performance.now() - made)
      if (verdict !== 'proven') throw new Error(`the evidence of the bench is ${verdict}`)
    }
  } finally {
    reader.close()
  }
  return {
    make: median(times.make) / 1_000,
    verify: median(times.verify) / 1_000,
    bytes: Buffer.byteLength(text),
    gzipped: gzipSync(text).length,
  }
}

const rowsOf = (of: string, month: Month, goals: { bytes?: number; gzipped: number }): FigureResult[] => [
  boundRow(`${of}: make`, { value: month.make, unit: 's', goal: 2 }),
  boundRow(`${of}: verify`, { value: month.verify, unit: 's', goal: 1 }),
  ...(goals.bytes === undefined
    ? []
    : [boundRow(`${of}: file`, { value: month.bytes / 1_000, unit: 'kB', goal: goals.bytes })]),
  boundRow(`${of}: file, gzipped`, { value: month.gzipped / 1_000, unit: 'kB', goal: goals.gzipped }),
]

/** Times and sizes of the evidence of a month, with receipts, without, and with five fields alone. */
export async function evidenceFigure(): Promise<readonly FigureResult[]> {
  const folders = [true, false].map(() => mkdtempSync(join(tmpdir(), 'energyweb-bench-')))
  const [registered = '', plain = ''] = folders
  try {
    await monthLog(registered, true)
    await monthLog(plain, false)
    const month = `evidence of ${quarters.toLocaleString('en')} readings`
    const fields = ['measuredAt', 'from', 'status', 'total', 'energy']
    const shown = await measureMonth(plain, { fields })
    const fewer = await measureMonth(plain, { fields: fields.slice(0, 4) })
    return [
      ...rowsOf(month, await measureMonth(plain), { gzipped: 500 }),
      ...rowsOf(`${month}, each with its receipt`, await measureMonth(registered), {
        bytes: 5_000,
        gzipped: 1_200,
      }),
      ...rowsOf(`${month}, five fields of each`, shown, { gzipped: 1_500 }),
      boundRow(`${month}: one more field, gzipped, a reading`, {
        value: (shown.gzipped - fewer.gzipped) / quarters,
        unit: 'bytes',
        goal: 64,
      }),
    ]
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  }
}
