import { existsSync, realpathSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The published JSON Schema, `energyweb/configuration.schema.json`, as a file. */
const schemaFile = fileURLToPath(new URL('../../docs/configuration.schema.json', import.meta.url))

/**
 * The comment by which editors with the YAML language server find the JSON Schema: below the configuration's folder by its
 * relative path, which holds on every machine, else where energyweb is installed here.
 */
export function schemaLine(folder: string): string {
  const home = existsSync(folder) ? realpathSync(folder) : folder
  const local = `${home}${sep}node_modules${sep}energyweb${sep}docs${sep}configuration.schema.json`
  const path = existsSync(local) ? relative(home, local).replaceAll(sep, '/') : schemaFile
  return `# yaml-language-server: $schema=${path}\n`
}
