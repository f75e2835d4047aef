/** What of a reading's entry is given to a remote of IPFS: the bytes that the source sent, or the record of the entry. */
export type PinContent = 'raw' | 'documents'

/**
 * A pin's life: `wanted` (kept here, maybe already given) -> `asked` (the remote has it in its queue) -> `pinned`. `failed`: the
 * remote says that it can't; it is asked again. `leaving`: what it names was erased here; it is taken back, then forgotten.
 * `too-long`: never given, as blocks of its length don't travel; it holds up nothing.
 */
export type PinState = 'wanted' | 'asked' | 'pinned' | 'failed' | 'leaving' | 'too-long'

/** One piece of content on a line to a remote. */
export interface Pin {
  /** CIDv1 (raw), which is all that names it. */
  readonly cid: string
  readonly state: PinState
  /** Of the entry that named it first. */
  readonly sequence: number
}

/** How a line to a remote stands. */
export interface PinLineState {
  /** All content of the entries up to this one is pinned, erased or too long; -1 at first. */
  readonly cursor: number
  /** Content of the entries up to this one is in the book; -1 at first. */
  readonly gathered: number
  /** Sequence of the last entry of the stream. */
  readonly end: number
  /** How many pins are in which state, but for those that are pinned and at rest. */
  readonly counts: Readonly<Partial<Record<Exclude<PinState, 'pinned'>, number>>>
}

export interface PinLine {
  /** `<stream>/<ledger>`. */
  readonly line: string
  readonly stream: string
  readonly ledger: string
  readonly content: readonly PinContent[]
}

/** What happened to content at its remote. */
export interface PinNews {
  readonly cid: string
  /** `gone`: taken back, or never to be given: the book forgets it. */
  readonly state: 'asked' | 'pinned' | 'failed' | 'gone'
}

/**
 * What was given to remotes of IPFS, line by line. A content's identifier is its key, so that giving it twice is giving it once.
 * Every method that writes resolves when what it wrote is durable.
 */
export interface PinBook {
  /** Finds or makes the line. */
  openPins(line: PinLine): Promise<PinLineState>
  /** Takes what the next entries name into the book; answers how many entries were looked at. */
  gatherPins(line: string, limit: number): Promise<number>
  /**
   * Pins that are not at rest: those to be taken back, then those never given, then those that the remote was asked for, by
   * sequence, beginning behind `after` and then from the start: however many of them stand still, all have their turn.
   */
  pinsUnderWay(line: string, limit: number, after?: number): Promise<readonly Pin[]>
  /** The bytes behind a pin; undefined once they are erased. */
  pinBytes(line: string, cid: string): Promise<Uint8Array | undefined>
  /** True when another line to the same remote, which still has the bytes, names the same content. */
  pinShared(line: string, cid: string): Promise<boolean>
  /** Keeps what the remote said. */
  recordPins(line: string, news: readonly PinNews[]): Promise<void>
  /**
   * Moves the line's cursor over what is pinned. A note in the asset's stream says which entries are pinned where, in the same
   * transaction. It names no CID, which would outlive an erasure.
   */
  settlePins(line: string): Promise<void>
  pinLine(line: string): Promise<PinLineState>
}
