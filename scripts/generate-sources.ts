// Writes what follows from the driver files: the catalogues, the options' JSON Schemas and a documentation page each.
import { readdir, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AnyCarbonSourceDefinition } from '../src/sources/define-carbon-source.ts'
import type { DriverDescription } from '../src/sources/define-driver.ts'
import type { AnySourceDefinition } from '../src/sources/define-source.ts'
import { optionsSchema } from '../src/sources/options-schema.ts'
import { notice, overview, page } from './source-pages.ts'
import { writeGenerated } from './write-generated.ts'

const root = new URL('../', import.meta.url)

/** One of the two folders of drivers, and what is made of it. */
interface Family {
  readonly folder: string
  /** What a driver file exports. */
  readonly exported: string
  readonly type: string
  readonly typeFile: string
  readonly drivers: string
  readonly schemas: string
  /** For the comments: "driver", "carbon driver". */
  readonly what: string
}

const meters: Family = {
  folder: 'drivers',
  exported: 'source',
  type: 'AnySourceDefinition',
  typeFile: 'define-source',
  drivers: 'drivers',
  schemas: 'sourceSchemas',
  what: 'driver',
}

const carbon: Family = {
  folder: 'carbon-drivers',
  exported: 'carbonSource',
  type: 'AnyCarbonSourceDefinition',
  typeFile: 'define-carbon-source',
  drivers: 'carbonDrivers',
  schemas: 'carbonSchemas',
  what: 'carbon driver',
}

/**
 * Brings the generated files up to date; with `check`, only says which are not.
 * @returns the paths that differed, from the project's root
 */
export async function generateSources({ check }: { check: boolean }): Promise<string[]> {
  const [sources, carbonSources] = await Promise.all([
    loadDefinitions<AnySourceDefinition>(meters),
    loadDefinitions<AnyCarbonSourceDefinition>(carbon),
  ])
  const all = [...sources, ...carbonSources]
  const twice = all.find(({ name }, index) => all.findIndex(other => other.name === name) !== index)
  if (twice !== undefined) throw new Error(`two drivers are named ${twice.name}`)
  const files = new Map<string, string>([
    ['src/sources/generated/drivers.ts', driversFile(meters, sources)],
    ['src/sources/generated/schemas.ts', schemasFile(meters, sources)],
    ['src/sources/generated/carbon-drivers.ts', driversFile(carbon, carbonSources)],
    ['src/sources/generated/carbon-schemas.ts', schemasFile(carbon, carbonSources)],
    ['docs/sources/README.md', overview(sources, carbonSources)],
    ...all.map(definition => [`docs/sources/${definition.name}.md`, page(definition)] as const),
  ])
  return [...(await writeGenerated(files, { check })), ...(await removeLeftOvers(files, check))]
}

async function removeLeftOvers(files: ReadonlyMap<string, string>, check: boolean): Promise<string[]> {
  const pages = await readdir(new URL('docs/sources/', root)).catch(() => [])
  const leftOver = pages.map(name => `docs/sources/${name}`).filter(path => !files.has(path))
  if (!check) for (const path of leftOver) await rm(new URL(path, root))
  return leftOver
}

async function loadDefinitions<Definition extends DriverDescription>(family: Family): Promise<Definition[]> {
  const folder = new URL(`src/sources/${family.folder}/`, root)
  const names = (await readdir(folder)).filter(name => /(?<!\.test)\.ts$/.test(name)).sort()
  return Promise.all(
    names.map(async name => {
      const module: Record<string, Definition> = await import(new URL(name, folder).href)
      const definition = module[family.exported]
      if (definition === undefined) throw new Error(`${name} exports no ${family.exported}`)
      if (definition.name !== basename(name, '.ts'))
        throw new Error(`${name} defines a source named ${definition.name}`)
      return definition
    }),
  )
}

function driversFile(family: Family, definitions: readonly DriverDescription[]): string {
  const { folder, exported, type, typeFile, drivers, what } = family
  const lines = definitions.map(
    ({ name }) => `  '${name}': async () => (await import('../${folder}/${name}.ts')).${exported},`,
  )
  return `// ${notice}
import type { ${type} } from '../${typeFile}.ts'

/** Every ${what} of the package by its kind, loaded when it is used. */
export const ${drivers}: Readonly<Record<string, () => Promise<${type}>>> = {
${lines.join('\n')}
}
`
}

function schemasFile(family: Family, definitions: readonly DriverDescription[]): string {
  const schemas = Object.fromEntries(definitions.map(({ name, options }) => [name, optionsSchema(options)]))
  return `// ${notice}
import type { JsonSchema } from '../marked-paths.ts'

/** The JSON Schema of every ${family.what}'s options, as they stand in a configuration, by kind. */
export const ${family.schemas}: Readonly<Record<string, JsonSchema>> = ${JSON.stringify(schemas, null, 2)}
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const changed = await generateSources({ check: process.argv.includes('--check') })
  for (const path of changed) console.log(path)
  if (process.argv.includes('--check') && changed.length > 0) process.exitCode = 1
}
