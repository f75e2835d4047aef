import type { FieldType } from '../core/document.ts'
import { EnergywebError } from '../core/errors.ts'
import { type FieldPlan, planFields } from './field-tree.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import {
  isList,
  lengthPath,
  mostValues,
  type Outline,
  pathOf,
  type Shape,
  type Structure,
} from './structure.ts'

/**
 * The fields of all documents of a structure that have one outline, sorted for the tree. The outline may be hostile: it must
 * say a length for every list that is there, and nothing of what the structure does not have.
 * @throws EnergywebError `document-invalid`
 */
export function planStructure(
  structure: Structure,
  outline: Outline,
  hashes: Hashes = nobleHashes,
): FieldPlan {
  const { name, shape } = structure
  const refused = (why: string) =>
    new EnergywebError('document-invalid', `the outline of a ${name} document ${why}`)
  const open = new Map(Object.entries(outline))
  const fields: [string, FieldType][] = []
  let values = 0

  function add(path: string, at: Shape): void {
    values += 1
    if (values > mostValues) throw refused(`comes to more than ${mostValues} values`)
    const said = open.get(path)
    if (typeof at === 'string') {
      fields.push([path, at])
      return
    }
    open.delete(path)
    if (said === null) fields.push([path, 'flag'])
    else if (isList(at)) addList(path, at[0], said)
    else if (said === undefined) addMembers(path, at)
    else throw refused(`gives a length to the object "${path}"`)
  }

  function addList(path: string, at: Shape, length: number | undefined): void {
    if (length === undefined || !Number.isSafeInteger(length) || length < 0) {
      throw refused(`must give "${path}" a length`)
    }
    fields.push([lengthPath(path), 'integer'])
    for (let i = 0; i < length; i++) add(pathOf(path, String(i)), at)
  }

  function addMembers(path: string | undefined, members: Structure['shape']): void {
    for (const [member, inner] of Object.entries(members)) add(pathOf(path, member), inner)
  }

  addMembers(undefined, shape)
  const [more] = open.keys()
  if (more !== undefined) throw refused(`speaks of "${more}", which is no list or object there`)
  return planFields({ name, fields: Object.fromEntries(fields) }, hashes)
}
