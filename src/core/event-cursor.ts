/** Where those who follow the events of contracts keep how far they are: in the log's database, beside it. */
export interface EventCursorStore {
  /** What was kept under a name last; undefined at first. */
  eventCursor(name: string): Promise<string | undefined>
  /**
   * Keeps a cursor, whatever its owner writes in it, at most 65,535 characters. Resolves when it is durable.
   * @throws EnergywebError `log-io`; `argument-invalid` when it is longer
   */
  keepEventCursor(name: string, cursor: string): Promise<void>
}
