import { type EnergywebError, toEnergywebError } from '../core/errors.ts'
import type { ConnectionFacts } from '../core/tls-policy.ts'
import type { ConnectionPolicy } from './connection-policy.ts'
import { httpError } from './http-errors.ts'
import { openSocket, type SocketTarget } from './open-socket.ts'

/** What a look at a server found: how it proved itself, or why it was refused. */
export type ServerLook =
  | { readonly facts: ConnectionFacts; readonly refusal?: undefined }
  | { readonly refusal: EnergywebError; readonly facts?: undefined }

/** Connects to a server under a policy and leaves at once; nothing is asked. Never fails. */
export async function lookAtServer(
  target: SocketTarget,
  { policy, timeout = 10_000 }: { policy: ConnectionPolicy; timeout?: number },
): Promise<ServerLook> {
  try {
    const { socket, facts } = await openSocket(target, { policy, timeout })
    socket.on('error', () => undefined)
    socket.destroy()
    return { facts }
  } catch (error) {
    if (!(error instanceof Error)) return { refusal: toEnergywebError(error) }
    return { refusal: httpError(error, `${target.hostname}:${target.port}`) }
  }
}
