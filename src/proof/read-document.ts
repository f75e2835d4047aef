import { EnergywebError, messageOf } from '../core/errors.ts'
import { readJson } from './evidence/json-reader.ts'
import { flattenDocument, type Json } from './flatten-document.ts'
import type { Structure } from './structure.ts'

/** Deepest nesting of a document. */
const deepest = 64

/**
 * Reads a document of a structure from JSON text, in which `JSON.parse` would let more pass than one document: a member that
 * stands twice, a number that is not exact (whole ones beyond 2^53 - 1 too), text that is not valid Unicode.
 * @throws EnergywebError `document-invalid`
 */
export function readDocument(text: string, structure: Structure): Json {
  const document = parse(text, structure.name)
  flattenDocument(structure, document)
  return document
}

function parse(text: string, name: string): Json {
  try {
    // Members of an object that was read are all there.
    return readJson(text, { depth: deepest }) as Json
  } catch (cause) {
    throw new EnergywebError('document-invalid', `not a ${name} document: ${messageOf(cause)}`, { cause })
  }
}
