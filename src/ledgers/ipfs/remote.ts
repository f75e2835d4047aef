import type { Cid } from '../../core/any-cid.ts'

/** What a remote says of content: it is on its way, it is kept, or the remote gave up on it. */
export type RemoteState = 'asked' | 'pinned' | 'failed'

type WithSignal = { readonly signal: AbortSignal }

/**
 * Where content is kept in IPFS. What it is asked twice it does once: a CID names the same bytes whoever asks.
 * Everything it says comes from outside and is checked.
 */
export interface PinRemote {
  /**
   * What the remote knows of content, by the text of its CID; what it does not know is left out. One that can't be asked so
   * answers nothing.
   */
  known(cids: readonly Cid[], options: WithSignal): Promise<ReadonlyMap<string, RemoteState>>
  /** Gives it content, or asks for it. @throws EnergywebError `network-unreachable`, `network-refused` */
  put(content: { readonly cid: Cid; readonly bytes: Uint8Array }, options: WithSignal): Promise<RemoteState>
  /** Takes content back; what it does not have is taken back already. Copies of others stay where they are. */
  remove(cid: Cid, options: WithSignal): Promise<void>
  close(): Promise<void>
}

/** How many contents one question is about, at most (IPFS Pinning Service API, `cid` of GET /pins). */
export const contentsAQuestion = 10
