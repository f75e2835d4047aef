import type { FieldType } from '../core/document.ts'

/*
 * Documents of any depth. They are written as flat ones, whose fields are named by their paths: for a document that is flat
 * anyway the tree, the salts and the commitment are the same in both forms.
 */

/** What a value is: a scalar, a list of so many values of one shape, or an object with exactly these members. */
export type Shape = FieldType | readonly [Shape] | { readonly [member: string]: Shape }

/** What documents of a kind look like, versioned by the name, like `inverters/1`. */
export interface Structure {
  readonly name: string
  readonly shape: { readonly [member: string]: Shape }
}

/** A structure; each scalar, list and object may be null in a document. */
export function defineStructure(name: string, shape: Structure['shape']): Structure {
  return { name, shape }
}

/**
 * What of a document's shape its structure leaves open: how long each list is, by path, and which lists and objects are null.
 * Whoever sees one field of a document sees this too.
 */
export type Outline = { readonly [path: string]: number | null }

/** Most values, lists and objects that a document may have. */
export const mostValues = 65_536

/**
 * The path of a member or an element: a JSON Pointer (RFC 6901) without its first slash, so that the fields of a flat
 * document keep their names. `~` is written `~0` and `/` is written `~1`.
 */
export function pathOf(parent: string | undefined, step: string): string {
  const escaped = step.replaceAll('~', '~0').replaceAll('/', '~1')
  return parent === undefined ? escaped : `${parent}/${escaped}`
}

/** The path under which a list's length is a field: `-` is the place behind the last element (RFC 6901 section 4). */
export function lengthPath(list: string): string {
  return `${list}/-`
}

export function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape)
}
