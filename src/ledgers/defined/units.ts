/** So much of it as a contract can be told that counts `unit` Wh as one, in Wh. */
export function wholeUnits(wattHours: bigint, unit: bigint): bigint {
  return (wattHours / unit) * unit
}

/** What one of them is called: `Wh`, `kWh`, `MWh`; others by their size. */
export function unitWord(unit: bigint): string {
  return words.get(unit) ?? `${unit} Wh`
}

const words: ReadonlyMap<bigint, string> = new Map([
  [1n, 'Wh'],
  [1_000n, 'kWh'],
  [1_000_000n, 'MWh'],
])
