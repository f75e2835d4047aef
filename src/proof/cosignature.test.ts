import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { fromBase64, toHex, utf8 } from '../core/bytes.ts'
import type { Signer } from '../core/signer.ts'
import { signCheckpoint, verifyCheckpoint } from './checkpoint.ts'
import {
  cosignatureMessage,
  cosignatureOf,
  cosignCheckpoint,
  formatCosignature,
  verifyCosignatures,
} from './cosignature.ts'
import { proofFailure } from './proof-failure.ts'
import { addSignatures, parseNote } from './signed-note.ts'
import { cosignerKeyOf, verifierKeyOf } from './verifier-key.ts'

const signerOf = (seed: number): Signer => {
  const secret = new Uint8Array(32).fill(seed)
  return {
    algorithms: ['ed25519'],
    publicKey: () => ed25519.getPublicKey(secret),
    sign: async data => ed25519.sign(data, secret),
  }
}
const origin = 'gateway.example.org/roof'
const log = signerOf(7)
const witnesses = [1, 2, 3].map(seed => ({ name: `witness${seed}.example`, signer: signerOf(seed) }))
const keys = witnesses.map(({ name, signer }) => cosignerKeyOf(name, signer.publicKey('ed25519')))
const logKey = verifierKeyOf(origin, log.publicKey('ed25519'))
const checkpoint = { origin, size: 42, root: new Uint8Array(32).fill(9), extensions: ['more'] }
const signed = () => signCheckpoint(checkpoint, log)

async function cosigned(): Promise<string> {
  const note = await signed()
  const cosignatures = await Promise.all(
    witnesses
      .slice(0, 2)
      .map((witness, i) => cosignCheckpoint(note, { ...witness, time: 1_700_000_000 + i })),
  )
  return addSignatures(note, cosignatures.map(cosignatureOf))
}

const failureOf = (deed: () => unknown) => {
  try {
    deed()
  } catch (error) {
    return proofFailure(error)
  }
  return undefined
}

describe('cosignature', () => {
  test('says who has seen the checkpoint, and when; the log is verified as before', async () => {
    const note = await cosigned()
    expect(verifyCosignatures(note, keys)).toEqual([
      { key: keys[0], time: 1_700_000_000 },
      { key: keys[1], time: 1_700_000_001 },
    ])
    expect(verifyCheckpoint(note, [logKey])).toEqual(checkpoint)
    expect(verifyCosignatures(await signed(), keys)).toEqual([])
  })

  test('is the key id, eight bytes of time and 64 of a signature over time and checkpoint with its extensions', async () => {
    const note = await signed()
    const cosignature = await cosignCheckpoint(note, { ...witnesses[0]!, time: 258 })
    const [dash, name, base64] = formatCosignature(cosignature).trimEnd().split(' ')
    expect([dash, name]).toEqual(['—', 'witness1.example'])
    const bytes = fromBase64(base64 ?? '')
    expect(bytes).toHaveLength(76)
    expect(toHex(bytes.slice(0, 12))).toBe(`${toHex(keys[0]!.id)}0000000000000102`)
    const message = utf8(`cosignature/v1\ntime 258\n${parseNote(note).text}`)
    expect(cosignatureMessage(parseNote(note).text, 258)).toEqual(message)
    expect(ed25519.verify(bytes.slice(12), message, keys[0]!.publicKey)).toBe(true)
  })

  test('a later one of a witness takes the place of its earlier one', async () => {
    const note = await cosigned()
    const later = await cosignCheckpoint(note, { ...witnesses[0]!, time: 1_800_000_000 })
    const renewed = addSignatures(note, [cosignatureOf(later)])
    expect(verifyCosignatures(renewed, keys).map(({ time }) => time)).toEqual([1_700_000_001, 1_800_000_000])
  })

  test('of another time, of another key or cut short, it refuses the note', async () => {
    const note = await signed()
    const cosignature = await cosignCheckpoint(note, { ...witnesses[0]!, time: 5 })
    const given = (changes: Partial<typeof cosignature>) =>
      failureOf(() =>
        verifyCosignatures(addSignatures(note, [cosignatureOf({ ...cosignature, ...changes })]), keys),
      )
    expect(given({})).toBeUndefined()
    expect(given({ time: 6 })).toBe('signature-wrong')
    expect(given({ signature: cosignature.signature.slice(1) })).toBe('signature-bytes-invalid')
    expect(given({ signature: new Uint8Array(0) })).toBe('signature-bytes-invalid')
    const short = { name: cosignature.name, keyId: cosignature.keyId, signature: new Uint8Array(7) }
    expect(failureOf(() => verifyCosignatures(addSignatures(note, [short]), keys))).toBe(
      'signature-bytes-invalid',
    )
  })

  test('a witness under the name of the log has not signed for it', async () => {
    const note = await signed()
    const impostor = { name: origin, signer: signerOf(9), time: 5 }
    const both = addSignatures(note, [cosignatureOf(await cosignCheckpoint(note, impostor))])
    const key = cosignerKeyOf(origin, impostor.signer.publicKey('ed25519'))
    expect(verifyCosignatures(both, [key])).toHaveLength(1)
    expect(failureOf(() => verifyCheckpoint(both, [key]))).toBe('key-type-wrong')
    expect(failureOf(() => verifyCosignatures(both, [logKey]))).toBe('key-type-wrong')
  })

  test('one key under two names is one witness', async () => {
    const twin = cosignerKeyOf('twin.example', keys[0]!.publicKey)
    const note = await cosigned()
    expect(failureOf(() => verifyCosignatures(note, [...keys, twin]))).toBe('key-repeated')
    expect(failureOf(() => verifyCosignatures(note, [keys[0]!, keys[0]!]))).toBe('key-repeated')
  })

  test.each([Number.NaN, -1, 1.5, 2 ** 53])('%s is no time of one', async time => {
    const note = await signed()
    await expect(cosignCheckpoint(note, { ...witnesses[0]!, time })).rejects.toMatchObject({
      failure: 'cosignature-time-invalid',
    })
    const made = { name: 'w', keyId: new Uint8Array(4), time, signature: new Uint8Array(64) }
    expect(failureOf(() => formatCosignature(made))).toBe('cosignature-time-invalid')
  })

  test('the signer hears of it when nobody waits any more', async () => {
    const { signal } = new AbortController()
    const heard: (AbortSignal | undefined)[] = []
    const listening: Signer = {
      ...log,
      sign: (data, options) => {
        heard.push(options.signal)
        return log.sign(data, options)
      },
    }
    const note = await signCheckpoint(checkpoint, listening, { signal })
    await cosignCheckpoint(note, { name: 'w.example', time: 1, signer: listening }, { signal })
    expect(heard).toEqual([signal, signal])
  })

  test('what is not a checkpoint is not cosigned', async () => {
    const note = `text\n\n— a AAAAAAA=\n`
    await expect(cosignCheckpoint(note, { ...witnesses[0]!, time: 1 })).rejects.toThrow(/not a checkpoint/)
    expect(() => verifyCosignatures(note, keys)).toThrow(/not a checkpoint/)
  })
})
