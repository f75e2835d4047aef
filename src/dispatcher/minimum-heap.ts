/** A binary heap of numbers: the smallest comes out first. */
export class MinimumHeap {
  readonly #values: number[] = []

  first(): number | undefined {
    return this.#values[0]
  }

  clear(): void {
    this.#values.length = 0
  }

  push(value: number): void {
    const values = this.#values
    let index = values.length
    values.push(value)
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = values[above]
      if (parent === undefined || parent <= value) break
      values[index] = parent
      index = above
    }
    values[index] = value
  }

  pop(): number | undefined {
    const values = this.#values
    const smallest = values[0]
    const moved = values.pop()
    if (moved === undefined || values.length === 0) return smallest
    let index = 0
    for (;;) {
      let below = 2 * index + 1
      let child = values[below]
      if (child === undefined) break
      const right = values[below + 1]
      if (right !== undefined && right < child) {
        below++
        child = right
      }
      if (child >= moved) break
      values[index] = child
      index = below
    }
    values[index] = moved
    return smallest
  }
}
