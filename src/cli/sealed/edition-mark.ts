import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { editionWords } from '../../config/sealed/edition.ts'
import { EnergywebError } from '../../core/errors.ts'
import { openOutputFile } from '../output-file.ts'

/** In the data folder: the newest edition of a sealed configuration that a gateway ran with on it. */
const markName = 'configuration.edition'

/** What is to be run, and on which data folder. */
export interface EditionInUse {
  /** The configuration, for messages. */
  readonly file: string
  /** The data folder. */
  readonly folder: string
  /** Of the sealed file; 0 for one from before there were editions. */
  readonly edition: number
}

/**
 * The newest edition that a data folder has seen; undefined where it has seen none.
 * @throws EnergywebError `config-invalid` for a mark that nobody can read
 */
export async function rememberedEdition(folder: string): Promise<number | undefined> {
  const path = join(folder, markName)
  const text = await readFile(path, 'utf8').catch(ifMissing)
  if (text === undefined) return undefined
  const [, digits] = /^(\d{1,16})\n$/.exec(text) ?? []
  if (digits !== undefined) return Number(digits)
  throw new EnergywebError('config-invalid', `${path} is not what energyweb wrote`, {
    hint: '`energyweb run --older-configuration` writes it anew, for the configuration that it runs with.',
  })
}

/** What is wrong with an edition that is older than the one that its data folder has seen; undefined where nothing is. */
export async function olderThanRemembered({
  file,
  folder,
  edition,
}: EditionInUse): Promise<EnergywebError | undefined> {
  const newest = (await rememberedEdition(folder)) ?? 0
  if (edition >= newest) return undefined
  const what = `${basename(file)} is older than the one that its data folder has run with: ${editionWords(edition)}, and ${editionWords(newest)} then`
  return new EnergywebError('config-invalid', what, {
    hint: 'Somebody has put an old copy in its place, or a backup. Take the newer one; where the old one is meant, seal it anew (`energyweb config edit` or `config seal`), or start once with `energyweb run --older-configuration`.',
  })
}

/**
 * Lets a sealed configuration be run, and remembers its edition, durably.
 * @param options.mayBeOlder - it is wanted all the same, and is the newest from now on
 * @throws EnergywebError `config-invalid` for one that is older than what the data folder has run with
 */
export async function useEdition(
  use: EditionInUse,
  { mayBeOlder = false }: { mayBeOlder?: boolean } = {},
): Promise<void> {
  if (!mayBeOlder) {
    const older = await olderThanRemembered(use)
    if (older !== undefined) throw older
    if ((await rememberedEdition(use.folder)) === use.edition) return
  }
  const mark = await openOutputFile(join(use.folder, markName))
  try {
    await mark.write(`${use.edition}\n`)
    await mark.keep()
  } finally {
    await mark.drop()
  }
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  // Whoever may not look into the data folder starts no gateway on it: the one that does judges.
  if (error.code === 'ENOENT' || error.code === 'EACCES') return undefined
  throw error
}
