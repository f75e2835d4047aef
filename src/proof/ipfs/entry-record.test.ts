import { expect, test } from 'vitest'
import { limits, readings, testLog } from '../../../test/storage/support.ts'
import { utf8 } from '../../core/bytes.ts'
import { canonicalJson } from '../../core/canonical-json.ts'
import { openLogReader } from '../../storage/index.ts'
import { nobleHashes } from '../hashes.ts'
import { decodeEntryRecord } from './entry-record.ts'

const refused = expect.objectContaining({ code: 'proof-invalid' })

async function record(commitment: 'fields' | 'document' = 'fields') {
  const log = await testLog()
  await log.openStream({ name: 'roof', commitment })
  await log.record('roof', readings(2), limits)
  const reader = openLogReader({ folder: log.folder })
  const bytes = reader.record(2) ?? new Uint8Array(0)
  const text = reader.entry(2)?.text ?? ''
  reader.close()
  return { bytes, text, parts: JSON.parse(new TextDecoder().decode(bytes)) }
}

const decode = (parts: object) => decodeEntryRecord(utf8(canonicalJson(parts as never)), nobleHashes)

test.each(['fields', 'document'] as const)(
  'a record proves itself, with the commitment to its %s',
  async commitment => {
    const { bytes, text, parts } = await record(commitment)
    const read = decodeEntryRecord(bytes, nobleHashes)
    expect(read.text).toBe(text)
    expect(read.document.energy).toBe(7_200_000n)
    const document = parts.document.replace('7200000', '7200001')
    expect(() => decode({ ...parts, document })).toThrow(refused)
    expect(() => decode({ ...parts, seed: 'A'.repeat(43) })).toThrow(refused)
  },
)

test('what is no record is refused', async () => {
  const { parts } = await record()
  for (const text of ['', '{', '1', 'null', '{}', JSON.stringify({ ...parts, more: 1 })]) {
    expect(() => decodeEntryRecord(utf8(text), nobleHashes), text).toThrow(refused)
  }
  expect(() => decodeEntryRecord(new Uint8Array(1_048_577), nobleHashes)).toThrow(refused)
  for (const bad of [
    { ...parts, document: 1 },
    { ...parts, seed: 1 },
    { ...parts, entry: 1 },
    { ...parts, seed: 'A' },
    { ...parts, seed: '!'.repeat(43) },
    { ...parts, entry: 'x' },
    { ...parts, document: '{}' },
    { ...parts, document: parts.document.replace('{', '{ ') },
    { ...parts, energyweb: 2 },
    { ...parts, entry: parts.entry.replace('reading/1', 'reading/9') },
    { ...parts, entry: parts.entry.replace('reading/1', 'gap/1') },
  ]) {
    expect(() => decode(bad), JSON.stringify(bad).slice(0, 200)).toThrow(refused)
  }
})
