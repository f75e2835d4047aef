import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fromBase64url } from '../../src/core/bytes.ts'
import { p256Signer } from '../../src/keys/index.ts'
import { derOf } from '../../src/proof/ecdsa-key.ts'
import { entryStatement } from '../../src/proof/entry-statement.ts'
import { encodeEvidence, type Verification, verifyEvidence } from '../../src/proof/evidence/index.ts'
import { entrySignature, evidenceKeyOf, evidenceSignature } from '../../src/proof/evidence-signature.ts'
import { formatVerifierKey, keyInWords } from '../../src/proof/verifier-key.ts'
import { withEvidenceKeys } from '../../src/proof/verify-ecdsa.ts'
import { energyweb } from '../cli/memory-io.ts'
import { checkedByPython } from '../support/independent-check.ts'
import { counter, key, may, origin, prove, quarter, record, roofLog, sign } from './support.ts'

/* Readings that a key of hardware signs one by one: in the file, and to four verifiers, two of which share no code with us. */

const signer = p256Signer(new Uint8Array(32).fill(3))
const evidenceKey = evidenceKeyOf(origin, signer)
const evidenceText = formatVerifierKey(evidenceKey)
const by = { key: evidenceKey, signer }
const period = { from: may + 2 * quarter, to: may + 10 * quarter }
const name = 'roof.evidence.json'

/** A log of twelve readings, the last of which waits for its signature, and its checkpoint by both keys, or by the log's alone. */
async function signedLog({ checkpoint = true, left = 0 } = {}) {
  const log = await roofLog()
  await log.beginSigning(['roof'])
  await record(
    log,
    Array.from({ length: 12 }, (_, i) => counter(i)),
  )
  const entries = await log.entriesToSign({ assets: ['roof'], limit: 100 })
  const signatures = await Promise.all(
    entries.slice(0, entries.length - left).map(async ({ asset, ...entry }) => {
      return { asset, sequence: entry.sequence, signature: await entrySignature(entry, by) }
    }),
  )
  await log.keepEntrySignatures(evidenceText, signatures)
  await sign(log)
  const [note = ''] = await log.checkpointsWithout({ name: origin, keyId: evidenceKey.id, limit: 1 })
  if (checkpoint) await log.addCosignatures(12 + 1, [await evidenceSignature(note, by)])
  return log
}

async function fileOf(log: Awaited<ReturnType<typeof signedLog>>): Promise<string> {
  const text = encodeEvidence(await prove(log.folder, { period }))
  writeFileSync(join(log.folder, name), text)
  return text
}

const stepOf = ({ steps }: Verification) => steps.find(step => step.name === 'evidence-key')

test('each reading of a period says by which key of hardware it was signed', async () => {
  const text = await fileOf(await signedLog())
  const checked = withEvidenceKeys(verifyEvidence(text, { keys: [key] }), [evidenceKey], {
    eachReading: true,
  })
  expect(checked.verdict).toBe('proven')
  expect(checked.readings).toHaveLength(8)
  expect(new Set(checked.readings.map(({ signedBy }) => signedBy))).toEqual(
    new Set([keyInWords(evidenceKey)]),
  )
  expect(stepOf(checked)?.text).toContain('It has signed each of the 8 readings of the period, too.')
})

test('readings that are not signed are covered by the checkpoint, and leave open who asks for each', async () => {
  const text = await fileOf(await signedLog({ left: 4 }))
  const verification = verifyEvidence(text, { keys: [key] })
  const covered = withEvidenceKeys(verification, [evidenceKey])
  expect(covered.verdict).toBe('proven')
  expect(stepOf(covered)?.text).toContain('It has signed 5 of the 8 readings of the period one by one')
  const asked = withEvidenceKeys(verification, [evidenceKey], { eachReading: true })
  expect(asked.verdict).toBe('incomplete')
  expect(stepOf(asked)?.text).toBe(
    'Of the 8 readings of the period 3 are not signed one by one; the first is entry 9.',
  )
})

test('signed readings do not stand in for a checkpoint that is not signed', async () => {
  const text = await fileOf(await signedLog({ checkpoint: false }))
  const checked = withEvidenceKeys(verifyEvidence(text, { keys: [key] }), [evidenceKey])
  expect(checked.verdict).toBe('incomplete')
  expect(stepOf(checked)?.findings).toEqual([
    expect.objectContaining({ code: 'evidence-key-missing', effect: 'leaves-open' }),
    expect.objectContaining({
      effect: 'note',
      text: expect.stringContaining('8 are signed by it one by one'),
    }),
  ])
})

test('a signature of another entry, or of another log, refutes the file, and only who asks for the key', async () => {
  const log = await signedLog()
  const evidence = await prove(log.folder, { period })
  const [segment] = evidence.segments
  const signed = segment?.entries.map(entry => entry.signed)
  const swapped = segment?.entries.map((entry, i) => ({
    ...entry,
    ...(i === 3 && signed?.[4] !== undefined && { signed: signed[4] }),
  }))
  if (segment === undefined || swapped === undefined) throw new Error('no segment')
  const text = encodeEvidence({
    ...evidence,
    segments: [{ ...segment, entries: swapped }, ...evidence.segments.slice(1)],
  })
  const verification = verifyEvidence(text, { keys: [key] })
  expect(verification.verdict).toBe('proven')
  const refuted = withEvidenceKeys(verification, [evidenceKey])
  expect(refuted.verdict).toBe('refuted')
  expect(stepOf(refuted)?.findings).toEqual([
    expect.objectContaining({ code: 'signature-false', sequence: segment.first + 3 }),
  ])
  const path = join(log.folder, name)
  writeFileSync(path, text)
  expect(await checkedByPython([path], key, evidenceText)).toEqual([
    expect.stringContaining(`the signature of entry ${segment.first + 3} is wrong`),
  ])
})

test('a signature that the log keeps and that is false is not handed out', async () => {
  const log = await signedLog()
  const signature = new Uint8Array(64).fill(1)
  await log.keepEntrySignatures(evidenceText, [{ asset: 'roof', sequence: 5, signature }])
  const words = ['--data', '.', '--key', key, '--from', '2024-05-01T00:30Z', '--to', '2024-05-01T02:30Z']
  const { code, stderr } = await energyweb(['prove', 'roof', ...words], { cwd: log.folder })
  expect(code).not.toBe(0)
  expect(stderr).toContain('the evidence would be refuted: The signature of entry 5 is not that of')
})

test('the command tells who has signed, asks for each reading, and wants a key for that', async () => {
  const log = await signedLog({ left: 4 })
  await fileOf(log)
  const run = (...more: string[]) => energyweb(['verify', name, '--key', key, ...more], { cwd: log.folder })
  const shown = await run('--evidence-key', evidenceText)
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  const words = shown.stdout.replace(/\s+/g, ' ')
  expect(words).toContain(
    `signed by the log key ${key.split('+').slice(0, 2).join('+')}; the evidence key ${keyInWords(evidenceKey)} `,
  )
  expect(words).toContain(`one by one of the 8 readings of the period 5 by ${keyInWords(evidenceKey)}`)
  expect((await run('--evidence-key', evidenceText, '--each-reading')).code).toBe(2)
  expect((await run('--each-reading')).stderr).toContain(
    '--each-reading asks for signatures by --evidence-key',
  )
  const { signers, readings } = JSON.parse((await run('--evidence-key', evidenceText, '--json')).stdout)
  expect(signers.readings).toEqual([{ key: keyInWords(evidenceKey), count: 5 }])
  expect(readings[0].signedBy).toBe(keyInWords(evidenceKey))
  expect(readings.at(-1).signedBy).toBeUndefined()
  // Who does not ask for the key still learns that somebody has signed.
  expect((await run()).stdout.replace(/\s+/g, ' ')).toContain('; 1 key that you have not named')
})

test('a verifier in Python and OpenSSL find the signatures good that we find good', async () => {
  const log = await signedLog({ left: 1 })
  await fileOf(log)
  const path = join(log.folder, name)
  const [said] = await checkedByPython([path], key, evidenceText)
  expect(said).toMatch(/^good: .*; signed by the evidence key: the checkpoint and \d+ entries$/)

  const { segments } = await prove(log.folder, { period })
  const { signatures } = verifyEvidence(readFileSync(path, 'utf8'))
  expect(said).toContain(`and ${signatures.length} entries`)
  const file = (end: string) => join(log.folder, `entry.${end}`)
  writeFileSync(file('key'), evidenceKey.publicKey)
  for (const { sequence, leaf, signed } of signatures.slice(0, 3)) {
    const statement = entryStatement(origin, {
      stream: segments[0]?.stream ?? '',
      sequence,
      leaf: fromBase64url(leaf),
    })
    writeFileSync(file('sig'), derOf(fromBase64url(signed).subarray(4)) ?? '')
    const words = ['dgst', '-sha256', '-verify', file('key'), '-keyform', 'DER', '-signature', file('sig')]
    writeFileSync(file('txt'), statement)
    expect(spawnSync('openssl', [...words, file('txt')]).status).toBe(0)
    writeFileSync(file('txt'), Buffer.from(statement).toString().replace('leaf ', 'leaf A'))
    expect(spawnSync('openssl', [...words, file('txt')]).status).not.toBe(0)
  }
})

test('what was signed under another name of the log is left out of its evidence', async () => {
  const log = await signedLog()
  const other = evidenceKeyOf('renamed.example/roof', signer)
  const [entry] = [...(await log.entries('roof', { after: 4, limit: 1 }))]
  expect(entry?.sequence).toBe(5)
  await log.keepEntrySignatures(formatVerifierKey(other), [
    { asset: 'roof', sequence: 5, signature: new Uint8Array(64).fill(1) },
  ])
  const { segments } = await prove(log.folder, { period })
  const [segment] = segments
  expect(segment?.entries[5 - segment.first]?.signed).toBeUndefined()
  expect(segment?.entries[6 - segment.first]?.signed).toBeDefined()
})
