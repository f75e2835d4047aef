import { connect } from 'node:net'
import { EnergywebError } from '../core/errors.ts'
import { onLines } from '../gateway/control-lines.ts'
import { findSocketPath } from '../gateway/control-place.ts'
import {
  type ControlMethod,
  controlLine,
  longestControlAnswer,
  parseControlAnswer,
} from '../gateway/control-protocol.ts'

/** Milliseconds until an answer must be there. */
const usualPatience = 30_000

/** What came of a question to the gateway of a data folder. */
export type ControlAnswer = { readonly running: false } | { readonly running: true; readonly result: unknown }

/**
 * Asks the gateway that runs on a data folder, if one does.
 * @throws EnergywebError what the gateway reports; `environment-unsuitable`, retryable, when it does not answer in time
 * (`patience`, default 30 s).
 */
export async function askGateway(
  folder: string,
  method: ControlMethod,
  params: Record<string, unknown> = {},
  { patience = usualPatience }: { patience?: number } = {},
): Promise<ControlAnswer> {
  const path = await findSocketPath(folder)
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>()
  const socket = connect(path)
  const fail = (why: string, cause?: unknown) =>
    reject(
      new EnergywebError('environment-unsuitable', `the running gateway ${why}`, { retryable: true, cause }),
    )
  socket.once('connect', () => socket.write(controlLine({ id: 1, method, params })))
  socket.on('error', (error: NodeJS.ErrnoException) => {
    // No file, or a file that nobody listens on: no gateway.
    if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined)
    else if (error.code === 'EACCES') fail('belongs to another user', error)
    else fail(`can't be asked: ${error.message}`, error)
  })
  socket.once('close', () => fail('ended the connection'))
  socket.setTimeout(patience, () => fail(`gave no answer within ${patience / 1_000} s`))
  onLines(socket, { line: resolve, tooLong: () => fail('answered too much') }, longestControlAnswer)
  try {
    const line = await promise
    return line === undefined ? { running: false } : { running: true, result: parseControlAnswer(line) }
  } finally {
    socket.destroy()
  }
}
