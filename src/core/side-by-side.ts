/**
 * Runs all items, at most `most` of them at once, and waits for every one whatever the others do. Answers what each came to,
 * in the items' order.
 */
export async function sideBySide<Item>(
  items: readonly Item[],
  most: number,
  run: (item: Item) => Promise<void>,
): Promise<readonly PromiseSettledResult<void>[]> {
  const results: PromiseSettledResult<void>[] = []
  let next = 0
  const runner = async () => {
    for (let at = next++; at < items.length; at = next++) {
      const [result] = await Promise.allSettled(items.slice(at, at + 1).map(run))
      if (result !== undefined) results[at] = result
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, runner))
  return results
}
