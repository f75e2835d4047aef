import { EnergywebError } from '../core/errors.ts'
import { type Disclosure, disclosedRoot, discloseFields } from './disclosure.ts'
import { fieldCommitment } from './field-tree.ts'
import { flattenDocument, type Json } from './flatten-document.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { planStructure } from './plan-structure.ts'
import { ProofError, type ProofFailure } from './proof-failure.ts'
import { lengthPath, type Outline, type Structure } from './structure.ts'

/** Some values of a document of any depth, with what leads from them to its commitment. */
export interface DocumentDisclosure extends Disclosure {
  readonly outline: Outline
}

/**
 * The commitment of a document of any depth. Of a flat one it is the `fieldCommitment`.
 * @param choice - the document's structure, and 32 random bytes to be kept beside the document
 * @throws EnergywebError `document-invalid` for a document that is not of the structure
 *
 * @example
 * const structure = defineStructure('plant/1', { plant: 'text', inverters: [{ serial: 'text', energy: 'integer' }] })
 * const root = commitDocument({ plant: 'roof', inverters: [{ serial: 'A', energy: 5 }] }, { structure, seed })
 */
export function commitDocument(
  document: Json,
  { structure, seed }: { structure: Structure; seed: Uint8Array },
  hashes: Hashes = nobleHashes,
): Uint8Array {
  const { fields, outline } = flattenDocument(structure, document)
  return fieldCommitment(fields, { plan: planStructure(structure, outline, hashes), seed }, hashes)
}

/**
 * Shows some values of a document and hides the others. How long its lists are stands in the outline; of the lists that hold
 * something shown, the length is shown as a value, too.
 * @param choice - `paths`: of values, or of lists and objects that are to be shown with all that is in them
 * @throws EnergywebError `argument-invalid` for a path at which the document has nothing; `document-invalid`
 *
 * @example
 * const proof = discloseDocument(document, { structure, seed, paths: ['plant', 'inverters/3'] })
 */
export function discloseDocument(
  document: Json,
  choice: { structure: Structure; seed: Uint8Array; paths: readonly string[] },
  hashes: Hashes = nobleHashes,
): DocumentDisclosure {
  const { structure, seed, paths } = choice
  const { fields, outline } = flattenDocument(structure, document)
  const plan = planStructure(structure, outline, hashes)
  const names = Object.keys(fields)
  const under = (path: string) => names.filter(name => name === path || name.startsWith(`${path}/`))
  const nothing = paths.find(path => under(path).length === 0)
  if (nothing !== undefined) {
    throw new EnergywebError(
      'argument-invalid',
      `this ${structure.name} document has nothing at "${nothing}"`,
      {
        hint: 'A path is written without the first slash, like inverters/3/serial.',
      },
    )
  }
  const shown = paths.flatMap(under)
  const said = new Map(Object.entries(outline))
  const wanted = [...new Set([...shown, ...shown.flatMap(path => lengthsAbove(path, said))])]
  return { outline, ...discloseFields(fields, { plan, seed, fields: wanted }, hashes) }
}

/**
 * The commitment that a disclosure of a document of this structure leads to. The disclosure is hostile input.
 * @throws ProofError `proof-invalid`, see {@link disclosedRoot}; EnergywebError `document-invalid` for an outline that is none
 * of the structure's
 */
export function disclosedDocumentRoot(
  { outline, ...disclosure }: DocumentDisclosure,
  structure: Structure,
  hashes: Hashes = nobleHashes,
): Uint8Array {
  const plan = planStructure(structure, outline, hashes)
  checkOutline(outline, disclosure)
  return disclosedRoot(disclosure, plan, hashes)
}

/** The lengths of the lists in which a value stands. */
function lengthsAbove(path: string, outline: ReadonlyMap<string, number | null>): string[] {
  const steps = path.split('/')
  return steps
    .map((_, i) => steps.slice(0, i).join('/'))
    .filter(above => typeof outline.get(above) === 'number')
    .map(lengthPath)
}

/** What is shown must be what the outline says, and must show the lengths of the lists that it stands in. */
function checkOutline(outline: Outline, { shown }: Disclosure): void {
  const values = new Map(Object.entries(shown).map(([name, { value }]) => [name, value]))
  const refused = (failure: ProofFailure, why: string) =>
    new ProofError(failure, why, { code: 'proof-invalid' })
  for (const [path, said] of Object.entries(outline)) {
    const name = said === null ? path : lengthPath(path)
    if (values.has(name) && values.get(name) !== (said === null ? null : BigInt(said))) {
      throw refused('outline-differs', `"${name}" is shown as something else than the outline says`)
    }
  }
  const said = new Map(Object.entries(outline))
  for (const name of values.keys()) {
    const missing = lengthsAbove(name, said).find(length => !values.has(length))
    if (missing !== undefined) throw refused('length-hidden', `"${name}" is shown without "${missing}"`)
  }
}
