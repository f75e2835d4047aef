import { isEnergywebError, messageOf } from '../../src/core/errors.ts'
import { CheckRoom } from './check-room.ts'
import type { Answer, Failure, Request } from './messages.ts'

/** What went wrong, for people. */
export function failureOf(error: unknown): Failure {
  return { message: messageOf(error), hint: isEnergywebError(error) ? error.hint : undefined }
}

/** Answers one request; whatever fails becomes an answer too. */
export async function answer(
  room: CheckRoom,
  request: Request,
  say: (answer: Answer) => void,
): Promise<void> {
  const { number } = request
  try {
    if (request.kind === 'path') say({ number, kind: 'path', path: room.path(request) })
    else {
      const progress = (text: string) => say({ number, kind: 'progress', text })
      say({ number, kind: 'checked', checked: await room.check(request, progress) })
    }
  } catch (error) {
    say({ number, kind: 'failed', failure: failureOf(error) })
  }
}

/** The worker: answers the page's requests, one after another. */
export function serve(): void {
  const room = new CheckRoom()
  let last: Promise<void> = Promise.resolve()
  addEventListener('message', (event: MessageEvent<Request>) => {
    const { data } = event
    last = last.then(() => answer(room, data, message => postMessage(message)))
  })
}
