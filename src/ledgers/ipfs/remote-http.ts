import type { ZodType, z } from 'zod'
import { openHttpClient } from '../../connections/index.ts'
import { fromUtf8 } from '../../core/bytes.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { HttpBody, HttpResponse, TlsPolicy } from '../../core/source.ts'

export interface RemoteHttpOptions {
  /** Address of the API, without a slash at its end. */
  readonly url: string
  readonly tls: TlsPolicy
  /** Value of the header `authorization`, where one is needed. */
  readonly authorization?: (() => Promise<string>) | undefined
  /** True: the token may travel over plain HTTP, to this machine. Default false. */
  readonly isPlain?: boolean
}

export interface RemoteRequest {
  readonly path: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly body?: HttpBody
  readonly accept?: string
  /** Longest answer that is read. Default 1 MiB. */
  readonly maxBytes?: number
  readonly signal: AbortSignal
}

/** HTTP to one remote: every failure of the network is one code, which is tried again. */
export class RemoteHttp {
  readonly #options: RemoteHttpOptions
  readonly #client: ReturnType<typeof openHttpClient>

  constructor(options: RemoteHttpOptions) {
    this.#options = options
    // A node on this machine speaks plain HTTP; with a token nothing travels so.
    const plaintextCredentials = options.authorization === undefined || options.isPlain === true
    this.#client = openHttpClient({ tls: options.tls, plaintextCredentials, plainLoopback: true })
  }

  /** The host, for messages. */
  get where(): string {
    return new URL(this.#options.url).host
  }

  /** @throws EnergywebError `network-unreachable`, retryable; `tls-refused`, `aborted` */
  async ask({ path, method, body, accept, maxBytes, signal }: RemoteRequest): Promise<HttpResponse> {
    const authorization = await this.#options.authorization?.()
    const headers = {
      ...(authorization !== undefined && { authorization }),
      ...(accept !== undefined && { accept }),
    }
    const request = {
      url: `${this.#options.url}${path}`,
      headers,
      signal,
      ...(maxBytes !== undefined && { maxBytes }),
    }
    try {
      if (method === 'GET') return await this.#client.get(request)
      if (method === 'DELETE') return await this.#client.get({ ...request, method })
      return await this.#client.post({ ...request, body: body ?? { text: '', type: 'text/plain' } })
    } catch (error) {
      throw unreachable(error, this.where)
    }
  }

  close(): Promise<void> {
    return this.#client.close()
  }
}

/** Failures of sources are told in words of meters; what is asked here is none. */
function unreachable(error: unknown, where: string): unknown {
  if (!isEnergywebError(error) || !error.code.startsWith('source-')) return error
  return new EnergywebError('network-unreachable', `${where}: ${error.message}`, {
    hint: 'It is tried again. Is the remote switched on, and is its address right?',
    retryable: true,
    cause: error,
  })
}

/** An answer in JSON that has this shape. @throws EnergywebError `network-refused` for any other */
export function readAnswer<Shape extends ZodType>(
  shape: Shape,
  { body }: HttpResponse,
  where: string,
): z.output<Shape> {
  const refused = (why: string, cause: unknown) =>
    new EnergywebError('network-refused', `${where}: the answer ${why}`, { cause, retryable: true })
  let value: unknown
  try {
    value = JSON.parse(fromUtf8(body))
  } catch (cause) {
    throw refused('is not JSON', cause)
  }
  const read = shape.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw refused(`is none of this API: ${issue?.path.join('.')}: ${issue?.message}`, read.error)
}

/** What to say of an answer that is no success. */
export function refusedAnswer(response: HttpResponse, where: string, what: string): EnergywebError {
  const said = new TextDecoder().decode(response.body.subarray(0, 200)).replace(/\s+/g, ' ').trim()
  const message = `${where}: ${what}: ${response.status}${said === '' ? '' : ` ${said}`}`
  const isOurs = response.status === 401 || response.status === 403
  return new EnergywebError('network-refused', message, {
    hint: isOurs ? 'Is the token right, and may it pin?' : 'It is tried again; the remote says why.',
    retryable: true,
  })
}
