/*
 * The names of files in an archive of the log: `<stream>/<day>/<sequence>.record.json`, `….raw.xml`, `….entry.json`. Whoever
 * reads an archive knows by them what must fit what.
 */

/** What of an entry an archive has: its text, its record, or the bytes that the source sent. */
export const archiveContents = ['entries', 'documents', 'raw'] as const
export type ArchiveContent = (typeof archiveContents)[number]

const kinds: Readonly<Record<ArchiveContent, string>> = { entries: 'entry', documents: 'record', raw: 'raw' }

/** The name of a file. */
export function archiveName(
  sequence: number,
  content: ArchiveContent,
  mediaType = 'application/json',
): string {
  return `${sequence}.${kinds[content]}.${extensionOf(mediaType)}`
}

function extensionOf(mediaType: string): string {
  const [type = ''] = mediaType.toLowerCase().split(';')
  const known = /\b(json|xml|csv)$/.exec(type.trim())?.[1]
  return known ?? (type.startsWith('text/') ? 'txt' : 'bin')
}

/** What a name says; undefined for any other file. */
export function readArchiveName(
  name: string,
): { readonly sequence: string; readonly content: ArchiveContent } | undefined {
  const [, sequence, kind] = /^(\d{1,16})\.(entry|record|raw)\.[a-z]+$/.exec(name) ?? []
  const content = archiveContents.find(one => kinds[one] === kind)
  return sequence === undefined || content === undefined ? undefined : { sequence, content }
}
