import type { SourceContext } from '../core/source.ts'

interface Closable {
  close(): Promise<void>
}

interface Shared<Opened> {
  readonly opened: Opened
  users: number
}

/** How one of several users leaves what they share. */
export interface Joined<Opened> {
  readonly opened: Opened
  /** Closes it when the last one leaves. */
  leave(): Promise<void>
}

/**
 * What the sources of one gateway share, like the log-in of an account: opened by the first that wants it under a key, closed
 * by the last that leaves. A context is made once a gateway; nothing is shared beyond it.
 */
export function sharedOpening<Opened extends Closable>() {
  const registries = new WeakMap<SourceContext, Map<string, Shared<Opened>>>()
  return (context: SourceContext, key: string, open: () => Opened): Joined<Opened> => {
    const registry = registries.get(context) ?? new Map<string, Shared<Opened>>()
    registries.set(context, registry)
    const shared = registry.get(key) ?? { opened: open(), users: 0 }
    registry.set(key, shared)
    shared.users++
    let left = false
    return {
      opened: shared.opened,
      async leave() {
        if (left) return
        left = true
        shared.users--
        if (shared.users > 0) return
        registry.delete(key)
        await shared.opened.close()
      },
    }
  }
}
