import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What the verifier in Python says of evidence files, a line each that begins with `good: ` or `wrong: `. */
export async function checkedByPython(
  paths: readonly string[],
  key: string,
  evidenceKey?: string,
): Promise<readonly string[]> {
  const script = join(import.meta.dirname, '../evidence/check.py')
  const documents = join(import.meta.dirname, '../../docs/evidence.documents.json')
  const run = promisify(execFile)
  const keys = ['--key', key, ...(evidenceKey === undefined ? [] : ['--evidence-key', evidenceKey])]
  const { stdout } = await run('python3', [script, '--schemas', documents, ...keys, ...paths]).catch(
    (error: { stdout: string; code: number }) => {
      // It ends with 1 when any of the files is wrong.
      if (error.code !== 1) throw error
      return error
    },
  )
  return stdout.trimEnd().split('\n')
}
