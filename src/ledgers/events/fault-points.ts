/** The steps of following events at which a crash must do no harm, in the order in which an event passes them. */
export const eventFaultPoints = [
  /** Events are found; nothing is kept of them. */
  'events/found',
  /** They are durable as offered; no task has them. */
  'events/kept',
  /** A task has been given an event. */
  'events/taken',
  /** A task has settled an event; that is not durable. */
  'events/settled',
  /** That events were settled is durable. */
  'events/settled-kept',
  /** A reorg was found; which events it took is not kept. */
  'events/fork-found',
  /** It is kept; nothing was searched anew. */
  'events/fork-kept',
] as const

export type EventFaultPoint = (typeof eventFaultPoints)[number]
