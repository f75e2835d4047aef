import { resolve } from 'node:path'
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
  return data === undefined ? (await openConfig(config, io)).data : resolve(io.cwd, data)
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
  const log = openLogReader({ folder })
  try {
    return await run(log)
  } finally {
    log.close()
  }
}
