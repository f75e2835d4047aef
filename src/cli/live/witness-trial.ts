import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ResolvedConfig } from '../../config/check-config.ts'
import { composeWitnesses } from '../../config/compose-witnesses.ts'
import { fromUtf8 } from '../../core/bytes.ts'
import { EnergywebError, toEnergywebError } from '../../core/errors.ts'
import type { HttpResponse } from '../../core/source.ts'
import type { GatewayWitness } from '../../gateway/index.ts'
import { readCheckpoint } from '../../proof/checkpoint.ts'
import { formatWitnessRequest } from '../../proof/witness-request.ts'
import { databaseName } from '../../storage/index.ts'
import { withLog } from '../data-folder.ts'
import type { Trial } from './source-trial.ts'

const patience = 30_000
const longestAnswer = 65_536

/** Asks every configured witness whether it knows our log; none of them is made to cosign anything. */
export async function tryWitnesses(config: ResolvedConfig): Promise<readonly Trial[]> {
  const composed = await composeWitnesses(config, {
    store: () => {
      throw new EnergywebError('log-closed', 'nothing is kept by a trial')
    },
  })
  if (composed === undefined) return []
  const note = await newestCheckpoint(config)
  return Promise.all(composed.each.map(witness => tryWitness(witness, note)))
}

async function newestCheckpoint({ data }: ResolvedConfig): Promise<string | undefined> {
  if (!existsSync(join(data, databaseName))) return undefined
  return withLog(data, async log => log.lastCheckpoint())
}

async function tryWitness({ key, url, http }: GatewayWitness, note: string | undefined): Promise<Trial> {
  const common = { subject: key.name, by: 'witness', remarks: [] }
  const client = http()
  try {
    const response = await client.post({
      url: `${url}/add-checkpoint`,
      body: { text: impossible(note), type: 'text/plain; charset=utf-8' },
      maxBytes: longestAnswer,
      signal: AbortSignal.timeout(patience),
    })
    return { ...common, said: wordsOf(response, note !== undefined), trouble: undefined }
  } catch (error) {
    return { ...common, said: '', trouble: toEnergywebError(error) }
  } finally {
    await client.close()
  }
}

/**
 * A request that can't be granted: the old size is above the checkpoint's. A witness looks at log and signature first, so
 * that 400 says that it knows both.
 */
function impossible(note: string | undefined): string {
  if (note === undefined) return ''
  return formatWitnessRequest({ oldSize: readCheckpoint(note).size + 1, proof: [], note })
}

function wordsOf({ status, body }: HttpResponse, isSigned: boolean): string {
  if (status === 400)
    return isSigned ? 'knows our log and its key' : 'is there; nothing was signed yet that it could know'
  const said = shown(body)
  const answer = `answers ${status}${said === '' ? '' : `: ${said}`}`
  if (status === 404) {
    throw new EnergywebError('witness-refused', `does not know our log, or it is not there: ${answer}`, {
      hint: 'Give its operator the key of `energyweb keys show --origin`; `url` is what stands before /add-checkpoint.',
    })
  }
  throw new EnergywebError('witness-refused', answer, { hint: 'Ask its operator.' })
}

/** A stranger's words, short and on one line. */
function shown(body: Uint8Array): string {
  try {
    return fromUtf8(body.subarray(0, 200)).replace(/\s+/gu, ' ').trim()
  } catch {
    // Not text, or cut within a letter: the status says enough.
    return ''
  }
}
