/*
 * Writes the golden files: one entry of every kind and schema under both commitments, and a whole log in today's tables.
 * They are written once: a change of the entry format or the tables is a new version, and these must be read for ever.
 * `log-v1.db` was written when the tables had no carbon registers.
 * Run it with `node test/storage/make-golden.ts <folder>` and compare.
 */
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { anchorSchema } from '../../src/core/anchor-document.ts'
import { toBase64url, toHex } from '../../src/core/bytes.ts'
import { carbonSchemas } from '../../src/core/carbon-document.ts'
import { certificateSchema } from '../../src/core/certificate.ts'
import { type Document, type DocumentSchema, schemas } from '../../src/core/document.ts'
import { type EntryKind, entryKinds } from '../../src/core/entry.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'
import { composeEntry, composerOf } from '../../src/storage/compose-entry.ts'
import { databaseName, openLog } from '../../src/storage/index.ts'

const target = process.argv[2] ?? '.'
const at = Date.parse('2024-05-01T08:00:00.123Z')

/** A document with something of everything: text beyond ASCII, energies beyond 2^64, absent fields. */
function documentOf({ fields }: DocumentSchema): Document {
  const values = Object.entries(fields).map(([name, type], i) => {
    if (i % 5 === 4) return [name, null]
    if (name === 'contract') return [name, '0xabcdef0123456789abcdef0123456789abcdef01']
    return [
      name,
      type === 'flag'
        ? true
        : type === 'integer'
          ? BigInt(i) * (-1_000_000_007n) ** BigInt(i % 4)
          : `${name} Zähler №${i}`,
    ]
  })
  return Object.fromEntries(values)
}

const composer = composerOf(nobleHashes)
const vectorsOf = (kind: EntryKind, schema: DocumentSchema, i: number) =>
  (['fields', 'document'] as const).map(commitment => {
    const seed = new Uint8Array(32).map((_, byte) => (byte * 7 + i) & 0xff)
    const stream = toBase64url(new Uint8Array(16).fill(i + 1))
    const previous = i === 0 ? undefined : new Uint8Array(32).fill(i)
    const place = { stream, commitment, sequence: i, previous, at, seed }
    const content = { kind, schema: schema.name, document: documentOf(schema) }
    const { text, leaf, body } = composeEntry(content, place, composer)
    return { kind, commitment, seed: toHex(seed), document: body, entry: text, leafHash: toHex(leaf) }
  })
const write = (file: string, entries: unknown) =>
  writeFileSync(join(target, file), `${JSON.stringify({ version: 1, entries }, null, 1)}\n`)
write(
  'entries-v1.json',
  entryKinds.flatMap((kind, i) => vectorsOf(kind, schemas[kind], i)),
)
const carbonKinds = ['opening', 'reading', 'revision'] as const
write(
  'carbon-v1.json',
  carbonKinds.flatMap((kind, i) => vectorsOf(kind, carbonSchemas[kind], i)),
)

write('anchor-v1.json', vectorsOf('receipt', anchorSchema, 10))
write('certificate-v1.json', vectorsOf('receipt', certificateSchema, 10))

const folder = mkdtempSync(join(tmpdir(), 'energyweb-golden-'))
let now = at
let calls = 0
const clock = { now: () => now++, monotonic: () => 0, after: () => () => undefined }
const log = await openLog({ folder, clock, random: length => new Uint8Array(length).fill(calls++) })
const limits = { resolution: 0n, opening: 'zero' } as const
const start = Date.parse('2024-05-01T08:00:00Z')
const reading = (i: number, wattHours = i) => ({
  channel: 'export' as const,
  kind: 'counter' as const,
  energy: BigInt(wattHours) * 3_600_000n,
  fraction: '',
  measuredAt: start + i * 60_000,
  receivedAt: start + i * 60_000 + 250,
  device: { manufacturer: 'ACME', serial: 'S-1' },
  provenance: 'golden',
  raw: { bytes: new TextEncoder().encode(`<reading n="${i}"/>`), mediaType: 'text/xml' },
})
await log.openStream({ name: 'roof', source: 'golden' })
await log.openStream({ name: 'gateway', commitment: 'document' })
await log.record('roof', [reading(1), reading(2), reading(3)], limits)
await log.openLine('roof/origin', 'roof')
const call = {
  line: 'roof/origin',
  chainId: 246n,
  account: '0xaa',
  to: '0xbb',
  data: '0x',
  gas: 1n,
  value: 1n,
}
const variant = { hash: '0x01', raw: '0x02', nonce: 7, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n }
const first = await log.create({ ...call, first: 0, last: 2, reading: 2 }, variant)
await log.create({ ...call, first: 3, last: 3, reading: 3 }, { ...variant, nonce: 8 })
const receipt = {
  chainId: 246n,
  contract: '0xbb',
  transaction: '0x01',
  block: 5n,
  blockHash: '0x03',
  logIndex: 0,
  value: 1n,
}
await log.markMined(first.id, receipt)
await log.finalise([first.id])
await log.append('roof', 'gap', { detail: null, from: null, reason: 'silence', to: null })
await log.openCarbon({ asset: 'roof', basis: 'marginal', source: 'golden' })
await log.record('roof', [reading(4, 1)], limits)
await log.resolve('roof', { kind: 'reset', by: 'golden', reason: 'test', initial: 0n }, limits)
await log.record('roof', [reading(5, 4), reading(6, 5)], limits)
await log.record('roof', [reading(7, 2)], limits)
const quote = {
  factor: 123n * 10n ** 18n,
  basis: 'marginal',
  scope: 'direct',
  estimated: true,
  raw: { bytes: new TextEncoder().encode('{"value":123}'), mediaType: 'application/json' },
  provenance: 'golden',
} as const
const steps = await log.carbonSteps('roof', { state: 'waiting', limit: 10 })
const [one, two] = steps.map(({ sequence }) => sequence)
await log.priceCarbon('roof', [{ sequence: one ?? 0, quote }])
await log.priceCarbon('roof', [{ sequence: two ?? 0, missing: { reason: 'source-empty', detail: 'none' } }])
await log.priceCarbon('roof', [{ sequence: two ?? 0, quote }])
await log.record('roof', [reading(8, 9)], limits)
await log.append('gateway', 'note', { by: null, text: 'golden' })
const secret = new Uint8Array(32).fill(5)
const signer = {
  algorithms: ['ed25519'] as const,
  publicKey: () => ed25519.getPublicKey(secret),
  sign: async (data: Uint8Array) => ed25519.sign(data, secret),
}
await log.checkpoint({ signer, origin: 'golden.example' })
await log.append('gateway', 'note', { by: null, text: 'after the checkpoint' })
console.log(await log.register('roof'), await log.head(), await log.line('roof/origin'))
await log.close()
copyFileSync(join(folder, databaseName), join(target, 'log-v2.db'))
