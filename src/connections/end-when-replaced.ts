import { stat } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { EnergywebError } from '../core/errors.ts'
import type { TlsPolicy } from '../core/tls-policy.ts'
import { proofOf } from './connection-policy.ts'

/** Milliseconds. A list is renewed once a day or so; this is how long one that revokes may be overlooked. */
const every = 5_000

/** How the files look by which a server is judged; another text when one of them was replaced. Empty where there is none. */
export async function faceOfProof(policy: TlsPolicy): Promise<string> {
  const { ca, crl } = proofOf(policy)
  // Only who looks into lists wants to hear of a server again that was good once.
  if (crl === undefined) return ''
  const faces = await Promise.all([crl, ...(ca === undefined ? [] : [ca])].map(faceOfFile))
  return faces.join(' ')
}

async function faceOfFile(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true })
    return `${ino}:${size}:${mtimeNs}`
  } catch {
    // What is gone is replaced by nothing: the next connection says so.
    return 'none'
  }
}

/**
 * Ends a connection when the lists by which its server was judged are no longer the ones in the files: whoever needs it connects
 * anew, and the server is judged by the new ones.
 * @param face - of the files, taken before they were read
 */
export function endWhenReplaced(
  socket: Socket,
  { policy, face, where }: { policy: TlsPolicy; face: string; where: string },
): void {
  if (face === '') return
  const timer = setInterval(async () => {
    if ((await faceOfProof(policy)) === face) return
    const what = `${where}: the connection was ended, as the lists of revoked certificates are others now`
    socket.destroy(new EnergywebError('source-unreachable', what, { retryable: true }))
  }, every)
  timer.unref()
  socket.once('close', () => clearInterval(timer))
}
