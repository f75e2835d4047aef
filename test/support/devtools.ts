/** A message of the DevTools protocol that is no answer. */
export interface DevtoolsEvent {
  readonly method: string
  readonly params: Record<string, unknown>
  readonly sessionId?: string
}

interface Waiting {
  resolve(result: Record<string, unknown>): void
  reject(error: Error): void
}

/** One connection to a browser's DevTools, for all its tabs (flat sessions). */
export class Devtools {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners = new Set<(event: DevtoolsEvent) => void>()
  #last = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#heard(String(data)))
    socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser has hung up'))
      this.#waiting.clear()
    })
  }

  static connect(address: string): Promise<Devtools> {
    const socket = new WebSocket(address)
    return new Promise((resolve, reject) => {
      socket.addEventListener('open', () => resolve(new Devtools(socket)), { once: true })
      socket.addEventListener('error', () => reject(new Error(`no DevTools at ${address}`)), { once: true })
    })
  }

  /** Asks, and answers what comes back. */
  send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        resolve,
        reject: error => reject(new Error(`${method}: ${error.message}`)),
      })
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }))
    })
  }

  listen(listener: (event: DevtoolsEvent) => void): void {
    this.#listeners.add(listener)
  }

  /** The next event of this name. */
  once(method: string, sessionId: string): Promise<DevtoolsEvent> {
    return new Promise(resolve => {
      const listener = (event: DevtoolsEvent) => {
        if (event.method !== method || event.sessionId !== sessionId) return
        this.#listeners.delete(listener)
        resolve(event)
      }
      this.#listeners.add(listener)
    })
  }

  close(): void {
    this.#socket.close()
  }

  #heard(text: string): void {
    const { id, result, error, ...event } = JSON.parse(text)
    if (id === undefined) {
      for (const listener of [...this.#listeners]) listener(event)
      return
    }
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error === undefined) waiting?.resolve(result)
    else waiting?.reject(new Error(error.message))
  }
}
