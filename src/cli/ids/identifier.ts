import { type Cid, formatCid, sameCid } from '../../core/any-cid.ts'
import { equalBytes, toBase64url, toHex } from '../../core/bytes.ts'
import { contentUuids, type EntryPlace, entryUuid, leafUuid } from '../../proof/ids/derived-ids.ts'
import { uuidBytes, uuidVersion } from '../../proof/ids/uuid.ts'
import type { GivenIdentifier } from './parse-identifier.ts'
import { solidityForms } from './solidity-forms.ts'

/** A name that was worked out from an entry or from content. */
export interface Identifier {
  /** What it names: `entry`, `raw bytes`, `record`, `file`. */
  readonly of: string
  readonly kind: 'UUIDv5' | 'UUIDv8' | 'CIDv0' | 'CIDv1' | 'leaf hash'
  /** As it is written. */
  readonly id: string
  /** What it was worked out from. */
  readonly by: string
  /** As a contract gets it: 16 bytes of a UUID, 32 of a digest. */
  readonly bytes: Uint8Array
  /** Of a CID, read. */
  readonly cid?: Cid
}

/** Identifiers of an entry by its place, which is known before there is a reading. */
export function identifiersOfPlace(place: EntryPlace): readonly Identifier[] {
  return [uuid(entryUuid(place), { of: 'entry', by: 'its stream and sequence' })]
}

/** Identifiers of an entry by its leaf hash, which stands for its content. */
export function identifiersOfLeaf(leafHash: Uint8Array): readonly Identifier[] {
  return [
    { of: 'entry', kind: 'leaf hash', id: toBase64url(leafHash), by: 'its text', bytes: leafHash },
    uuid(leafUuid(leafHash), { of: 'entry', by: 'its leaf hash' }),
  ]
}

/** A CID of content, and the UUIDs that it makes. */
export function identifiersOfCid(cid: Cid, { of, by }: Pick<Identifier, 'of' | 'by'>): readonly Identifier[] {
  const { v5, v8 } = contentUuids(cid)
  const id = formatCid(cid)
  return [
    { of, kind: `CIDv${cid.version}`, id, by, bytes: cid.digest, cid },
    uuid(v5, { of, by: `ipfs:// and that ${cid.version === 0 ? 'CID, in version 1' : 'CID'}` }),
    uuid(v8, { of, by: 'the digest of that CID' }),
  ]
}

function uuid(id: string, { of, by }: Pick<Identifier, 'of' | 'by'>): Identifier {
  return { of, kind: uuidVersion(id) === 5 ? 'UUIDv5' : 'UUIDv8', id, by, bytes: uuidBytes(id) }
}

/** Those that a given one is, however it was written. */
export function matching(known: readonly Identifier[], given: GivenIdentifier): readonly Identifier[] {
  return known.filter(({ cid, bytes }) => {
    if ('cid' in given) return cid !== undefined && sameCid(cid, given.cid)
    return equalBytes(bytes, given.bytes)
  })
}

/** An identifier for programs. */
export function plainIdentifier(identifier: Identifier): object {
  const { of, kind, id, by, bytes } = identifier
  const forms = solidityForms(identifier).map(({ type, literal }) => [type, literal])
  return { of, kind, id, by, hex: `0x${toHex(bytes)}`, solidity: Object.fromEntries(forms) }
}
