import type { Cid } from '../../core/any-cid.ts'
import { byteAt, utf8 } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Hashes } from '../hashes.ts'
import { type DagLink, encodeDagNode } from './dag-pb.ts'
import { folderData } from './unixfs-data.ts'
import type { Block } from './unixfs-file.ts'

/** Longer blocks don't travel between nodes of IPFS (2 MiB); folders with more go into shards, which we don't make. */
export const longestBlock = 2_097_152

/**
 * The block of a plain folder. Its links are put in the order of their names' bytes, so that the same files have one CID.
 * @throws EnergywebError `argument-invalid` for a name that is empty, twice there or holds a `/`, and for too many files
 */
export function unixFsFolder(
  links: readonly DagLink[],
  { hashes, version = 1 }: { readonly hashes: Pick<Hashes, 'sha256'>; readonly version?: 0 | 1 },
): { readonly block: Block; readonly link: Omit<DagLink, 'name'> } {
  const sorted = links
    .map(link => ({ link, key: utf8(link.name) }))
    .sort((a, b) => compareBytes(a.key, b.key))
    .map(({ link }) => link)
  for (const [i, { name }] of sorted.entries()) {
    if (name !== '' && !name.includes('/') && name !== sorted[i - 1]?.name) continue
    throw new EnergywebError('argument-invalid', `${JSON.stringify(name)} can't be a name in a folder`)
  }
  const bytes = encodeDagNode({ links: sorted, data: folderData })
  if (bytes.length > longestBlock) {
    throw new EnergywebError(
      'argument-invalid',
      `a folder of ${links.length} files is too large for a block`,
      {
        hint: 'Choose a shorter range.',
      },
    )
  }
  const cid: Cid = { version, codec: 'dag-pb', digest: Uint8Array.from(hashes.sha256(bytes)) }
  const size = sorted.reduce((sum, link) => sum + link.size, bytes.length)
  return { block: { cid, bytes }, link: { cid, size } }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i])
  return at < 0 ? a.length - b.length : byteAt(a, at) - (b[at] ?? -1)
}
