import { partialSuccessOf } from '../../core/otlp-response.ts'
import type { HttpResponse } from '../../core/source.ts'

/** What a collector does not take, or would rather have otherwise. */
export interface Refusal {
  /** 0 where it has only something to say. */
  readonly points: number
  readonly message: string
}

/**
 * What an answer of 200 refuses of so many data points; undefined where it took all. The answer is a stranger's: no number of its
 * own counts for more than was sent, and its words are short and on one line.
 */
export function refusalIn({ headers, body }: HttpResponse, sent: number): Refusal | undefined {
  const answer = partialSuccessOf({ headers, body })
  // It answered 200: they are taken, whatever it meant to say besides.
  if (answer === undefined || answer === 'nonsense') return undefined
  const points = Math.min(sent, Math.max(0, answer.rejected))
  const said = answer.message.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  if (points === 0 && said === '') return undefined
  return { points, message: points === 0 ? said : `${points} of ${sent} points refused: ${said}` }
}
