import { toBase64url } from '../core/bytes.ts'
import type { ChainOfFilesReport, NamedFile } from '../proof/chain-of-files.ts'
import { chainLines } from './check-files.ts'

/** Notes that keep an imported chain of files, in their order; the summary is the last. */
export interface ImportedFiles {
  readonly notes: readonly string[]
  /** SHA-256 of all lines, base64url: what tells that the same files were imported before. */
  readonly digest: string
}

/** A note's text may have 4,096 characters; a line has about 110. */
const linesInNote = 30

/** How the summary names the digest: by it an import is known again. */
export const digestLabel = 'SHA-256 of the list'

/**
 * The notes for an imported chain: one line a file (name, hash text, SHA-256, value), and a summary. They are notes and not
 * readings: what the files say was registered by another gateway, under no register law, and the bytes behind it are not there.
 */
export function notesOfFiles(
  files: readonly NamedFile[],
  {
    report,
    folder,
    sha256,
  }: {
    report: ChainOfFilesReport
    folder: string
    sha256: (bytes: Uint8Array) => Uint8Array
  },
): ImportedFiles {
  const bytes = new Map(files.map(file => [file.name, file.bytes]))
  const lines = report.files.map(({ name, hash, content }) => {
    const digest = toBase64url(sha256(bytes.get(name) ?? new Uint8Array()))
    return `${name} ${hash} ${digest} ${content?.value ?? '?'} Wh`
  })
  const digest = toBase64url(sha256(new TextEncoder().encode(lines.join('\n'))))
  const count = Math.ceil(lines.length / linesInNote)
  const lists = Array.from({ length: count }, (_, i) => {
    const part = lines.slice(i * linesInNote, (i + 1) * linesInNote)
    return [`Imported chain of files, part ${i + 1} of ${count}: name, hash, SHA-256, value`, ...part].join(
      '\n',
    )
  })
  const summary = [
    `Imported chain of files from ${folder}, kept by another program; its parts are the ${count} notes before this one.`,
    ...chainLines(report),
    `${digestLabel}: ${digest}`,
  ].join('\n')
  return { notes: [...lists, summary.slice(0, 4_000)], digest }
}
