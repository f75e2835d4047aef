import { fromUtf8 } from '../core/bytes.ts'
import { isEnergywebError } from '../core/errors.ts'
import type { HttpClient, HttpResponse } from '../core/source.ts'
import type { Instant } from '../core/time.ts'
import { readCheckpoint } from '../proof/checkpoint.ts'
import { verifyCosignatures } from '../proof/cosignature.ts'
import type { VerifierKey } from '../proof/verifier-key.ts'
import { formatWitnessRequest, parseWitnessSize } from '../proof/witness-request.ts'
import type { CosignStore } from './cosign-task.ts'
import { cosignaturesIn } from './cosignatures-in.ts'
import { ahead, nonsense, otherTree, refused, restless, unreachable } from './witness-answers.ts'

/** The witness may tell another size once or twice, when others ask it for the same log meanwhile. */
const mostRounds = 4
const longestAnswer = 65_536

/** What it takes to ask a witness for a cosignature. */
export interface Asking {
  /** The signed checkpoint. */
  readonly note: string
  readonly key: VerifierKey
  readonly url: string
  readonly http: HttpClient
  readonly store: CosignStore
  /** Size of the tree that the witness is believed to know; 0 where nothing is believed. */
  readonly known: number
}

/** Size of a checkpoint, and when a witness has cosigned it: undefined when it has not. @throws EnergywebError `proof-invalid` */
export function cosignatureIn(
  note: string,
  key: VerifierKey,
): { readonly size: number; readonly at: Instant | undefined } {
  const [cosignature] = verifyCosignatures(note, [key])
  return { size: readCheckpoint(note).size, at: cosignature && cosignature.time * 1_000 }
}

/**
 * Asks a witness for its cosignature, verifies it and keeps it; answers when the witness says that it has cosigned. Where the
 * witness knows another size than was believed, it gets the proof from there.
 * @throws EnergywebError `log-forked` when it knows another log under our name; `witness-refused`, `witness-unavailable`
 */
export async function obtainCosignature(asking: Asking, signal: AbortSignal): Promise<Instant> {
  const { note, key, store } = asking
  const { size } = readCheckpoint(note)
  let oldSize = asking.known
  for (let round = 0; round < mostRounds; round++) {
    const response = await ask(asking, { size, oldSize }, signal)
    if (response.status === 200) {
      const { signatures, at } = cosignaturesIn(textOf(response), { note, key })
      await store.addCosignatures(size, signatures)
      return at
    }
    if (response.status !== 409) throw refused(key.name, response.status, textOf(response))
    const known = sizeIn(key.name, response)
    if (known > size) throw ahead(key.name, { known, size })
    if (known === oldSize && known === size) throw otherTree(key.name, size)
    if (known === oldSize) throw nonsense(key.name, 409, textOf(response))
    oldSize = known
  }
  throw restless(key.name)
}

async function ask(
  { note, key, url, http, store }: Asking,
  { size, oldSize }: { readonly size: number; readonly oldSize: number },
  signal: AbortSignal,
): Promise<HttpResponse> {
  const isProven = oldSize > 0 && oldSize < size
  const proof = isProven ? await store.consistency({ from: oldSize, to: size }) : []
  const text = formatWitnessRequest({ oldSize, proof, note })
  try {
    const body = { text, type: 'text/plain; charset=utf-8' }
    return await http.post({ url: `${url}/add-checkpoint`, body, maxBytes: longestAnswer, signal })
  } catch (cause) {
    if (!isEnergywebError(cause) || !cause.code.startsWith('source-')) throw cause
    throw unreachable(key.name, cause)
  }
}

function sizeIn(name: string, response: HttpResponse): number {
  const text = textOf(response)
  try {
    return parseWitnessSize(text)
  } catch (cause) {
    throw nonsense(name, 409, text, cause)
  }
}

/** Text of an answer, whatever its bytes: it is parsed, or shown in a message. */
function textOf({ body }: HttpResponse): string {
  try {
    return fromUtf8(body)
  } catch (error) {
    if (isEnergywebError(error, 'argument-invalid')) return ''
    throw error
  }
}
