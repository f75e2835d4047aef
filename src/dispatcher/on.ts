import type { ItemSource } from './item-source.ts'
import type { Trigger, TriggerContext } from './trigger.ts'

// An intersection, not an interface: TypeScript puts off calls that return a plain function, and `task({ trigger: on(mails),
// run: ({ item }) => … })` could not infer the item's type.
/** A trigger by items. */
export type ItemTrigger<Item> = Trigger<Item> & { readonly source: ItemSource<Item> }

/**
 * A trigger by items: one run for each item of a queue, or of anything else that brings items. A run that fails is tried
 * again with the same item, after the back-off; an item whose task ends meanwhile goes back to where it came from. The task
 * ends when no item is to come any more. Tasks that share a source share its items.
 * @example
 * task({ trigger: on(mails), run: ({ item }) => send(item) })
 */
export function on<Item>(source: ItemSource<Item>): ItemTrigger<Item> {
  return Object.assign((context: TriggerContext) => ticks(source, context), { source })
}

async function* ticks<Item>(source: ItemSource<Item>, { clock, signal }: TriggerContext) {
  for (let number = 0; ; number++) {
    const taken = await source.take({ signal })
    if (taken === undefined) return
    const { item } = taken
    const settle = (handled: boolean) => taken.settle(handled)
    yield { number, at: clock.now(), lateness: 0, item, settle }
  }
}
