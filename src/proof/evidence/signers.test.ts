import { expect, it } from 'vitest'
import { witness } from '../../../test/evidence/make-evidence.ts'
import { goodFile, roof } from '../../../test/evidence/scenarios.ts'
import { p256Signer } from '../../keys/index.ts'
import { readCheckpoint } from '../checkpoint.ts'
import { evidenceKeyOf, evidenceSignature } from '../evidence-signature.ts'
import { addSignatures } from '../signed-note.ts'
import { keyInWords, parseVerifierKey } from '../verifier-key.ts'
import { encodeEvidence } from './encode-evidence.ts'
import { signersOf } from './signers.ts'
import { verifyEvidence } from './verify-evidence.ts'

const scenario = roof()
const file = await goodFile(scenario)
const { origin } = readCheckpoint(file.checkpoint)
const signer = p256Signer(new Uint8Array(32).fill(3))
const key = evidenceKeyOf(origin, signer)
const seer = witness(8).key
const logName = keyInWords(parseVerifierKey(scenario.log.key))

const checkpointWith = async (note: string) =>
  addSignatures(file.checkpoint, [await evidenceSignature(note, { key, signer })])
const verified = (checkpoint: string) =>
  verifyEvidence(encodeEvidence({ ...file, checkpoint }), { keys: [scenario.log.key] })

it('are the log, the evidence key and the witness, each by its own line, in the order of the lines', async () => {
  const verification = verified(await checkpointWith(file.checkpoint))
  const options = { keys: [scenario.log.key], evidenceKeys: [key], witnesses: [seer] }
  expect(signersOf(verification, options).checkpoint).toEqual([
    { key: logName, role: 'log', holds: true },
    { key: keyInWords(parseVerifierKey(seer)), role: 'witness', holds: true, time: 1_717_200_000 },
    { key: keyInWords(key), role: 'evidence', holds: true },
  ])
})

it('are unknown to whoever was told of no key: anybody can write such a line', async () => {
  const { checkpoint } = signersOf(verified(await checkpointWith(file.checkpoint)), {})
  expect(checkpoint.map(({ role, holds }) => [role, holds])).toEqual(Array(3).fill(['unknown', undefined]))
})

it('are told to be false where a line is another text’s', async () => {
  const other = await goodFile(roof(undefined, { changed: true }))
  const { checkpoint } = signersOf(verified(await checkpointWith(other.checkpoint)), { evidenceKeys: [key] })
  expect(checkpoint.at(-1)).toEqual({ key: keyInWords(key), role: 'evidence', holds: false })
})

it('are none where there is no checkpoint that can be read', () => {
  const nobody = { checkpoint: [], readings: [] }
  expect(signersOf(verifyEvidence('{'), {})).toEqual(nobody)
  expect(signersOf(verified('no note\n'), {}).checkpoint).toEqual([])
})

it('of readings are counted by key', () => {
  const verification = verified(file.checkpoint)
  const readings = verification.readings.map((reading, i) =>
    i === 0 ? reading : { ...reading, signedBy: 'a+1' },
  )
  expect(signersOf({ ...verification, readings }, {}).readings).toEqual([
    { key: 'a+1', count: readings.length - 1 },
  ])
})
