/** What of a reading has a CID: the bytes that the source sent, or the record of its entry (`docs/ipfs.md`). */
export type Content = 'raw' | 'document'

const words: Readonly<Record<Content, string>> = {
  raw: 'the CID of the raw bytes',
  document: 'the CID of the record of each reading',
}

/** Why a line is refused whose asset does not say `publish: cid`. */
export function unpublished(asset: string, contents: readonly Content[]): string {
  const what = contents.map(content => words[content]).join(' and ')
  return `its calls carry ${what}, which can never be erased from a chain: the asset "${asset}" must say \`publish: cid\``
}
