import { type Cid, formatCid } from '../../core/any-cid.ts'
import { EnergywebError } from '../../core/errors.ts'
import { urlNamespace, uuidV5, uuidV8, uuidVersion } from './uuid.ts'

/*
 * The UUIDs of entries and of content, for contracts that want one. They are worked out, never drawn: whoever has the entry or
 * the bytes gets the same one, and can say whether a given one belongs to it. `docs/ipfs.md` defines them.
 */

/** An entry's place, as its text has it: known before there is a reading. */
export interface EntryPlace {
  /** Random id of the stream, base64url of 16 bytes. */
  readonly stream: string
  readonly sequence: number
}

/** The name whose UUID version 5 is that of an entry. */
export function entryUri({ stream, sequence }: EntryPlace): string {
  if (/^[A-Za-z0-9_-]{22}$/.test(stream) && Number.isSafeInteger(sequence) && sequence >= 0) {
    return `urn:energyweb:entry:${stream}:${sequence}`
  }
  throw new EnergywebError('argument-invalid', 'an entry has a stream of 22 letters and a sequence from 0')
}

/** UUID version 5 of an entry: by its place, so that it is known before the entry is appended. It says nothing of its content. */
export function entryUuid(place: EntryPlace): string {
  return uuidV5(entryUri(place), urlNamespace)
}

/** UUID version 8 of an entry: by its leaf hash, so that it stands for this content and no other. */
export function leafUuid(leafHash: Uint8Array): string {
  return uuidV8(leafHash)
}

/** The name whose UUID version 5 is that of content: its CID as an address, in version 1 and base32 always. */
export function contentUri({ codec, digest }: Cid): string {
  return `ipfs://${formatCid({ version: 1, codec, digest })}`
}

/** UUIDs of content with a CID: version 5 by its address, version 8 by its digest. */
export function contentUuids(cid: Cid): { readonly v5: string; readonly v8: string } {
  return { v5: uuidV5(contentUri(cid), urlNamespace), v8: uuidV8(cid.digest) }
}

/** Everything that a UUID may have been worked out from. */
export interface UuidOrigin {
  readonly place?: EntryPlace
  readonly leafHash?: Uint8Array
  readonly cid?: Cid
}

/** What a UUID was worked out from: an entry's place or leaf hash, or the CID of content; undefined when from none of these. */
export function originOfUuid(
  uuid: string,
  { place, leafHash, cid }: UuidOrigin,
): 'entry' | 'leaf' | 'content' | undefined {
  const version = uuidVersion(uuid)
  if (version === 5 && place !== undefined && entryUuid(place) === uuid) return 'entry'
  if (version === 8 && leafHash !== undefined && leafUuid(leafHash) === uuid) return 'leaf'
  if (cid === undefined) return undefined
  const { v5, v8 } = contentUuids(cid)
  return uuid === v5 || uuid === v8 ? 'content' : undefined
}
