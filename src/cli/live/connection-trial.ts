import type { ResolvedConfig } from '../../config/check-config.ts'
import { type ConfiguredConnection, configuredConnections } from '../../config/configured-connections.ts'
import { lookAtServer } from '../../connections/index.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import { type ConnectionFacts, policyWords } from '../../core/tls-policy.ts'
import type { CommandIo } from '../io.ts'
import type { Trial } from './source-trial.ts'

/** What came of a look at one connection. */
export interface ConnectionTrial extends Trial {
  /** Host and port. */
  readonly address: string
  /** What it must prove, in words. */
  readonly policy: string
  readonly facts: ConnectionFacts | undefined
  /** True where no other trial would find out that the server is away. */
  readonly isUntried: boolean
}

const atOnce = 16
const day = 86_400_000
/** A certificate that ends sooner is remarked on: time enough to renew it. */
const fewDays = 21
const mostNamed = 4

/** Connects to every server of a configuration as the gateway would, and leaves at once; nothing is asked. */
export async function tryConnections(
  config: ResolvedConfig,
  io: CommandIo,
): Promise<readonly ConnectionTrial[]> {
  const connections = await configuredConnections(config, { environment: io.env, addSecret: io.hide })
  const trials = new Map<ConfiguredConnection, ConnectionTrial>()
  await sideBySide(connections, atOnce, async connection => {
    trials.set(connection, await tryConnection(connection, io.clock.now()))
  })
  return connections.flatMap(connection => trials.get(connection) ?? [])
}

async function tryConnection(connection: ConfiguredConnection, now: number): Promise<ConnectionTrial> {
  const { users, hostname, port, policy, isUntried } = connection
  const named = users.slice(0, mostNamed).join(', ')
  const address = `${hostname}:${port}`
  const common = {
    subject: users.length > mostNamed ? `${named}, … (${users.length})` : named,
    by: address,
    address,
    policy: policyWords(policy.tls),
    isUntried,
  }
  const { facts, refusal } = await lookAtServer(connection, { policy })
  if (facts === undefined) return { ...common, said: '', trouble: refusal, remarks: [], facts }
  const said = `${foundWords(facts, now)}; wanted: ${common.policy}`
  return { ...common, said, trouble: undefined, remarks: remarksOn(facts, now), facts }
}

function foundWords(
  { protocol, proof, clientCertificate, pin, validTo }: ConnectionFacts,
  now: number,
): string {
  if (protocol === undefined) return 'plain HTTP'
  return [
    `TLS ${protocol} by ${proof}`,
    ...(clientCertificate ? ['our certificate shown'] : []),
    ...(validTo === undefined ? [] : [`certificate ends in ${daysTo(validTo, now)} days`]),
    ...(pin === undefined ? [] : [`server key ${pin}`]),
  ].join(', ')
}

function remarksOn({ proof, validTo }: ConnectionFacts, now: number): string[] {
  // A pin alone does not look at dates.
  if (validTo === undefined || proof === 'pin' || daysTo(validTo, now) >= fewDays) return []
  return [`the server's certificate ends in ${daysTo(validTo, now)} days: renew it before`]
}

function daysTo(instant: number, now: number): number {
  return Math.floor((instant - now) / day)
}

/** A look at a connection for programs. */
export function plainConnection({ subject, address, policy, facts, trouble, remarks }: ConnectionTrial) {
  return {
    users: subject,
    address,
    policy,
    ok: trouble === undefined,
    ...(facts !== undefined && {
      protocol: facts.protocol === undefined ? 'plain HTTP' : `TLS ${facts.protocol}`,
      proof: facts.proof,
      pin: facts.pin,
      ...(facts.validTo !== undefined && { validTo: new Date(facts.validTo).toISOString() }),
    }),
    remarks,
    ...(trouble !== undefined && {
      error: {
        code: trouble.code,
        reason: trouble.reason,
        message: trouble.message,
        hint: trouble.hint,
        retryable: trouble.retryable,
      },
    }),
  }
}
