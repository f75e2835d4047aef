import { access, constants, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { LogReader } from '../storage/index.ts'
import { type OptionDefinition, text } from './command.ts'
import { configOption, openConfig } from './configuration.ts'
import type { CommandIo } from './io.ts'

/** The options by which a command finds a log: through the configuration, or straight. */
export const dataOptions: Readonly<Record<'config' | 'data', OptionDefinition<string | undefined>>> = {
  ...configOption,
  data: text('folder', 'the data folder itself; then no configuration is needed'),
}

/** The data folder that these options name. @throws EnergywebError `config-not-found`, `config-invalid` */
export async function findData(
  { config, data }: { readonly config: string | undefined; readonly data: string | undefined },
  io: CommandIo,
): Promise<string> {
  const folder = data === undefined ? (await openConfig(config, io)).data : resolve(io.cwd, data)
  await mustBeReadable(folder)
  return folder
}

/**
 * Fails with the system's own error where this user may not look into a folder: what is in it would seem to be missing.
 * A folder that is missing is left to who opens it.
 */
async function mustBeReadable(folder: string): Promise<void> {
  try {
    await readdir(folder)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/**
 * Fails with the system's own error where this user may not write a data folder and the files in it, which another user's
 * gateway may have left. SQLite would only say that a file can't be opened.
 */
export async function mustBeWritable(folder: string): Promise<void> {
  try {
    const files = (await readdir(folder, { withFileTypes: true })).filter(entry => entry.isFile())
    await access(folder, constants.W_OK | constants.X_OK)
    for (const { name } of files) await access(join(folder, name), constants.R_OK | constants.W_OK)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/**
 * Runs on the log of a data folder, opened for reading.
 * @throws EnergywebError `log-io` when there is none; `log-version`, `log-corrupt`
 */
export async function withLog<Result>(
  folder: string,
  run: (log: LogReader) => Promise<Result>,
): Promise<Result> {
  const { openLogReader } = await import('../storage/index.ts')
  await mustBeReadable(folder)
  const log = openLogReader({ folder })
  try {
    return await run(log)
  } finally {
    log.close()
  }
}
