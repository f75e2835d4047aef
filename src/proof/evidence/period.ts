/** From one instant to another, UTC with three decimals; both the same for what was measured at that instant. */
export interface Period {
  readonly from: string
  readonly to: string
}

/** Where an instant of measurement lies. */
export type PlaceInTime = 'before' | 'within' | 'after'

/**
 * Where something measured lies: what was measured after `from` and not after `to` is of the period; what was measured at
 * `from` is the value that the period's energy counts from. Of an interval its end decides. When both are the same, what was
 * measured then is of the period. Times have one form, so that their text sorts as they do.
 */
export function placeInTime(measuredAt: string, { from, to }: Period): PlaceInTime {
  if (measuredAt > to) return 'after'
  return measuredAt > from || (from === to && measuredAt === to) ? 'within' : 'before'
}
