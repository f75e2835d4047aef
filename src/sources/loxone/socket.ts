import type { OpenWebSocket } from '../../connections/index.ts'
import { EnergywebError, toEnergywebError } from '../../core/errors.ts'
import { LoxoneFrames, type LoxoneMessage } from './frames.ts'
import { mostStates, tooManyStates, type ValueRecord, valueRecords } from './values.ts'

interface Waiter<Result> {
  resolve(result: Result): void
  reject(error: EnergywebError): void
}

export interface LoxoneSocketOptions {
  readonly where: string
  /** Milliseconds that an answer may take. */
  readonly patience: number
  /** Why it could not be opened, where that is known. */
  readonly refusal: () => EnergywebError | undefined
}

/** One connection to a Miniserver: commands one after the other, states as they are pushed, a sign of life when asked. */
export class LoxoneSocket {
  readonly #socket: OpenWebSocket
  readonly #where: string
  readonly #patience: number
  readonly #frames: LoxoneFrames
  readonly #states = new Map<string, ValueRecord>()
  /** Called whenever states came, and at the end. */
  readonly #looks = new Set<() => void>()
  readonly #ofLife: Waiter<void>[] = []
  #ofCommand: (Waiter<string> & { readonly type: 'text' | 'file' }) | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #ended: EnergywebError | undefined

  constructor(socket: OpenWebSocket, { where, patience, refusal }: LoxoneSocketOptions) {
    this.#socket = socket
    this.#where = where
    this.#patience = patience
    this.#frames = new LoxoneFrames(where)
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', ({ data }) => this.#hear(data))
    socket.addEventListener('error', () => this.#end(refusal() ?? cut(where)))
    socket.addEventListener('close', ({ code }) => this.#end(code === 4003 ? blocked(where) : cut(where)))
  }

  /** False once nothing can come of it any more. */
  get alive(): boolean {
    return this.#ended === undefined
  }

  /** Waits until it is open. */
  async opened(signal: AbortSignal): Promise<void> {
    if (this.#socket.readyState === this.#socket.OPEN) return
    const wait = { what: 'no connection in time', ends: 'always' } as const
    await this.#within<void>(signal, wait, waiter => {
      this.#socket.addEventListener('open', () => waiter.resolve(), { once: true })
      this.#looks.add(() => this.#ended !== undefined && waiter.reject(this.#ended))
    })
  }

  /**
   * Sends a command and waits for its answer. Answers carry no number: one that does not come in time ends the connection, or it
   * would be taken for that of the next command.
   */
  send(command: string, { type = 'text', signal }: { type?: 'text' | 'file'; signal: AbortSignal }) {
    const answer = this.#turn.then(() =>
      this.#within<string>(signal, { what: 'no answer in time', ends: 'always' }, waiter => {
        this.#ofCommand = { ...waiter, type }
        this.#socket.send(command)
      }),
    )
    this.#turn = answer.catch(() => undefined)
    return answer
  }

  /** Asks for a sign of life: what was pushed before it has been heard by then. */
  async life(signal: AbortSignal): Promise<void> {
    await this.#within<void>(signal, { what: 'no sign of life in time', ends: 'late' }, waiter => {
      this.#ofLife.push(waiter)
      this.#socket.send('keepalive')
    })
  }

  /** The newest value of a state; waits for the first one. */
  async state(uuid: string, signal: AbortSignal): Promise<ValueRecord> {
    const known = this.#states.get(uuid)
    if (known !== undefined) return known
    let look: (() => void) | undefined
    try {
      return await this.#within<ValueRecord>(
        signal,
        { what: 'its state did not come', ends: 'never' },
        waiter => {
          look = () => {
            const found = this.#states.get(uuid)
            if (found !== undefined) waiter.resolve(found)
            else if (this.#ended !== undefined) waiter.reject(this.#ended)
          }
          this.#looks.add(look)
        },
      )
    } finally {
      if (look !== undefined) this.#looks.delete(look)
    }
  }

  close(): void {
    this.#end(cut(this.#where))
  }

  /** Every wait is bounded. @param wait.ends - when it ends the connection for all: never, when it took too long, or when taken back too */
  async #within<Result>(
    signal: AbortSignal,
    wait: { readonly what: string; readonly ends: 'never' | 'late' | 'always' },
    begin: (waiter: Waiter<Result>) => void,
  ): Promise<Result> {
    if (this.#ended !== undefined) throw this.#ended
    if (signal.aborted) throw takenBack(this.#where, signal)
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const timer = setTimeout(() => {
      const error = late(this.#where, wait.what)
      reject(error)
      if (wait.ends !== 'never') this.#end(error)
    }, this.#patience)
    const leave = () => {
      reject(takenBack(this.#where, signal))
      if (wait.ends === 'always') this.#end(cut(this.#where))
    }
    signal.addEventListener('abort', leave, { once: true })
    try {
      begin({ resolve, reject })
      return await promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
    }
  }

  #hear(data: unknown): void {
    if (this.#ended !== undefined) return
    try {
      const message = this.#frames.take(typeof data === 'string' ? data : bytesOf(data, this.#where))
      if (message !== undefined) this.#understand(message)
    } catch (error) {
      this.#end(toEnergywebError(error))
    }
  }

  #understand(message: LoxoneMessage): void {
    if (message.type === 'keepalive') this.#ofLife.shift()?.resolve(undefined)
    else if (message.type === 'values') {
      for (const record of valueRecords(message.bytes, this.#where)) this.#states.set(record.uuid, record)
      if (this.#states.size > mostStates) throw tooManyStates(this.#where)
      for (const look of [...this.#looks]) look()
    } else if (message.type === 'text' || message.type === 'file') {
      const command = this.#ofCommand
      // Where a file is asked for and not there, the answer is a text that says so.
      if (command === undefined || (command.type === 'text' && message.type === 'file')) return
      this.#ofCommand = undefined
      command.resolve(message.text)
    }
  }

  #end(error: EnergywebError): void {
    if (this.#ended !== undefined) return
    this.#ended = error
    this.#ofCommand?.reject(error)
    for (const waiter of this.#ofLife.splice(0)) waiter.reject(error)
    for (const look of [...this.#looks]) look()
    this.#socket.close()
  }
}

function bytesOf(data: unknown, where: string): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  throw new EnergywebError('internal', `${where}: a frame that is neither text nor bytes`)
}

function cut(where: string): EnergywebError {
  return new EnergywebError('source-unreachable', `${where}: the connection was cut`, {
    retryable: true,
    hint: 'Is the Miniserver switched on, and are address and port right?',
  })
}

function late(where: string, what: string): EnergywebError {
  return new EnergywebError('source-timeout', `${where}: ${what}`, {
    retryable: true,
    hint: 'Is the Miniserver switched on, and does the user see the meter in the app?',
  })
}

function blocked(where: string): EnergywebError {
  return new EnergywebError(
    'source-unauthorized',
    `${where}: the Miniserver blocks this address for a while`,
    {
      hint: 'It does so after several wrong passwords. Check user and password under auth.',
    },
  )
}

function takenBack(where: string, signal: AbortSignal): EnergywebError {
  return new EnergywebError('aborted', `${where}: the request was taken back`, {
    cause: signal.reason,
    hint: 'Nothing is wrong with the source; the gateway stopped waiting.',
  })
}
