import { createHash } from 'node:crypto'
import { type Cid, rawCid, sameCid } from '../../core/any-cid.ts'
import { UnixFsFile } from '../../proof/ipfs/unixfs-file.ts'
import { type Identifier, identifiersOfCid } from './identifier.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/** Works out all identifiers of content while its bytes pass by, whatever its size. */
export class ContentIdentifiers {
  readonly #whole = createHash('sha256')
  readonly #files = (['unixfs-v1-2025', 'unixfs-v0-2015'] as const).map(profile => ({
    profile,
    file: new UnixFsFile({ profile, hashes: { sha256 } }),
  }))

  write(bytes: Uint8Array): void {
    this.#whole.update(bytes)
    for (const { file } of this.#files) file.write(bytes)
  }

  /** The CIDs of the bytes as one block and under each profile, each with its UUIDs. */
  finish(of: string): readonly Identifier[] {
    const named: { readonly cid: Cid; by: string }[] = [
      { cid: rawCid(Uint8Array.from(this.#whole.digest())), by: 'its bytes as one block' },
    ]
    for (const { profile, file } of this.#files) {
      const { cid } = file.finish()
      const same = named.find(one => sameCid(one.cid, cid))
      if (same === undefined) named.push({ cid, by: `profile ${profile}` })
      else same.by += `, profile ${profile}`
    }
    return named.flatMap(({ cid, by }) => identifiersOfCid(cid, { of, by }))
  }
}

/** All identifiers of bytes at hand. */
export function contentIdentifiers(bytes: Uint8Array, of: string): readonly Identifier[] {
  const content = new ContentIdentifiers()
  content.write(bytes)
  return content.finish(of)
}
