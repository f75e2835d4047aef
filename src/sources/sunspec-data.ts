/** SunSpec Data Exchange 1.2: one value of a model, with its attributes as they were written. */
export interface SunSpecPoint {
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
  readonly points: ReadonlyMap<string, SunSpecPoint>
}

export interface SunSpecDevice {
  readonly manufacturer: string | undefined
  readonly model: string | undefined
  readonly serial: string | undefined
  readonly time: string | undefined
  readonly models: readonly SunSpecModel[]
}

export interface SunSpecData {
  readonly devices: readonly SunSpecDevice[]
  /** Ids of points that stood twice in a model; the first one counts. */
  readonly repeated: readonly string[]
}
