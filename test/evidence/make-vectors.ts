/*
 * Writes the folders of evidence files that are evil, and of those whose readings are signed one by one: complete files, each broken in
 * one way or telling one thing, with the code that a verifier must find in its name, or its verdict in the manifest. Everything in them follows from fixed keys and seeds, so that they come out the same.
 * Run it with `node test/evidence/make-vectors.ts` and look at what changed: a file that is read otherwise than before is a
 * change of the format.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeSignedFolder } from './signed-vectors.ts'
import { formatManifest, makeFolder } from './vectors.ts'

function write(name: string, files: ReadonlyMap<string, string | Uint8Array>, manifest: string): void {
  const folder = join(import.meta.dirname, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const [file, content] of files) writeFileSync(join(folder, file), content)
  writeFileSync(join(folder, 'manifest.json'), manifest)
}

const evil = await makeFolder()
write('evil', evil.files, formatManifest(evil.manifest))
const signed = await makeSignedFolder()
write('signed', signed.files, signed.manifest)
