import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ResolvedConfig } from '../../config/check-config.ts'
import { readCheckpoint } from '../../proof/checkpoint.ts'
import { checkpointPath } from '../../publishing/index.ts'
import { checkpointName } from '../../storage/index.ts'
import { shellWord } from '../shell-word.ts'
import { failureOf } from '../system-failure.ts'
import { doubtful, type Finding, failed, good } from './finding.ts'

/** What others see of the log, against what was signed. Nothing where nothing is to be published. */
export async function examinePublished({ data, log }: ResolvedConfig): Promise<readonly Finding[]> {
  const folder = log?.publish?.folder
  if (folder === undefined) return []
  const remedy = `The gateway's messages tell why. To try it now: energyweb log publish ${shellWord(folder)}`
  try {
    const signed = await sizeIn(join(data, checkpointName))
    const published = await sizeIn(join(folder, checkpointPath))
    if (signed === undefined) return []
    if (published === undefined) return [doubtful(`nothing is published in ${folder} yet`, remedy)]
    if (published >= signed) return [good(`${published} entries are published in ${folder}`)]
    return [doubtful(`${folder} holds ${published} of the ${signed} entries that were signed`, remedy)]
  } catch (error) {
    return [failed('the published log', failureOf(error))]
  }
}

async function sizeIn(path: string): Promise<number | undefined> {
  const note = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return note === undefined ? undefined : readCheckpoint(note).size
}
