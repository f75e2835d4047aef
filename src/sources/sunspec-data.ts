/** One value of a model (SunSpec Data Exchange 1.2), with its attributes as they were written. */
export interface SunSpecPoint {
  readonly text: string
  /** Power of ten, `sf`. */
  readonly scale?: string | undefined
  /** Unit, `u`. */
  readonly unit?: string | undefined
  /** The point's own time, `t`. */
  readonly time?: string | undefined
}

export interface SunSpecModel {
  readonly id: string
  /** The ids of its points as they stand in the document; some devices repeat one. */
  ids(): readonly string[]
  /** The points with this id; more than one where a device repeats it. */
  points(id: string): readonly SunSpecPoint[]
}

export interface SunSpecDevice {
  readonly manufacturer: string | undefined
  readonly model: string | undefined
  readonly serial: string | undefined
  readonly time: string | undefined
  readonly models: readonly SunSpecModel[]
}

/** The ids that stand more than once in a model, each named once. */
export function repeatedIds(model: SunSpecModel): readonly string[] {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const id of model.ids()) {
    if (seen.has(id)) repeated.add(id)
    seen.add(id)
  }
  return [...repeated]
}
