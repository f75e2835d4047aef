import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ResolvedConfig } from '../../config/check-config.ts'
import { messageOf } from '../../core/errors.ts'
import { readCheckpoint } from '../../proof/checkpoint.ts'
import { verifyCosignatures } from '../../proof/cosignature.ts'
import { parseVerifierKey } from '../../proof/verifier-key.ts'
import { checkpointName } from '../../storage/index.ts'
import { bad, doubtful, type Finding, good } from './finding.ts'

/**
 * Whether the configured witnesses have cosigned the newest checkpoint, by its file: a gateway that does not run can't tell
 * what a witness holds against its log.
 */
export async function examineCosignatures({ data, log }: ResolvedConfig): Promise<readonly Finding[]> {
  const { witnesses = [], quorum = witnesses.length } = log ?? {}
  if (witnesses.length === 0) return []
  const note = await readFile(join(data, checkpointName), 'utf8').catch(() => undefined)
  // That there is none is said where the data folder is looked at.
  if (note === undefined) return []
  try {
    const { size } = readCheckpoint(note)
    const keys = witnesses.map(({ key }) => parseVerifierKey(key))
    const count = verifyCosignatures(note, keys).length
    const what = `${count} of ${keys.length} witnesses have cosigned the newest checkpoint, of ${size} entries`
    if (count >= quorum) return [good(what)]
    const hint = `${quorum} must have. The gateway asks them while it runs; its messages say why one does not. A witness that knows more entries than this log has knows another course of it: was the data folder put back?`
    return [doubtful(what, hint)]
  } catch (error) {
    return [bad(`the newest checkpoint's cosignatures are wrong: ${messageOf(error)}`, 'energyweb log check')]
  }
}
