import type { PinLine } from '../core/pin-book.ts'
import type { GatewayLedger } from '../gateway/index.ts'
import type { RemoteHttpOptions } from '../ledgers/ipfs/remote-http.ts'
import type { ResolvedConfig } from './check-config.ts'
import type { ComposeLedgersContext } from './compose-ledgers.ts'
import type { RemoteConfig } from './schema-ipfs.ts'
import { openTls } from './schema-tls.ts'
import { environmentOf, resolveSecret, type SecretContext } from './secrets.ts'

const usualPause = 60_000

/** A remote of IPFS, as the gateway takes it; undefined when nothing goes there. */
export function composeRemote(
  config: ResolvedConfig,
  { name, ledger }: { name: string; ledger: RemoteConfig },
  context: ComposeLedgersContext,
): GatewayLedger | undefined {
  const lines = pinLinesOf(config, name, ledger)
  if (lines.length === 0) return undefined
  return {
    name,
    streams: lines.map(({ stream }) => stream),
    every: ledger.every ?? usualPause,
    open: async () => {
      const { PinLedger } = await import('../ledgers/ipfs/pin-ledger.ts')
      const { clock, log } = context
      const remote = await openRemote(config, ledger, context)
      return new PinLedger({ name, kind: ledger.kind, lines, remote, book: context.stores(), clock, log })
    },
  }
}

/** The lines to a remote. */
function pinLinesOf({ assets }: ResolvedConfig, ledger: string, { content }: RemoteConfig): PinLine[] {
  return assets.flatMap(({ name, report = [] }) =>
    report.some(line => line.ledger === ledger)
      ? [{ line: `${name}/${ledger}`, stream: name, ledger, content }]
      : [],
  )
}

/** Opens a remote; it is first asked when something is to be done. */
async function openRemote(config: ResolvedConfig, ledger: RemoteConfig, context: SecretContext) {
  const { kuboRemote } = await import('../ledgers/ipfs/kubo.ts')
  const { pinningService } = await import('../ledgers/ipfs/pinning-service.ts')
  const options = await remoteHttpOptions(config, ledger, context)
  return ledger.kind === 'kubo'
    ? kuboRemote(options)
    : pinningService({ ...options, origins: ledger.origins })
}

/** How a remote is spoken to: its address and policy. The token is read whenever it is needed. */
export async function remoteHttpOptions(
  config: ResolvedConfig,
  { url, token, tls: given }: RemoteConfig,
  context: SecretContext,
): Promise<RemoteHttpOptions> {
  const secrets = { ...context, environment: environmentOf(config, context.environment) }
  const authorization =
    token === undefined ? undefined : async () => `Bearer ${await resolveSecret(token, secrets)}`
  return { url, tls: await openTls(given, secrets), authorization }
}
