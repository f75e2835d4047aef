// Writes what whoever writes a verifier needs of the log's tables: the fields of every document, and all findings by code.
import { allSchemas, schemaNamed } from '../src/core/carbon-document.ts'
import { schemas } from '../src/core/document.ts'
import { entryKinds } from '../src/core/entry.ts'
import { findingMeanings } from '../src/proof/evidence/finding-codes.ts'
import { writeGenerated } from './write-generated.ts'

/**
 * Brings the files up to date; with `check`, only says which are not.
 * @returns the paths that differed, from the project's root
 */
export async function generateEvidence({ check }: { check: boolean }): Promise<string[]> {
  return writeGenerated(
    [
      ['docs/evidence.documents.json', documents()],
      ['docs/evidence-findings.md', findings()],
    ],
    { check },
  )
}

function documents(): string {
  const kinds = entryKinds.map(kind => {
    const names = allSchemas.map(({ name }) => name).filter(name => schemaNamed(kind, name) !== undefined)
    const usual = schemas[kind].name
    return [kind, [usual, ...names.filter(name => name !== usual)]]
  })
  const fields = allSchemas.map(schema => [schema.name, schema.fields])
  const value = { kinds: Object.fromEntries(kinds), schemas: Object.fromEntries(fields) }
  return `${JSON.stringify(value, undefined, 2)}\n`
}

function findings(): string {
  const rows = Object.entries(findingMeanings).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)
  return `# What a verifier finds

Every way in which [evidence](evidence.md) can fail or fall short, and what should be known of it: \`energyweb verify --json\` and \`verifyEvidence\` name it by these codes, each with an effect. \`refutes\`: something is false. \`leaves-open\`: something is not decided, and nothing is proven without it. \`note\`: it changes no verdict.

| code | what it means |
|---|---|
${rows.join('\n')}
`
}
