import { parentPort } from 'node:worker_threads'
import { EnergywebError } from '../../core/errors.ts'
import { openSink } from './open-sink.ts'
import type { FromRemote, ToRemote } from './protocol.ts'
import { RemoteThread } from './remote-thread.ts'

/** The thread that stores messages and brings them away: a slow disk and a slow network hold up nothing but that. */

const port = parentPort
if (port === null) throw new EnergywebError('internal', 'remote logging runs in a worker thread only')

let thread: RemoteThread | undefined

function send(message: FromRemote): void {
  port?.postMessage(message)
}

async function close(patience: number): Promise<void> {
  await thread?.close(patience)
  send({ type: 'closed' })
  port?.close()
}

port.on('message', (message: ToRemote) => {
  switch (message.type) {
    case 'open':
      thread = new RemoteThread(message.setup, { send, openSink })
      return
    case 'lines':
      thread?.take(message.lines, message.lost)
      return
    case 'shed':
      send({ type: 'shed', freed: thread?.shed(message.bytes) ?? 0 })
      return
    case 'relax':
      thread?.relax()
      return
    case 'close':
      void close(message.patience)
  }
})
