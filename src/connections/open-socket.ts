import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls, type SecureContextOptions, type TLSSocket } from 'node:tls'
import type { ConnectionFacts } from '../core/tls-policy.ts'
import { admit, judgedLookup, type Lookup } from './address-admission.ts'
import type { ConnectionPolicy } from './connection-policy.ts'
import { endWhenReplaced, faceOfProof } from './end-when-replaced.ts'
import { codeOf, handshakeError, timeoutError } from './http-errors.ts'
import { judgePeer } from './judge-peer.ts'
import { addressLiteral } from './private-addresses.ts'
import { tlsMaterial } from './tls-material.ts'
import { refusalOfCode } from './tls-refusals.ts'

/** What a connection is made to. */
export interface SocketTarget {
  readonly hostname: string
  readonly port: number
  /** True with TLS. */
  readonly secure: boolean
  /** What is spoken over TLS (RFC 7301). */
  readonly protocols?: readonly string[]
}

export interface SocketOptions {
  readonly policy: ConnectionPolicy
  /** Milliseconds for name, TCP and TLS together. */
  readonly timeout: number
  /** Default: the system's resolver. */
  readonly lookup?: Lookup | undefined
  readonly signal?: AbortSignal
}

/** A connection that may be used. */
export interface OpenSocket {
  readonly socket: Socket
  readonly facts: ConnectionFacts
}

/**
 * The one way out: a connection under a policy. It comes back only when everything is proven, with nothing sent before.
 * @throws EnergywebError `tls-refused`, `source-timeout`; what the system says where nothing can be reached
 */
export async function openSocket(target: SocketTarget, options: SocketOptions): Promise<OpenSocket> {
  const { hostname, port, secure } = target
  const where = `${hostname}:${port}`
  const admission = admit({ hostname, secure }, options.policy, where)
  // Before they are read: what comes in between is another face.
  const face = secure ? await faceOfProof(options.policy.tls) : ''
  const material = secure ? await tlsMaterial(options.policy.tls, where) : undefined
  options.signal?.throwIfAborted()
  const lookup = judgedLookup(admission, { where, lookup: options.lookup })
  return new Promise((resolve, reject) => {
    const host = addressLiteral(hostname) ?? hostname
    const socket =
      material === undefined
        ? connectPlain({ host, port, lookup })
        : connectTls({ ...tlsOptions(target, host, material), lookup })
    const settle = (error: unknown) => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', abort)
      if (error === undefined) socket.off('error', fail)
      else {
        // What still comes of it, nobody hears.
        socket.on('error', () => undefined)
        socket.destroy()
        reject(error)
      }
    }
    // Keys are made once the server has shown its certificate: who refuses us then, refuses ours.
    let hasKeys = false
    socket.once('keylog', () => {
      hasKeys = true
    })
    const fail = (error: Error) => settle(handshakeError(error, where, hasKeys))
    const abort = () => settle(options.signal?.reason)
    const timer = setTimeout(() => settle(timeoutError(where, 'no connection in time')), options.timeout)
    options.signal?.addEventListener('abort', abort, { once: true })
    socket.once('error', fail)
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      try {
        const facts = isTls(socket) ? judgePeer(socket, options.policy.tls, where) : plain
        settle(undefined)
        endWithRefusal(socket)
        endWhenReplaced(socket, { policy: options.policy.tls, face, where })
        socket.setNoDelay(true)
        resolve({ socket, facts })
      } catch (error) {
        settle(error)
      }
    })
  })
}

const plain: ConnectionFacts = { proof: 'nothing', clientCertificate: false }

function isTls(socket: Socket | TLSSocket): socket is TLSSocket {
  return 'encrypted' in socket && socket.encrypted === true
}

/**
 * A server that does not take our certificate says so, under TLS 1.3, when the connection stands already (RFC 8446, 4.4.2.4). That
 * must be the last that is heard of the socket: what comes behind it, an ordinary end, would hide it.
 */
function endWithRefusal(socket: Socket): void {
  socket.on('error', error => {
    if (refusalOfCode(codeOf(error)) !== undefined) socket.destroy()
  })
}

/** Nothing is left to the library's own verdict: {@link judgePeer} speaks it, and knows why. */
function tlsOptions({ port, protocols }: SocketTarget, host: string, material: SecureContextOptions) {
  return {
    ...material,
    host,
    port,
    rejectUnauthorized: false,
    ...(protocols && { ALPNProtocols: [...protocols] }),
    // An address is no name of a server (RFC 6066, 3), nor is a dot at the end part of one.
    ...(isIP(host) === 0 && { servername: host.replace(/\.$/, '') }),
  }
}
