import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/storage/support.ts'
import {
  logName,
  noteOf,
  witnessKey,
  witnessName,
  witnessSigner,
} from '../../../test/support/witnessed-log.ts'
import { loadConfig } from '../../config/index.ts'
import { cosignatureOf, cosignCheckpoint } from '../../proof/cosignature.ts'
import { addSignatures } from '../../proof/signed-note.ts'
import { formatVerifierKey } from '../../proof/verifier-key.ts'
import { examineCosignatures } from './examine-cosignatures.ts'

async function configOf(data: string) {
  const witness = `{ url: 'https://witness.example.org', key: '${formatVerifierKey(witnessKey)}' }`
  const text = `energyweb: 1
data: ${data}
log: { key: log, origin: ${logName}, witnesses: [${witness}] }
keys: { log: { env: LOG_KEY } }
assets:
  - { name: roof, role: producer, channel: export, capacity: 10 kW, every: 15m, source: { kind: simulator, profile: solar, peak: 10 kW } }
`
  const { config } = await loadConfig('/etc/energyweb/energyweb.yml', { text, environment: { LOG_KEY: 'x' } })
  return config
}

test('of a gateway that does not run, the checkpoint tells which witnesses have cosigned it', async () => {
  const data = temporaryFolder()
  const config = await configOf(data)
  expect(await examineCosignatures(config)).toEqual([])
  const note = await noteOf({ size: 7 })
  const keep = (text: string) => writeFileSync(join(data, 'checkpoint'), text)
  keep(note)
  expect(await examineCosignatures(config)).toMatchObject([
    {
      grade: 'doubtful',
      what: '0 of 1 witnesses have cosigned the newest checkpoint, of 7 entries',
      remedy: expect.stringContaining('was the data folder put back?'),
    },
  ])
  const time = 1_700_000_000
  const cosignature = cosignatureOf(
    await cosignCheckpoint(note, { name: witnessName, signer: witnessSigner, time }),
  )
  keep(addSignatures(note, [cosignature]))
  expect(await examineCosignatures(config)).toMatchObject([{ grade: 'good' }])
  keep(addSignatures(await noteOf({ size: 8 }), [cosignature]))
  expect(await examineCosignatures(config)).toMatchObject([{ grade: 'bad' }])
})
