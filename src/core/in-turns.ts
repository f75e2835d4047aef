/**
 * Lets all items take turns, at most `most` at once, in their order. One that has more to do stands at the end again: none
 * waits until others have done all of theirs, and none waits for the slowest. Answers what each that failed met; that one's
 * turns are over.
 * @param turn - says whether the item has more to do
 */
export async function inTurns<Item extends object>(
  items: readonly Item[],
  most: number,
  turn: (item: Item) => Promise<boolean>,
): Promise<ReadonlyMap<Item, unknown>> {
  const waiting = [...items]
  const failures = new Map<Item, unknown>()
  const runner = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        if (await turn(item)) waiting.push(item)
      } catch (error) {
        failures.set(item, error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, runner))
  return failures
}
