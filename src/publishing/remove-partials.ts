import {
  bundlePath,
  edgeTiles,
  filledBetween,
  fullWidth,
  tileLevels,
  tilePath,
  widthOf,
} from '../proof/tiles.ts'
import type { TileFolder } from './tile-folder.ts'

/**
 * Takes away the partial files whose full ones are there. Only what was on the right edge `before` can have any; `whole`
 * looks for those that a crash has left, too.
 */
export async function removePartials(
  target: TileFolder,
  { before, to, whole }: { readonly before: number; readonly to: number; readonly whole: boolean },
): Promise<void> {
  const levels = Array.from({ length: tileLevels(to) }, (_, level) => level)
  const candidates = whole
    ? levels.flatMap(level => [...filledBetween(level, { from: 0, to })])
    : edgeTiles(before).filter(tile => widthOf(tile, to) === fullWidth)
  for (const { level, index } of candidates) {
    await target.removePartials(tilePath({ level, index, width: fullWidth }))
    if (level === 0) await target.removePartials(bundlePath({ index, width: fullWidth }))
  }
}
