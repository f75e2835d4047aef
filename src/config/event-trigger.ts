import type { EventBook } from '../core/event-cursor.ts'
import type { Logger } from '../core/logger.ts'
import { type ItemTrigger, on } from '../dispatcher/index.ts'
import type { EvmNetwork } from '../ledgers/index.ts'
import type { EventTriggerConfig } from './schema.ts'

export interface EventTriggerContext {
  readonly networkOf: (name: string) => Promise<EvmNetwork>
  /** Open by the time that events are asked for. */
  readonly book: () => EventBook
  readonly log: Logger
}

/** What tells a task's events from those of others: its class, and which they are. */
export function eventsName(
  taskClass: string,
  { network, address, event, args = {} }: EventTriggerConfig,
): string {
  const what = [network, [address].flat().map(each => each.toLowerCase()), event, Object.entries(args)]
  return `${taskClass} ${JSON.stringify(what)}`
}

/**
 * The trigger of a task that runs on events.
 * @throws EnergywebError `abi-invalid`, `argument-invalid`
 */
export async function composeEventTrigger(
  taskClass: string,
  config: EventTriggerConfig,
  { networkOf, book, log }: EventTriggerContext,
): Promise<ItemTrigger<unknown>> {
  const [{ followEvents }, { hash }] = await Promise.all([
    import('../ledgers/events/contract-event.ts'),
    import('node:crypto'),
  ])
  const { network, event, args, from, confirmations, depth, poll, address } = config
  const events = followEvents(
    { event, args },
    {
      network: () => networkOf(network),
      address,
      cursors: book,
      name: `tasks/${taskClass}/${hash('sha256', eventsName(taskClass, config)).slice(0, 16)}`,
      log,
      ...(from !== undefined && { from }),
      ...(confirmations !== undefined && { confirmations }),
      ...(depth !== undefined && { depth }),
      ...(poll !== undefined && { poll }),
    },
  )
  return on(events)
}
