/** One value of a model (SunSpec Data Exchange 1.2), with its attributes as they were written. */
export interface SunSpecPoint {
  readonly id: string
  readonly text: string
  /** Power of ten, `sf`. */
  readonly scale: string | undefined
  /** Unit, `u`. */
  readonly unit: string | undefined
  /** The point's own time, `t`. */
  readonly time: string | undefined
}

export interface SunSpecModel {
  readonly id: string
  /** As they stand in the document; an id may stand twice. */
  readonly points: readonly SunSpecPoint[]
}

export interface SunSpecDevice {
  readonly manufacturer: string | undefined
  readonly model: string | undefined
  readonly serial: string | undefined
  readonly time: string | undefined
  readonly models: readonly SunSpecModel[]
}

/** The first point with this id: it counts when an id stands twice. */
export function pointOf(model: SunSpecModel, id: string): SunSpecPoint | undefined {
  return model.points.find(point => point.id === id)
}

/** The ids that stand more than once in a model, each named once. */
export function repeatedIds({ points }: SunSpecModel): readonly string[] {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const { id } of points) {
    if (seen.has(id)) repeated.add(id)
    seen.add(id)
  }
  return [...repeated]
}
