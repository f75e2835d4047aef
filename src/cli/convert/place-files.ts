import { existsSync } from 'node:fs'
import { link, mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { secretsFolder } from '../../config/predecessor/file-keeper.ts'
import { EnergywebError, isEnergywebError, messageOf } from '../../core/errors.ts'

/** A configuration and its secrets, to be written. */
export interface ConvertedFiles {
  readonly text: string
  /** By their names in the folder of the secrets. */
  readonly secrets: ReadonlyMap<string, string>
}

/** @throws EnergywebError `argument-invalid` for what is there already: nothing is overwritten */
export function refuseExisting(config: string, { secrets }: Pick<ConvertedFiles, 'secrets'>): void {
  const folder = join(dirname(config), secretsFolder)
  const existing = [config, ...(secrets.size > 0 ? [folder] : [])].find(path => existsSync(path))
  if (existing === undefined) return
  throw new EnergywebError('argument-invalid', `${existing} exists already`, {
    hint: 'Choose another folder with --out, like --out roof/energyweb.yml, or move it away.',
  })
}

/**
 * Writes the files, all or none: they are made in a folder beside, looked at by `check`, and then moved to their places, the
 * configuration last. What is killed in between has written no configuration.
 * @throws EnergywebError `argument-invalid` for what is there already; `environment-unsuitable` when it can't be written;
 * what `check` throws
 */
export async function placeFiles<Checked>(
  config: string,
  files: ConvertedFiles,
  check: (draft: string) => Promise<Checked>,
): Promise<Checked> {
  const folder = dirname(config)
  let draft: string | undefined
  try {
    await mkdir(folder, { recursive: true })
    draft = await mkdtemp(join(folder, '.energyweb-convert-'))
    await writeDraft(draft, basename(config), files)
    const checked = await check(join(draft, basename(config)))
    refuseExisting(config, files)
    await moveAll(draft, config, files)
    return checked
  } catch (cause) {
    if (isEnergywebError(cause)) throw cause
    throw new EnergywebError('environment-unsuitable', `nothing was written: ${messageOf(cause)}`, { cause })
  } finally {
    if (draft !== undefined) await rm(draft, { recursive: true, force: true })
  }
}

async function writeDraft(draft: string, name: string, { text, secrets }: ConvertedFiles): Promise<void> {
  await writeNew(join(draft, name), text, 0o644)
  if (secrets.size === 0) return
  const folder = join(draft, secretsFolder)
  await mkdir(folder, { mode: 0o700 })
  // Whoever puts the folder under version control leaves these out.
  await writeNew(join(folder, '.gitignore'), '*\n', 0o600)
  for (const [secret, content] of secrets) await writeNew(join(folder, secret), content, 0o600)
  await syncFolder(folder)
}

async function moveAll(draft: string, config: string, { secrets }: ConvertedFiles): Promise<void> {
  const folder = join(dirname(config), secretsFolder)
  if (secrets.size > 0) await rename(join(draft, secretsFolder), folder)
  try {
    // Unlike a rename, a link never replaces a file.
    await link(join(draft, basename(config)), config)
    await syncFolder(dirname(config))
  } catch (error) {
    if (secrets.size > 0) await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function writeNew(path: string, content: string, mode: number): Promise<void> {
  await using file = await open(path, 'wx', mode)
  await file.writeFile(content)
  await file.sync()
}

async function syncFolder(folder: string): Promise<void> {
  // Windows can't open a folder; its file systems journal the names by themselves.
  if (process.platform === 'win32') return
  await using handle = await open(folder, 'r')
  await handle.sync()
}
