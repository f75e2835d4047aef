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

/** Everything that waits is taken at once, so that it shares a commit. */
function takeWaiting(first: readonly Question[]): ToStore | undefined {
  const questions = [...first]
  let other: ToStore | undefined
  while (port !== null && other === undefined) {
    const waiting: { message: ToStore } | undefined = receiveMessageOnPort(port)
    if (waiting === undefined) break
    if (waiting.message.type === 'questions') questions.push(...waiting.message.questions)
    else other = waiting.message
  }
  thread?.take(questions)
  return other
}

function handle(message: ToStore): void {
  if (message.type === 'open') void open(message.folder)
  else if (message.type === 'close') close()
  else {
    const other = takeWaiting(message.questions)
    if (other !== undefined) handle(other)
  }
}

port.on('message', handle)
