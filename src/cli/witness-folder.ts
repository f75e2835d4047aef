import { resolve } from 'node:path'
import { witnessFolderOf } from '../config/compose-witnesses.ts'
import { type OptionDefinition, text } from './command.ts'
import { configOption, openConfig } from './configuration.ts'
import type { CommandIo } from './io.ts'

/** The options by which a command finds what a witness keeps: its own folder, or the gateway that it is part of. */
export const witnessOptions: Readonly<Record<'config' | 'data', OptionDefinition<string | undefined>>> = {
  ...configOption,
  data: text('folder', 'the folder of `witness serve`; else that of the gateway in the configuration'),
}

/** The folder that these options name. @throws EnergywebError `config-not-found`, `config-invalid` */
export async function findWitness(
  { config, data }: { readonly config: string | undefined; readonly data: string | undefined },
  io: CommandIo,
): Promise<string> {
  return data === undefined ? witnessFolderOf(await openConfig(config, io)) : resolve(io.cwd, data)
}
