import { gatewayStream } from '../core/log.ts'
import type { GatewayLedger } from '../gateway/index.ts'
import type { EvmNetwork } from '../ledgers/index.ts'
import type { ResolvedConfig } from './check-config.ts'
import type { ComposeLedgersContext } from './compose-ledgers.ts'
import { PatientSigners } from './compose-signers.ts'
import type { AnchorConfig } from './schema.ts'

const defaultWait = 3_600_000
/** Milliseconds between two looks at the chain: often enough for the rhythm, and nobody waits for an anchor. */
const [shortestLook, longestLook] = [100, 30_000]

/** A ledger that the log is anchored in, as the gateway takes it. */
export function composeAnchor(
  { log }: ResolvedConfig,
  { name, ledger }: { name: string; ledger: AnchorConfig },
  context: ComposeLedgersContext & { readonly networkOf: (name: string) => Promise<EvmNetwork> },
): GatewayLedger {
  const { network, contract, key, every = defaultWait, fromBlock } = ledger
  return {
    name,
    // What is appended to assets' streams is not due at once: the clock tells. An operator's note here is.
    streams: [gatewayStream],
    every: Math.min(longestLook, Math.max(shortestLook, every / 10)),
    open: async () => {
      const { openAnchor } = await import('../ledgers/index.ts')
      return openAnchor({
        name,
        network: await context.networkOf(network),
        contract,
        key,
        every,
        origin: log?.origin ?? '',
        signers: new PatientSigners(new Map([[key, context.signer(key)]])),
        stores: context.stores(),
        clock: context.clock,
        log: context.log,
        ...(fromBlock !== undefined && { fromBlock }),
      })
    },
  }
}
