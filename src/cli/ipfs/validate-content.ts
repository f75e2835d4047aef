import { formatCid } from '../../core/any-cid.ts'
import { EnergywebError } from '../../core/errors.ts'
import { openOutputFile } from '../output-file.ts'
import { type ContentSource, type ContentSourceOptions, openContentSource } from './content-source.ts'
import { type ContentState, fetchContent } from './fetch-content.ts'
import type { Wanted } from './wanted-content.ts'

export interface ValidateOptions extends ContentSourceOptions {
  readonly from: readonly string[]
  /** Longest content that is taken, bytes. */
  readonly limit: number
  /** File for the one content of the one source. */
  readonly out: string | undefined
}

/** What came of one content at one source. */
export interface Validated {
  readonly from: string
  readonly of: string
  readonly cid: string
  readonly state: ContentState
  readonly why: string | null
  /** What of the log it is. */
  readonly is?: string | undefined
  readonly size: number
}

/** Fetches each content from each source, and looks at it. @throws EnergywebError `argument-invalid` */
export async function validateContent(
  wanted: readonly Wanted[],
  options: ValidateOptions,
): Promise<readonly Validated[]> {
  const { from, out } = options
  if (out !== undefined && (from.length > 1 || wanted.length !== 1)) {
    throw new EnergywebError('argument-invalid', '--out takes one content from one source', {
      hint: 'Give one --from, and with an entry --content.',
    })
  }
  const results: Validated[] = []
  for (const name of from) {
    const source = await openContentSource(name, options)
    try {
      for (const one of wanted) results.push(await validateOne(source, one, options))
    } finally {
      await source.close()
    }
  }
  return results
}

async function validateOne(
  source: ContentSource,
  { of, cid, recognise }: Wanted,
  { limit, out }: ValidateOptions,
): Promise<Validated> {
  const file = out === undefined ? undefined : await openOutputFile(out)
  try {
    const write = file && ((bytes: Uint8Array) => file.write(bytes))
    const { state, why, size, ...content } = await fetchContent(source, cid, { maxBytes: limit, write })
    const found = { from: source.name, of, cid: formatCid(cid), size }
    if (state !== 'good') return { ...found, state, why: why ?? null }
    const { is, wrong } = recognise(content)
    if (wrong !== undefined) return { ...found, state: 'wrong', why: wrong }
    await file?.keep()
    return { ...found, state, why: null, is }
  } finally {
    await file?.drop()
  }
}
