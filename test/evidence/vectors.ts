import { utf8 } from '../../src/core/bytes.ts'
import { encodeEvidence, type FindingCode, type Verification } from '../../src/proof/evidence/index.ts'
import { evilCertificates } from './evil-certificates.ts'
import { evilCheckpoints } from './evil-checkpoints.ts'
import { evilDocuments } from './evil-documents.ts'
import { evilFormat } from './evil-format.ts'
import { evilHistory } from './evil-history.ts'
import { evilInclusion } from './evil-inclusion.ts'
import { evilClaims, evilRegisters, tellingRegisters } from './evil-register.ts'
import { witness } from './make-evidence.ts'
import { MemoryLog } from './memory-log.ts'
import { goodFile } from './scenarios.ts'
import type { Vector } from './vector.ts'

/** What a verifier is told from outside, for all vectors. */
export const trusted = { key: new MemoryLog().key, witness: witness(8).key }

/** One line of `evil/manifest.json`. */
export interface ManifestLine {
  readonly file: string
  /** What a verifier finds in it, among other things perhaps. */
  readonly code: FindingCode
  readonly verdict: Verification['verdict']
  /** Whether the log's key, and the witness's, are trusted. */
  readonly key: boolean
  readonly witness: boolean
  /** The earlier audit's file. */
  readonly previous?: string
}

export interface Manifest {
  readonly key: string
  readonly witness: string
  readonly files: readonly ManifestLine[]
}

const suffix = '.evidence.json'

function lineOf(vector: Vector): ManifestLine {
  const { code, name, verdict, trusted: key = true, previous, file } = vector
  // Only the good file's checkpoint was cosigned.
  const witness = code === 'witnesses-missing' || String(file).includes('witness.example.org')
  return {
    file: `${code}--${name}${suffix}`,
    code,
    verdict,
    key,
    witness,
    ...(previous !== undefined && { previous: `${previous}${suffix}` }),
  }
}

/** All files of the folder by name, made anew: everything in them follows from fixed keys and seeds. */
export async function makeFolder(): Promise<{
  readonly manifest: Manifest
  readonly files: ReadonlyMap<string, Uint8Array>
}> {
  const good = await goodFile()
  const { vectors: history, earlier } = await evilHistory(good)
  const vectors = [
    ...evilFormat(good),
    ...evilInclusion(good),
    ...evilDocuments(good),
    ...(await evilCheckpoints(good)),
    ...history,
    ...evilClaims(good),
    ...(await evilRegisters()),
    ...(await tellingRegisters()),
    ...(await evilCertificates()),
  ]
  const bytesOf = (file: string | Uint8Array) => (typeof file === 'string' ? utf8(file) : file)
  const others = { ...earlier, good }
  return {
    manifest: { ...trusted, files: vectors.map(lineOf) },
    files: new Map([
      ...Object.entries(others).map(
        ([name, file]) => [`${name}${suffix}`, utf8(encodeEvidence(file))] as const,
      ),
      ...vectors.map(vector => [lineOf(vector).file, bytesOf(vector.file)] as const),
    ]),
  }
}

/** The manifest as it stands in the folder. */
export function formatManifest(manifest: Manifest): string {
  const lines = manifest.files.map(line => `  ${JSON.stringify(line)}`)
  return `{"key":"${manifest.key}","witness":"${manifest.witness}","files":[\n${lines.join(',\n')}\n]}\n`
}
