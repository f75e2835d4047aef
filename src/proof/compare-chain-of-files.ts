import { type ChainFile, firstPrevious, textOfLink } from '../core/chain-file.ts'
import type { LinkedFile } from './chain-of-files.ts'

/** A registration as the contract told it. */
export interface RegisteredFile {
  /** bytes32, hex with 0x. */
  readonly link: string
  /** Cumulative Wh. */
  readonly value: bigint
  readonly meterDown: boolean
  readonly carbon?: { readonly value: bigint; readonly down: boolean }
  readonly block: bigint
  readonly transaction: string
}

export interface ChainDifference {
  /** Place of the event among the asset's, from 1; undefined when none is meant. */
  readonly event: number | undefined
  /** Name of the file; undefined when none is meant. */
  readonly file: string | undefined
  readonly transaction: string | undefined
  /** In words. */
  readonly detail: string
}

export interface ChainComparison {
  /** How many events have their file. */
  readonly matched: number
  /** Events before the first file: they carry hashes of a log's entries, or of files that are not here. */
  readonly before: number
  /** Files behind the last event: they wait for their registration. */
  readonly waiting: readonly string[]
  /** The newest registered file: only the next registration will carry its hash. */
  readonly unanchored: string | undefined
  /** Where files and events part first. */
  readonly first: ChainDifference | undefined
}

/**
 * Compares files with the events of their asset, in order. Event n carries the hash of file n - 1, so the file of an event is the
 * one that goes on from the hash that the event carries.
 */
export function compareChainOfFiles(
  files: readonly LinkedFile[],
  events: readonly RegisteredFile[],
): ChainComparison {
  const places = placesByPrevious(files)
  let next = 0
  let matched = 0
  let before = 0
  const end = (first: ChainDifference | undefined): ChainComparison => {
    const waiting = files.slice(next).map(({ name }) => name)
    const unanchored = matched > 0 ? files[next - 1]?.name : undefined
    return { matched, before, waiting, unanchored, first }
  }
  for (const [at, event] of events.entries()) {
    const carried = textOfLink(event.link)
    const found = places.get(carried)
    if (found === undefined || (carried === firstPrevious && found.place !== 0)) {
      if (matched === 0) {
        before += 1
        continue
      }
      const detail = `the event carries ${carried}, from which no file goes on`
      return end({ event: at + 1, file: files[next]?.name, transaction: event.transaction, detail })
    }
    const { place, name, content } = found
    const where = { event: at + 1, file: name, transaction: event.transaction }
    if (place < next)
      return end({ ...where, detail: 'the file is registered a second time, or out of order' })
    if (place > next) {
      const detail = `the file was never registered: the event behind it belongs to ${name}`
      return end({ ...where, file: files[next]?.name, detail })
    }
    const detail = differenceOf(content, event)
    if (detail !== undefined) return end({ ...where, detail })
    next = place + 1
    matched += 1
  }
  return end(matched > 0 ? undefined : unrelated(files, events))
}

/** Files that no event belongs to may be anything: whoever invents a chain begins it with a hash that no event carries. */
function unrelated(
  [file]: readonly LinkedFile[],
  events: readonly RegisteredFile[],
): ChainDifference | undefined {
  if (file === undefined || events.length === 0) return undefined
  const detail = `none of the ${events.length} events belongs to a file here: nothing shows that these were registered`
  return { event: undefined, file: file.name, transaction: undefined, detail }
}

/** A file that can be read, and where it stands among the others. */
interface PlacedFile {
  readonly place: number
  readonly name: string
  readonly content: ChainFile
}

/** The first file that goes on from each hash: a second one is a fork, which the chain's own check tells. */
function placesByPrevious(files: readonly LinkedFile[]): ReadonlyMap<string, PlacedFile> {
  const places = new Map<string, PlacedFile>()
  for (const [place, { name, content }] of files.entries()) {
    if (content !== undefined && !places.has(content.previous)) {
      places.set(content.previous, { place, name, content })
    }
  }
  return places
}

function differenceOf(content: ChainFile, event: RegisteredFile): string | undefined {
  if (content.value !== event.value) return `the file says ${content.value} Wh, the event ${event.value} Wh`
  if (content.meterDown !== event.meterDown) {
    return `the file says that the meter is ${upOrDown(content.meterDown)}, the event ${upOrDown(event.meterDown)}`
  }
  const [ours, theirs] = [content.carbon, event.carbon]
  if (ours === undefined || theirs === undefined) return undefined
  if (ours.value !== theirs.value) return `the file says ${ours.value} of CO2, the event ${theirs.value}`
  if (ours.down === theirs.down) return undefined
  return `the file says that the CO2 service is ${upOrDown(ours.down)}, the event ${upOrDown(theirs.down)}`
}

function upOrDown(down: boolean): string {
  return down ? 'down' : 'up'
}
