/**
 * Writes the hostile examples of `test/proof/evil`: paths, notes, keys, checkpoints and cosignatures, each with the code by which
 * it must be refused, and good ones beside them (`failure: null`). They are made once and committed; whoever writes a
 * verifier of his own can run it against them. Signed with keys whose secrets everybody knows.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkpointExamples, cosignatureExamples, successionExamples } from './evil-checkpoints.ts'
import { fieldExamples } from './evil-fields.ts'
import { keyExamples, noteExamples } from './evil-notes.ts'
import { consistencyExamples, inclusionExamples } from './evil-paths.ts'
import { tileExamples } from './evil-tiles.ts'

const folder = join(import.meta.dirname, 'evil')
const files = {
  inclusion: inclusionExamples(),
  consistency: consistencyExamples(),
  keys: keyExamples(),
  notes: noteExamples(),
  checkpoints: checkpointExamples(),
  successions: successionExamples(),
  cosignatures: cosignatureExamples(),
  tiles: tileExamples(),
  fields: fieldExamples(),
}
mkdirSync(folder, { recursive: true })
for (const [name, examples] of Object.entries(files)) {
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(examples, null, 2)}\n`)
}
