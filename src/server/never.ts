/** The trigger of a task that serves: nothing is ever due, it lasts until its app ends. */
export async function* never({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<never> {
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  if (!signal.aborted) await promise
}
