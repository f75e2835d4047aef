import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { goodFile, roof } from '../../test/evidence/scenarios.ts'
import { p256Signer } from '../keys/index.ts'
import { readCheckpoint } from '../proof/checkpoint.ts'
import { encodeEvidence, verifyEvidence } from '../proof/evidence/index.ts'
import { evidenceKeyOf, evidenceSignature } from '../proof/evidence-signature.ts'
import { addSignatures } from '../proof/signed-note.ts'
import { withEvidenceKeys } from '../proof/verify-ecdsa.ts'
import { withPrecompiles } from './precompile-records.ts'

const one = `0x${'1'.padStart(64, '0')}`
/** What the precompile answers to the good vector, the tampered one, and what it is asked. */
let answers: readonly string[] = []
let server: Server
let rpc: string

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      const calls: { id: number; method: string }[] = [JSON.parse(body)].flat()
      const results = [...answers]
      const told = calls.map(({ id, method }) => ({
        jsonrpc: '2.0',
        id,
        result: method === 'eth_chainId' ? '0x7a69' : results.shift(),
      }))
      response.setHeader('content-type', 'application/json').end(JSON.stringify(told))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  rpc = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
})
afterAll(() => new Promise(resolve => server.close(resolve)))

async function look(told: readonly string[], node = rpc) {
  answers = told
  const scenario = roof()
  const file = await goodFile(scenario)
  const signer = p256Signer(new Uint8Array(32).fill(3))
  const key = evidenceKeyOf(readCheckpoint(file.checkpoint).origin, signer)
  const line = await evidenceSignature(file.checkpoint, { key, signer })
  const text = encodeEvidence({ ...file, checkpoint: addSignatures(file.checkpoint, [line]) })
  const checked = withEvidenceKeys(verifyEvidence(text, { keys: [scenario.log.key] }), [key])
  const signal = new AbortController().signal
  const verification = await withPrecompiles(checked, { keys: [key], nodes: [{ url: node }], signal })
  return { ...verification, step: verification.steps.find(({ name }) => name === 'evidence-key') }
}

test('a chain that verifies it, too, is named', async () => {
  const { verdict, step } = await look([one, '0x', one])
  expect(verdict).toBe('proven')
  expect(step?.text).toContain('Checked on chain 31337 by the precompile, too.')
})

test('a chain that refuses what holds here refutes the file: one of the two is wrong', async () => {
  const { verdict, step } = await look([one, '0x', '0x'])
  expect(verdict).toBe('refuted')
  expect(step).toMatchObject({ state: 'false', findings: [{ code: 'chain-contradicts' }] })
})

test.each([
  ['that answers nothing', ['0x', '0x', '0x']],
  ['that says yes to everything', [one, one, one]],
])('a chain %s has no precompile, and decides nothing', async (_, told) => {
  const { verdict, step } = await look(told)
  expect(verdict).toBe('proven')
  expect(step?.text).toContain('Chain 31337 has no precompile for it.')
})

test('a node that can not be asked is a note', async () => {
  const { verdict, step } = await look([], 'http://127.0.0.1:9')
  expect(verdict).toBe('proven')
  expect(step?.findings).toMatchObject([{ code: 'chain-unknown', effect: 'note' }])
})
