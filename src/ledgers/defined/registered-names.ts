import { encodeCid, formatCid, parseCid, rawCid } from '../../core/any-cid.ts'
import { toHex } from '../../core/bytes.ts'
import { encodeDocument } from '../../core/document.ts'
import { decodeEntry } from '../../core/entry.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { StoredEntry } from '../../core/log.ts'
import { nobleHashes } from '../../proof/hashes.ts'
import { contentUuids, entryUuid, leafUuid } from '../../proof/ids/derived-ids.ts'
import { uuidBytes } from '../../proof/ids/uuid.ts'
import { encodeEntryRecord } from '../../proof/ipfs/entry-record.ts'
import type { Content } from './published-content.ts'

/** A CID in the forms that contracts take. */
export interface CidForms {
  /** CIDv1 in base32, `bafkrei…`, for a `string`. */
  readonly text: string
  /** Its 36 bytes (0x01551220 and the digest), 0x and hex digits, for `bytes`. */
  readonly bytes: string
  /** The SHA-256 alone, 0x and 64 hex digits, for a `bytes32`: the CID is 0x01551220 and this. */
  readonly bytes32: string
}

/** A UUID in the forms that contracts take. */
export interface UuidForms {
  /** 36 characters, for a `string`. */
  readonly text: string
  /** 0x and 32 hex digits, for a `bytes16`. */
  readonly bytes16: string
  /** 0x and 64 hex digits, for a `bytes32`: the UUID is on the left, as Solidity widens a `bytes16`, and zeros follow. */
  readonly bytes32: string
}

/** Two UUIDs, by the versions of RFC 9562. */
export interface Uuids {
  readonly uuid5: UuidForms
  readonly uuid8: UuidForms
}

/** Names of content. */
export interface ContentNames extends Uuids {
  readonly cid: CidForms
}

/** Names of an entry and of what it holds, which anybody who has it works out alike. */
export interface RegisteredNames {
  /** UUIDs of the reading: version 5 of its entry's place, version 8 of its leaf hash. They tell nothing of its content. */
  readonly reading: Uuids
  /**
   * Of the bytes that the source sent; undefined for an entry without any, like an operator's decision.
   * @throws EnergywebError `config-invalid` unless the kind's `publishes` names `raw`
   */
  readonly raw: ContentNames | undefined
  /**
   * Of the record of the entry: entry, document and seed.
   * @throws EnergywebError `config-invalid` unless the kind's `publishes` names `document`
   */
  readonly document: ContentNames
}

/** The names of an entry. Each is worked out when it is asked for, as most calls carry none. */
export function registeredNames(
  entry: StoredEntry,
  { published, kind }: { readonly published: readonly Content[]; readonly kind: string },
): RegisteredNames {
  const require = (content: Content) => {
    if (published.includes(content)) return
    throw new EnergywebError(
      'config-invalid',
      `the kind ${kind} does not say that its calls name ${content}`,
      {
        hint: `Let its \`publishes\` answer ['${content}'] for such a line.`,
      },
    )
  }
  return {
    get reading() {
      return readingUuids(entry)
    },
    get raw() {
      require('raw')
      const cid = rawCidOf(entry)
      return cid === undefined ? undefined : contentNames(cid)
    },
    get document() {
      require('document')
      return contentNames(recordCidOf(entry))
    },
  }
}

/** CIDv1 of the bytes that the source sent; undefined for an entry without any. */
export function rawCidOf({ document }: Pick<StoredEntry, 'document'>): string | undefined {
  const cid = document?.cid
  return typeof cid === 'string' ? cid : undefined
}

/** CIDv1 of the record of an entry. @throws EnergywebError `argument-invalid` for one whose document or seed is not there */
export function recordCidOf({ text, document, seed }: StoredEntry): string {
  if (document === undefined || seed === undefined) {
    throw new EnergywebError('argument-invalid', 'an entry without document and seed has no record')
  }
  const record = encodeEntryRecord({ text, body: encodeDocument(document), seed })
  return formatCid(rawCid(nobleHashes.sha256(record)))
}

function readingUuids({ text, leafHash }: StoredEntry): Uuids {
  const { stream, sequence } = decodeEntry(text)
  return { uuid5: uuidForms(entryUuid({ stream, sequence })), uuid8: uuidForms(leafUuid(leafHash)) }
}

function contentNames(text: string): ContentNames {
  const cid = parseCid(text)
  const { v5, v8 } = contentUuids(cid)
  return {
    cid: { text, bytes: `0x${toHex(encodeCid(cid))}`, bytes32: `0x${toHex(cid.digest)}` },
    uuid5: uuidForms(v5),
    uuid8: uuidForms(v8),
  }
}

function uuidForms(text: string): UuidForms {
  const hex = toHex(uuidBytes(text))
  return { text, bytes16: `0x${hex}`, bytes32: `0x${hex.padEnd(64, '0')}` }
}
