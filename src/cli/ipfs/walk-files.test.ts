import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Cid, formatCid } from '../../core/any-cid.ts'
import { EnergywebError } from '../../core/errors.ts'
import { unixFsFolder } from '../../proof/ipfs/unixfs-folder.ts'
import { walkFiles } from './walk-files.ts'

const hashes = { sha256: (bytes: Uint8Array) => createHash('sha256').update(bytes).digest() }

test('folders that name one another again and again, without any file, end where the limit does', async () => {
  const blocks = new Map<string, Uint8Array>()
  let visits = 0
  const folder = (links: Parameters<typeof unixFsFolder>[0]): Cid => {
    const { block } = unixFsFolder(links, { hashes })
    blocks.set(formatCid(block.cid), block.bytes)
    return block.cid
  }
  let root = folder([])
  for (let level = 0; level < 14; level++) {
    const cid = root
    root = folder(Array.from({ length: 100 }, (_, n) => ({ cid, name: `${n}`, size: 1 })))
  }
  const blockOf = (cid: Cid) => {
    visits += 1
    const bytes = blocks.get(formatCid(cid))
    // Instead of a test that never ends.
    if (bytes === undefined || visits > 10_000) throw new EnergywebError('internal', 'walked on')
    return bytes
  }
  const walk = async () => {
    for await (const { path } of walkFiles(root, { blockOf, maxBytes: 1_000_000 })) expect(path).toBe('none')
  }
  await expect(walk()).rejects.toMatchObject({ code: 'proof-invalid' })
  expect(visits).toBeLessThan(2_500)
})
