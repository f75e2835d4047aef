/**
 * Evidence of a year of quarter hours, each signed by itself: how long a verifier who asks for each of these signatures takes, by
 * OpenSSL as our command does it, and by what runs in a browser.
 */
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reading } from '../src/core/reading.ts'
import { ed25519Signer } from '../src/keys/ed25519-signer.ts'
import { ecdsaKeyOf } from '../src/proof/ecdsa-key.ts'
import { entryStatement } from '../src/proof/entry-statement.ts'
import { checkEntrySignatures } from '../src/proof/evidence/entry-signatures.ts'
import { encodeEvidence, type Verification, verifyEvidence } from '../src/proof/evidence/index.ts'
import { formatVerifierKey, type VerifierKey, verifierKeyOf } from '../src/proof/verifier-key.ts'
import { type LogStore, openHashes, openLog, openLogReader, proveEvidence } from '../src/storage/index.ts'
import { byOpenSsl } from '../src/storage/openssl-signatures.ts'
import { boundRow, type FigureResult, ratioRow } from './figure.ts'

const quarters = 365 * 96
const quarter = 15 * 60_000
const start = Date.UTC(2023, 0, 1)
const limits = { capacity: 10_000_000n, resolution: 0n, opening: 'zero' } as const
const origin = 'bench.example/roof'
const signer = ed25519Signer(new Uint8Array(32).fill(7))
const logKey = verifierKeyOf(origin, signer.publicKey('ed25519'))
const hardware = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const evidenceKey = ecdsaKeyOf(origin, hardware.publicKey.export({ type: 'spki', format: 'der' }))

function readingOf(n: number): Reading {
  const measuredAt = start + n * quarter
  return {
    channel: 'export',
    kind: 'counter',
    energy: BigInt(n) * 900_000_000n,
    fraction: '',
    measuredAt,
    receivedAt: measuredAt + 150,
    device: { manufacturer: 'Verbund', model: 'Eumel 2.1.1', serial: '2104001234' },
    provenance: 'eumel-v2; driver tested with captured data; clock set by a time server',
    raw: { bytes: new TextEncoder().encode(`<reading n="${n}"/>`), mediaType: 'text/xml' },
  }
}

/** In steps of a few days, so that no single call holds a year. */
async function recordYear(log: LogStore): Promise<void> {
  for (let n = 0; n <= quarters; n += 960) {
    const some = Array.from({ length: Math.min(960, quarters + 1 - n) }, (_, i) => readingOf(n + i))
    await log.record('roof', some, limits)
  }
}

async function signYear(log: LogStore): Promise<void> {
  const key = { key: hardware.privateKey, dsaEncoding: 'ieee-p1363' } as const
  const waiting = () => log.entriesToSign({ assets: ['roof'], limit: 1_000 })
  for (let entries = await waiting(); entries.length > 0; entries = await waiting()) {
    const signatures = entries.map(({ asset, ...entry }) => {
      const signature = sign('sha256', entryStatement(origin, entry), key)
      return { asset, sequence: entry.sequence, signature }
    })
    await log.keepEntrySignatures(formatVerifierKey(evidenceKey), signatures)
  }
}

async function yearOfEvidence(folder: string): Promise<Uint8Array> {
  const log = await openLog({ folder })
  await log.openStream({ name: 'roof', source: 'eumel-v2' })
  await log.beginSigning(['roof'])
  await recordYear(log)
  await signYear(log)
  await log.checkpoint({ signer, origin })
  await log.close()
  const reader = openLogReader({ folder })
  try {
    const evidence = await proveEvidence({
      reader,
      asset: 'roof',
      period: { from: start, to: start + quarters * quarter },
      key: formatVerifierKey(logKey),
      made: { at: start, by: 'energyweb bench' },
      hashes: await openHashes(),
    })
    return Buffer.from(encodeEvidence(evidence))
  } finally {
    reader.close()
  }
}

/** Milliseconds of CPU that went by since the beginning of the process: others run beside it. */
function spent(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Milliseconds that a signature takes, of the first so many; fails when one of them does not hold. */
function timeOfSignature(verification: Verification, key: VerifierKey, count: number): number {
  const signatures = verification.signatures.slice(0, count)
  const began = spent()
  const { signers } = checkEntrySignatures({ ...verification, signatures }, [key])
  const milliseconds = spent() - began
  if (signers.size !== count) throw new Error('a signature of the bench does not hold')
  return milliseconds / count
}

/** A year of readings, each of them signed, verified. */
export async function signedReadingsFigure(): Promise<readonly FigureResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-bench-'))
  try {
    const file = await yearOfEvidence(folder)
    const began = spent()
    const verification = verifyEvidence(file, { keys: [byOpenSsl(logKey)], hashes: await openHashes() })
    const whole = (spent() - began) / 1_000
    const ours = timeOfSignature(verification, byOpenSsl(evidenceKey), quarters)
    const theirs = timeOfSignature(verification, evidenceKey, 1_000)
    const year = `evidence of ${quarters.toLocaleString('en')} readings, each signed`
    return [
      boundRow(`${year}: verify`, { value: whole + (ours * quarters) / 1_000, unit: 's CPU', goal: 30 }),
      ratioRow(`${year}: a signature, against what browsers run`, {
        ours,
        theirs,
        unit: 'ms CPU',
        goal: 0.5,
        better: 'less',
      }),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
