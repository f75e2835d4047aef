import type { ErrorCode } from '../core/errors.ts'
import type { Channel } from '../core/reading.ts'

/** One answer of a golden case: a file of the folder, a text, bytes, or a text that repeats something very often. */
export type GoldenAnswer = { readonly type: string; readonly status?: number } & (
  | { readonly file: string }
  | { readonly text: string }
  | { readonly base64: string }
  | { readonly head: string; readonly unit: string; readonly times: number; readonly tail: string }
)

/** A reading as JSON: energies are decimal text, times have three decimals. */
export interface GoldenReading {
  readonly channel: Channel
  readonly kind: 'counter' | 'interval'
  readonly energy: string
  readonly fraction: string
  readonly measuredAt: string
  readonly from?: string
  readonly device: Readonly<Record<string, string>>
}

/** What one `read()` must end in. `warnings` is how many there must be. */
export type SourceExpectation =
  | { readonly readings: readonly GoldenReading[]; readonly warnings: number }
  | ExpectedError

/** What the server does with its answers; with `at`, with those of that path only. */
export type ServerBehaviour = { readonly at?: string } & (
  | { readonly does: 'answer' | 'refuse' | 'ignore' | 'silence' | 'stall' | 'break' | 'cut' }
  | {
      readonly does: 'status' | 'fail-once'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
    }
  /** Tells in the body what was sent to it, credentials included. */
  | { readonly does: 'echo'; readonly status: number }
  | { readonly does: 'retype'; readonly type: string }
  | { readonly does: 'redirect'; readonly to: string }
  | { readonly does: 'flood'; readonly bytes: number }
  /** One byte every so many milliseconds, for ever. */
  | { readonly does: 'drip'; readonly every: number }
)

/** What the cases of meters and of carbon sources have in common; one read must end in `Expectation`. */
export interface ConformanceCase<Expectation> {
  readonly name: string
  /** The gateway's clock. Default 2021-03-04T05:07:00Z. */
  readonly now?: string
  /** Options of the driver besides address, TLS and credentials. */
  readonly options?: Readonly<Record<string, unknown>>
  /** By path; every other path is 404. */
  readonly answers: Readonly<Record<string, GoldenAnswer>>
  readonly behaviour: ServerBehaviour
  /** The caller takes the request back after so many milliseconds. */
  readonly abortAfter?: number
  /** One read, or several one after the other. */
  readonly expect: Expectation | readonly Expectation[]
}

export interface SourceCase extends ConformanceCase<SourceExpectation> {
  readonly channel: Channel
  readonly since?: string
}

/** A failure that a read must end in. */
export interface ExpectedError {
  readonly error: ErrorCode
}

/** What changes in a case when the network does something else. */
export interface TransportVariation<Expectation> {
  readonly name: string
  readonly behaviour: ServerBehaviour
  readonly expect: readonly (Expectation | ExpectedError)[]
  readonly abortAfter?: number
}

/** What a network does to any driver; `good` is a case that ends in readings. */
export function transportCases(good: SourceCase): readonly SourceCase[] {
  return transportVariations([good.expect].flat()).map(variation => ({ ...good, ...variation }))
}

/** What a network does to any driver that would else end in `expected`. */
export function transportVariations<Expectation>(
  expected: readonly Expectation[],
): readonly TransportVariation<Expectation>[] {
  const error = (code: ErrorCode): ExpectedError => ({ error: code })
  const vary = (
    name: string,
    behaviour: ServerBehaviour,
    expect: ExpectedError | readonly (Expectation | ExpectedError)[],
    abortAfter?: number,
  ): TransportVariation<Expectation> => ({
    name,
    behaviour,
    expect: 'error' in expect ? [expect] : expect,
    ...(abortAfter !== undefined && { abortAfter }),
  })
  return [
    vary('a good answer, twice', { does: 'answer' }, [...expected, ...expected]),
    vary('nobody listens', { does: 'refuse' }, error('source-unreachable')),
    vary('nobody takes the connection', { does: 'ignore' }, error('source-timeout')),
    vary('nobody answers', { does: 'silence' }, error('source-timeout')),
    vary('the answer stops half-way', { does: 'stall' }, error('source-timeout')),
    vary('the answer drips', { does: 'drip', every: 20 }, error('source-timeout')),
    vary('401', { does: 'status', status: 401 }, error('source-unauthorized')),
    vary('403', { does: 'status', status: 403 }, error('source-unauthorized')),
    vary('404', { does: 'status', status: 404 }, error('source-not-found')),
    vary('204 is not a reading', { does: 'status', status: 204 }, error('source-failed')),
    vary('500, then 200', { does: 'fail-once', status: 500 }, [error('source-failed'), ...expected]),
    vary('the connection breaks in the answer', { does: 'break' }, error('source-unreachable')),
    vary('half an answer that says it is whole', { does: 'cut' }, error('source-malformed')),
    vary(
      'another content type',
      { does: 'retype', type: 'text/html; charset=utf-8' },
      error('source-malformed'),
    ),
    vary('a body of 50 MB', { does: 'flood', bytes: 50_000_000 }, error('source-too-large')),
    vary(
      'a redirect',
      { does: 'redirect', to: 'http://127.0.0.1:9/elsewhere?token=x' },
      error('source-failed'),
    ),
    vary('taken back while waiting', { does: 'silence' }, error('aborted'), 50),
    vary('taken back before it began', { does: 'answer' }, error('aborted'), 0),
  ]
}
