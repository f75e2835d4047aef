import type { MessagePort } from 'node:worker_threads'
import type { Logger } from '../core/logger.ts'
import type { FrozenError } from './frozen-error.ts'
import type { Tick } from './trigger.ts'

/** One run, as it is handed to a thread. */
export interface ThreadCall {
  /** The address of the module whose default export is the work. */
  readonly module: string
  readonly task: string
  readonly tick: Omit<Tick<unknown>, 'item' | 'settle'>
  readonly item: unknown
  readonly parameters: unknown
  /** False where nobody wants what the work answers; it then may be anything. */
  readonly wantsResult: boolean
  readonly port: MessagePort
}

export type LogLevel = keyof Logger

/** What a thread says during a run; exactly one `answer` ends it. */
export type FromThread =
  | { readonly type: 'started'; readonly threadId: number }
  | {
      readonly type: 'log'
      readonly level: LogLevel
      readonly fields: object
      readonly message: string
    }
  | { readonly type: 'answer'; readonly answer: ThreadAnswer }

export type ThreadAnswer =
  | { readonly good: true; readonly value: unknown }
  /** `echo`: it says no more than that the run was aborted. */
  | { readonly good: false; readonly error: FrozenError; readonly echo: boolean }

/** The only thing that a thread is told during a run. */
export interface AbortMessage {
  readonly reason: FrozenError
}
