/*
 * What a thread of the pool runs. Nothing that the task's code throws leaves this function as a rejection: where the pool
 * sees one, the thread itself has broken.
 */
import { inspect } from 'node:util'
import { type MessagePort, threadId } from 'node:worker_threads'
import { systemClock } from '../core/clock.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { isAbortEcho } from './attempt.ts'
import { freezeError, thawError } from './frozen-error.ts'
import { standBack } from './thread-priority.ts'
import { loadCoroutine } from './worker-module.ts'
import type { AbortMessage, FromThread, LogLevel, ThreadAnswer, ThreadCall } from './worker-protocol.ts'

standBack()

export default async function runCall(call: ThreadCall): Promise<void> {
  const { port } = call
  const controller = new AbortController()
  port.on('message', ({ reason }: AbortMessage) => controller.abort(thawError(reason)))
  say(port, { type: 'started', threadId })
  answer(port, await work(call, controller.signal))
  // A closed port would keep its last messages from nobody, but an open one would keep the thread's loop turning.
  port.unref()
}

async function work(call: ThreadCall, signal: AbortSignal): Promise<ThreadAnswer> {
  const { port, tick, item, parameters } = call
  try {
    const coroutine = await loadCoroutine(call.module, parameters)
    const log = portLogger(port)
    const run = { signal, clock: systemClock, log, tick: { ...tick, item }, item, parameters }
    const value = await coroutine(run)
    return { good: true, value: call.wantsResult ? value : undefined }
  } catch (error) {
    const echo = signal.aborted && isAbortEcho(error, signal.reason)
    return { good: false, error: freezeError(error), echo }
  }
}

function answer(port: MessagePort, given: ThreadAnswer): void {
  try {
    say(port, { type: 'answer', answer: given })
  } catch (cause) {
    const error = new EnergywebError(
      'task-invalid',
      `its result can't leave the thread: ${messageOf(cause)}`,
      {
        hint: 'Answer plain data, without functions.',
        cause,
      },
    )
    say(port, { type: 'answer', answer: { good: false, error: freezeError(error), echo: false } })
  }
}

function portLogger(port: MessagePort): Logger {
  const write = (level: LogLevel) => (fields: object, message: string) => {
    const line = { type: 'log', level, message } as const
    try {
      say(port, { ...line, fields })
    } catch {
      // Something in it can't be copied; a message is worth more than the shape of its fields.
      say(port, { ...line, fields: { fields: inspect(fields, { depth: 2 }) } })
    }
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

function say(port: MessagePort, message: FromThread): void {
  port.postMessage(message)
}
