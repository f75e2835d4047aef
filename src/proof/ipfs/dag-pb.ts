import { type Cid, decodeCid, encodeCid } from '../../core/any-cid.ts'
import { concatBytes, fromUtf8, utf8 } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import { bytesField, numberField, readFields } from './protobuf.ts'

/** A link from a dag-pb node to another block. */
export interface DagLink {
  readonly cid: Cid
  /** Empty within a file; the name of the file or folder in a folder. */
  readonly name: string
  /** Bytes of the block and of all below it. */
  readonly size: number
}

/** A dag-pb node: links, and data that say what they make. */
export interface DagNode {
  readonly links: readonly DagLink[]
  readonly data: Uint8Array
}

/** The block of a node: links before data, as every implementation writes it. Links stand in the order given. */
export function encodeDagNode({ links, data }: DagNode): Uint8Array<ArrayBuffer> {
  return concatBytes(...links.map(link => bytesField(2, encodeLink(link))), bytesField(1, data))
}

function encodeLink({ cid, name, size }: DagLink): Uint8Array {
  return concatBytes(bytesField(1, encodeCid(cid)), bytesField(2, utf8(name)), numberField(3, size))
}

/** A node has at most so many links that are read: a block of 2 MiB holds no more. */
const mostLinks = 65_536

/**
 * Reads a dag-pb block: links first, then data, each once, nothing else. The bytes are hostile input.
 * @throws EnergywebError `proof-invalid`
 */
export function decodeDagNode(bytes: Uint8Array): DagNode {
  const fields = readFields(bytes)
  if (fields === undefined || fields.length > mostLinks) throw notNode()
  const links: DagLink[] = []
  let data: Uint8Array | undefined
  for (const { field, value } of fields) {
    if (typeof value === 'number' || data !== undefined) throw notNode()
    if (field === 2) links.push(decodeLink(value))
    else if (field === 1) data = value
    else throw notNode()
  }
  if (data === undefined) throw notNode()
  return { links, data }
}

function decodeLink(bytes: Uint8Array): DagLink {
  const [hash, name, size, ...more] = readFields(bytes) ?? []
  if (more.length > 0 || hash?.field !== 1 || name?.field !== 2 || size?.field !== 3) throw notNode()
  if (typeof hash.value === 'number' || typeof name.value === 'number' || typeof size.value !== 'number')
    throw notNode()
  const { cid, end } = decodeCid(hash.value)
  if (end !== hash.value.length) throw notNode()
  return { cid, name: fromUtf8(name.value), size: size.value }
}

function notNode(): EnergywebError {
  return new EnergywebError(
    'proof-invalid',
    'a block says that it is dag-pb and is none of a file or a folder',
  )
}
