import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { schemaLine } from '../../config/schema-line.ts'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import { newKeystore } from '../../keys/index.ts'
import { type Answers, configText, keyFile, keysOf, passwordFile, type Registration } from './config-text.ts'
import { secretFilesOf } from './secret-files.ts'

/** What keeps data and secrets out of a repository. */
export const ignored = `# The log and all that must survive: back it up, but not here.
/data/
# Secrets.
*-key.json
*.password
.env
`

interface NewFile {
  readonly path: string
  readonly content: string
  /** Only its owner may read it. */
  readonly secret: boolean
}

/** The names of the files that the answers make, without those that are there already and stay. */
export function fileNames(
  answers: Answers,
  { config, folder }: { config: string; folder: string },
): string[] {
  const keys = keysOf(answers).map(({ name }) => keyFile(name))
  return [
    config,
    ...(existsSync(join(folder, '.gitignore')) ? [] : ['.gitignore']),
    ...secretFilesOf(answers).map(({ name }) => name),
    ...(keys.length === 0 ? [] : [passwordFile]),
    ...keys,
  ]
}

/**
 * Writes all files that the answers make, or none.
 * @returns the accounts of the chain keys, by name
 * @throws EnergywebError `environment-unsuitable` when one is there already or can't be written
 */
export async function writeFiles(
  answers: Answers,
  { folder, config }: { folder: string; config: string },
): Promise<ReadonlyMap<string, string>> {
  const accounts = new Map<string, string>()
  const files: NewFile[] = [
    {
      path: config,
      content: schemaLine(folder) + configText(answers, answers.ledger?.registry),
      secret: false,
    },
    ...(existsSync(join(folder, '.gitignore'))
      ? []
      : [{ path: '.gitignore', content: ignored, secret: false }]),
    ...secretFilesOf(answers).map(({ name, secret }) => ({
      path: name,
      content: `${secret}\n`,
      secret: true,
    })),
  ]
  const keys = keysOf(answers)
  if (keys.length > 0) {
    const password = randomBytes(24).toString('base64url')
    files.push({ path: passwordFile, content: `${password}\n`, secret: true })
    for (const { name, algorithm } of keys) {
      const { text, address } = await newKeystore({ algorithm, password })
      if (address !== undefined) accounts.set(name, address)
      files.push({ path: keyFile(name), content: text, secret: true })
    }
  }
  await writeAll(files.map(file => ({ ...file, path: join(folder, file.path) })))
  return accounts
}

/** Writes the files, or leaves none of them behind. */
async function writeAll(files: readonly NewFile[]): Promise<void> {
  const written: string[] = []
  try {
    for (const { path, content, secret } of files) {
      await mkdir(dirname(path), { recursive: true })
      await using file = await open(path, 'wx', secret ? 0o600 : 0o644)
      written.push(path)
      await file.writeFile(content)
      await file.sync()
    }
  } catch (cause) {
    await Promise.all(written.map(path => unlink(path)))
    throw new EnergywebError('environment-unsuitable', `nothing was written: ${messageOf(cause)}`, { cause })
  }
}

/** Writes the configuration anew, with the ledger that is known now; a crash leaves the old or the new one. */
export async function rewriteConfig(
  path: string,
  answers: Answers,
  registration: Registration,
): Promise<void> {
  {
    await using file = await open(`${path}.new`, 'w', 0o644)
    await file.writeFile(schemaLine(dirname(path)) + configText(answers, registration))
    await file.sync()
  }
  await rename(`${path}.new`, path)
}
