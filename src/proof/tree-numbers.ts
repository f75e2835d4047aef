/** True for a whole number from 0 to 2^53 - 1. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

/** Half of it, rounded down; a shift would cut off what is above 32 bits. */
export function half(value: number): number {
  return Math.floor(value / 2)
}

/** True when each has the 32 bytes of a hash. */
export function areHashes(values: readonly Uint8Array[]): boolean {
  return values.every(value => value.length === 32)
}
