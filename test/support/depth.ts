/**
 * How often a test tries, or how much it takes: few enough for every change, or many with `DEEP_TESTS=1`.
 * @example
 * const cuts = howMany({ usual: 8, deep: 40 })
 */
export function howMany({ usual, deep }: { readonly usual: number; readonly deep: number }): number {
  return process.env.DEEP_TESTS === '1' ? deep : usual
}
