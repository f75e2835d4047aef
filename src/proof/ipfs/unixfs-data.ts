import { concatBytes } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import { bytesField, numberField, readFields } from './protobuf.ts'

/** What a dag-pb node of UnixFS is (UnixFS specification, "Data format"). */
export interface UnixFsData {
  readonly type: 'folder' | 'file'
  /** Of a file in one block, or of its part. */
  readonly content: Uint8Array
  /** Bytes of the file, or of this part of it. */
  readonly size: number
  /** Bytes of the file that lie behind each link. */
  readonly partSizes: readonly number[]
}

/** Of the specification's types; raw (0) is read as a file. */
const [rawType, folderType, fileType] = [0, 1, 2]

/** The data of a folder's node. */
export const folderData: Uint8Array = numberField(1, folderType)

/** The data of a file's node: its bytes, or how many lie behind each of its links. */
export function encodeFileData({ content, size, partSizes }: Omit<UnixFsData, 'type'>): Uint8Array {
  return concatBytes(
    numberField(1, fileType),
    ...(content.length > 0 ? [bytesField(2, content)] : []),
    numberField(3, size),
    ...partSizes.map(part => numberField(4, part)),
  )
}

/**
 * Reads the data of a node. What only other folders have (shards, symbolic links, modes) is refused.
 * The bytes are hostile input.
 * @throws EnergywebError `proof-invalid`
 */
export function decodeUnixFsData(bytes: Uint8Array): UnixFsData {
  const numbers: Record<number, number> = {}
  const partSizes: number[] = []
  let content: Uint8Array = new Uint8Array(0)
  for (const { field, value } of readFields(bytes) ?? []) {
    if (field === 2 && typeof value !== 'number' && content.length === 0) content = value
    else if (field === 4 && typeof value === 'number') partSizes.push(value)
    else if ((field === 1 || field === 3) && typeof value === 'number' && !(field in numbers)) {
      numbers[field] = value
    } else throw notUnixFs()
  }
  const { 1: type, 3: size = content.length } = numbers
  if (type === folderType) return { type: 'folder', content, size: 0, partSizes }
  if (type !== fileType && type !== rawType) throw notUnixFs()
  return { type: 'file', content, size, partSizes }
}

function notUnixFs(): EnergywebError {
  return new EnergywebError('proof-invalid', 'a dag-pb block holds no file and no plain folder of UnixFS')
}
