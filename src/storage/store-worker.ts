import { parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { EnergywebError } from '../core/errors.ts'
import { type FromStore, plainError, type Question, type ToStore } from './protocol.ts'
import { StoreThread } from './store-thread.ts'

/** The store's thread: a slow disk delays acknowledgements here and nothing anywhere else. */

const port = parentPort
if (port === null) throw new EnergywebError('internal', 'the store runs in a worker thread only')

let thread: StoreThread | undefined

function send(message: FromStore): void {
  port?.postMessage(message)
}

async function open(folder: string): Promise<void> {
  try {
    thread = await StoreThread.open(folder, send)
    send({ type: 'opened' })
  } catch (error) {
    send({ type: 'refused', error: plainError(error) })
  }
}

function close(): void {
  let error: unknown
  try {
    thread?.close()
  } catch (cause) {
    error = cause
  }
  send({ type: 'closed', error: error === undefined ? undefined : plainError(error) })
  port?.close()
}

/** The next message, if one has come already. */
function nextMessage(): ToStore | undefined {
  const waiting: { message: ToStore } | undefined = port === null ? undefined : receiveMessageOnPort(port)
  return waiting?.message
}

/** How long the thread looks out for more after a commit, ms: waking it up takes as long, and whoever was answered asks again. */
const lookout = 0.1

function lookOut(): ToStore | undefined {
  const end = performance.now() + lookout
  while (performance.now() < end) {
    const message = nextMessage()
    if (message !== undefined) return message
  }
  return undefined
}

/** Takes everything that waits at once, so that it shares a commit; answers a message that is something else. */
function takeWaiting(first: readonly Question[]): ToStore | undefined {
  const questions = [...first]
  let other = nextMessage()
  for (; other?.type === 'questions'; other = nextMessage()) questions.push(...other.questions)
  thread?.take(questions)
  return other
}

function handle(message: ToStore): void {
  let next: ToStore | undefined = message
  while (next?.type === 'questions') next = takeWaiting(next.questions) ?? lookOut()
  if (next?.type === 'open') void open(next.folder)
  else if (next?.type === 'close') close()
}

port.on('message', handle)
