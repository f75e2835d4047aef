import { EnergywebError } from '../core/errors.ts'
import { twoFaces } from '../proof/witness-request.ts'

/*
 * What a witness's refusals mean, in words. What it says itself is a stranger's: short, and on one line.
 */

function excerpt(text: string): string {
  const words = text
    .slice(0, 200)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  return words === '' ? '(no words)' : `"${words}"`
}

const forkHint =
  'Was the data folder restored from a backup, copied, or does somebody else sign with our key? See docs/witnesses.md.'

/** An answer that is none. */
export function nonsense(name: string, status: number, text: string, cause?: unknown): EnergywebError {
  return new EnergywebError(
    'witness-unavailable',
    `the witness ${name} answers ${status} with what makes no sense: ${excerpt(text)}`,
    { retryable: true, cause, hint: 'Is `url` the address of a witness?' },
  )
}

/** It can't be asked at all. */
export function unreachable(name: string, cause: EnergywebError): EnergywebError {
  const { message, hint } = cause
  return new EnergywebError('witness-unavailable', `the witness ${name} can't be asked: ${message}`, {
    retryable: true,
    cause,
    ...(hint !== undefined && { hint }),
  })
}

/** It says another size each time. */
export function restless(name: string): EnergywebError {
  return new EnergywebError(
    'witness-unavailable',
    `the witness ${name} says another size each time it is asked`,
    { retryable: true, hint: 'Does another process ask it for the same log?' },
  )
}

const refusalHints: Readonly<Record<number, string>> = {
  403: 'It must know our key under our name: give its operator the key of `energyweb keys show --origin`. Its words say more.',
  404: 'Its operator must add our log; and `url` must be the address before /add-checkpoint.',
}

/** Every status but 200 and 409. */
export function refused(name: string, status: number, text: string): EnergywebError {
  if (status === 422) {
    return new EnergywebError(
      'log-forked',
      `the witness ${name} does not see our log as the continuation of the one that it knows: ${excerpt(text)}`,
      { hint: forkHint },
    )
  }
  if (status === 403 && text === `${twoFaces}\n`) {
    return new EnergywebError(
      'log-forked',
      `the witness ${name} holds two checkpoints of one size that our key has signed, and cosigns nothing of our log any more`,
      { hint: forkHint },
    )
  }
  if (status === 429 || status >= 500) {
    return new EnergywebError('witness-unavailable', `the witness ${name} answers ${status}`, {
      retryable: true,
      hint: 'It is asked again.',
    })
  }
  return new EnergywebError('witness-refused', `the witness ${name} answers ${status}: ${excerpt(text)}`, {
    hint: refusalHints[status] ?? 'Ask its operator.',
  })
}

/** It knows more of our log than there is. */
export function ahead(name: string, { known, size }: { known: number; size: number }): EnergywebError {
  return new EnergywebError(
    'log-forked',
    `the witness ${name} has cosigned ${known} entries of our log, which has signed ${size} only`,
    { hint: forkHint },
  )
}

/** It knows our log with another content. */
export function otherTree(name: string, size: number): EnergywebError {
  return new EnergywebError(
    'log-forked',
    `the witness ${name} has cosigned another tree of ${size} entries under our name`,
    { hint: forkHint },
  )
}
