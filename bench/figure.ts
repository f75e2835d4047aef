/** One row of the table. */
export interface FigureResult {
  readonly name: string
  readonly ours: string
  readonly counterpart: string
  readonly ratio: string
  readonly goal: string
  readonly reached: boolean
}

/** Something to measure; it may give several rows. */
export interface Figure {
  readonly name: string
  measure(): Promise<readonly FigureResult[]>
}

/** A row whose goal is a ratio of at least (or at most) so much. */
export function ratioRow(
  name: string,
  {
    ours,
    theirs,
    unit,
    goal,
    better,
  }: { ours: number; theirs: number; unit: string; goal: number; better: 'more' | 'less' },
): FigureResult {
  const ratio = ours / theirs
  return {
    name,
    ours: `${shown(ours)} ${unit}`,
    counterpart: `${shown(theirs)} ${unit}`,
    ratio: `${ratio.toFixed(2)}x`,
    goal: `${better === 'more' ? '>=' : '<='} ${goal}x`,
    reached: better === 'more' ? ratio >= goal : ratio <= goal,
  }
}

/** A row whose goal is to be no more than so much above the counterpart. */
export function marginRow(
  name: string,
  { ours, theirs, unit, margin }: { ours: number; theirs: number; unit: string; margin: number },
): FigureResult {
  return {
    name,
    ours: `${shown(ours)} ${unit}`,
    counterpart: `${shown(theirs)} ${unit}`,
    ratio: `${(ours / theirs).toFixed(2)}x`,
    goal: `<= counterpart + ${margin} ${unit}`,
    reached: ours <= theirs + margin,
  }
}

/** A row whose goal is an absolute bound. */
export function boundRow(
  name: string,
  { value, unit, goal }: { value: number; unit: string; goal: number },
): FigureResult {
  return {
    name,
    ours: `${shown(value)} ${unit}`,
    counterpart: '-',
    ratio: '-',
    goal: `<= ${goal} ${unit}`,
    reached: value <= goal,
  }
}

function shown(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
