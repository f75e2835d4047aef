/*
 * Writes the folder of evil evidence files: complete files, each broken in one way or telling one thing, with the code that a
 * verifier must find in its name. Everything in them follows from fixed keys and seeds, so that they come out the same.
 * Run it with `node test/evidence/make-vectors.ts` and look at what changed: a file that is read otherwise than before is a
 * change of the format.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatManifest, makeFolder } from './vectors.ts'

const folder = join(import.meta.dirname, 'evil')
const { manifest, files } = await makeFolder()
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes)
writeFileSync(join(folder, 'manifest.json'), formatManifest(manifest))
