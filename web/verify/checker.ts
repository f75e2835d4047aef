import { EnergywebError } from '../../src/core/errors.ts'
import { CheckRoom } from './check-room.ts'
import type { Answer, Checked, CheckRequest, PathRequest, Request } from './messages.ts'
import type { ReadingPath } from './reading-path.ts'
import { answer } from './serve.ts'

type Without<Whole> = Omit<Whole, 'kind' | 'number'>

interface Waiting {
  readonly request: Request
  readonly progress: (text: string) => void
  readonly resolve: (answer: Answer) => void
}

/**
 * Does the sums beside the page, in a worker made of the page's own program. Where a browser gives a page from a disk no
 * worker, the page does them itself, and stands still meanwhile.
 */
export class Checker {
  readonly #program: string
  #worker: Worker | undefined
  #room: CheckRoom | undefined
  #number = 0
  #waiting: Waiting | undefined
  /** The worker has said something: it is one. */
  #speaks = false

  constructor(program: string) {
    this.#program = program
  }

  async check(request: Without<CheckRequest>, progress: (text: string) => void): Promise<Checked> {
    this.#stop()
    const done = await this.#ask(number => ({ ...request, kind: 'check', number }), progress)
    if (done.kind !== 'checked') throw unexpected(done)
    return done.checked
  }

  async path(request: Without<PathRequest>): Promise<ReadingPath> {
    const done = await this.#ask(
      number => ({ ...request, kind: 'path', number }),
      () => undefined,
    )
    if (done.kind !== 'path') throw unexpected(done)
    return done.path
  }

  /** A check that still runs is given up: the worker can't hear while it computes. */
  #stop(): void {
    if (this.#waiting === undefined) return
    this.#worker?.terminate()
    this.#worker = undefined
    const { request, resolve } = this.#waiting
    this.#waiting = undefined
    resolve({
      number: request.number,
      kind: 'failed',
      failure: { message: 'given up for a newer check', hint: undefined },
    })
  }

  #ask(requestOf: (number: number) => Request, progress: (text: string) => void): Promise<Answer> {
    const request = requestOf(++this.#number)
    return new Promise(resolve => {
      this.#waiting = { request, progress, resolve }
      const worker = this.#open()
      if (worker !== undefined) worker.postMessage(request)
      else void this.#here(request)
    })
  }

  /** The worker; undefined where there can be none. */
  #open(): Worker | undefined {
    if (this.#worker !== undefined || this.#room !== undefined) return this.#worker
    const address = URL.createObjectURL(new Blob([this.#program], { type: 'text/javascript' }))
    try {
      this.#worker = new Worker(trusted(address))
      this.#worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
        this.#speaks = true
        URL.revokeObjectURL(address)
        this.#heard(data)
      })
      this.#worker.addEventListener('error', ({ message }) => this.#broke(message))
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      this.#room = new CheckRoom()
    }
    return this.#worker
  }

  async #here(request: Request): Promise<void> {
    this.#room ??= new CheckRoom()
    // The page draws what it says before it stands still.
    await new Promise(resolve => setTimeout(resolve, 50))
    await answer(this.#room, request, data => this.#heard(data))
  }

  #heard(data: Answer): void {
    if (data.number !== this.#waiting?.request.number) return
    if (data.kind === 'progress') {
      this.#waiting.progress(data.text)
      return
    }
    const { resolve } = this.#waiting
    this.#waiting = undefined
    resolve(data)
  }

  #broke(message: string): void {
    this.#worker?.terminate()
    this.#worker = undefined
    const request = this.#waiting?.request
    if (request === undefined) return
    if (!this.#speaks) {
      void this.#here(request)
      return
    }
    this.#heard({
      number: request.number,
      kind: 'failed',
      failure: {
        message: `the check broke off: ${message}`,
        hint: 'The file may need more memory than the browser gives. Try the command "energyweb verify FILE".',
      },
    })
  }
}

function unexpected(done: Answer): EnergywebError {
  const failure =
    done.kind === 'failed' ? done.failure : { message: 'an answer of another kind', hint: undefined }
  return new EnergywebError(
    'internal',
    failure.message,
    failure.hint === undefined ? {} : { hint: failure.hint },
  )
}

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): {
    createScriptURL(address: string): string
  }
}

let policy: ReturnType<Policies['createPolicy']> | undefined

/** The page allows no address of a script but that of a blob which it made itself. */
function trusted(address: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies }
  policy ??= trustedTypes?.createPolicy('energyweb-worker', { createScriptURL: blobOnly })
  return policy?.createScriptURL(address) ?? address
}

function blobOnly(address: string): string {
  if (!address.startsWith('blob:')) throw new EnergywebError('argument-invalid', 'not a blob of this page')
  return address
}
