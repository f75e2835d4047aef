import { toWattHours } from '../core/energy.ts'
import { EnergywebError } from '../core/errors.ts'
import type { EventCursorStore } from '../core/event-cursor.ts'
import type { DefinedLine } from '../core/ledger.ts'
import type { Log } from '../core/log.ts'
import type { GatewayLedger } from '../gateway/index.ts'
import type { EvmNetwork } from '../ledgers/index.ts'
import type { ResolvedConfig } from './check-config.ts'
import type { ComposeLedgersContext } from './compose-ledgers.ts'
import { PatientSigners } from './compose-signers.ts'
import { findLedger } from './extensions.ts'
import type { DefinedLedgerConfig } from './schema.ts'

/** A ledger of a kind that was declared with `defineLedger`, as the gateway takes it; undefined when nothing reports to it. */
export function composeDefinedLedger(
  config: ResolvedConfig,
  { name, ledger }: { name: string; ledger: DefinedLedgerConfig },
  context: ComposeLedgersContext & { readonly networkOf: (name: string) => Promise<EvmNetwork> },
): GatewayLedger | undefined {
  const lines = definedLinesOf(config, name)
  if (lines.length === 0) return undefined
  const { every, fromBlock, network, definition, options, period, grace } = ledger
  return {
    name,
    streams: lines.map(({ stream }) => stream),
    ...(every !== undefined && { every }),
    open: async () => {
      const { openDefinedLedger } = await import('../ledgers/index.ts')
      const stores = context.stores()
      return openDefinedLedger(await findLedger(definition, config.extensions), {
        name,
        network: await context.networkOf(network),
        signers: new PatientSigners(new Map(lines.map(({ key }) => [key, context.signer(key)]))),
        lines,
        stores,
        certificates: stores,
        cursors: stores,
        options,
        clock: context.clock,
        log: context.log,
        opening: stream => openingOf(stores, stream),
        ...(fromBlock !== undefined && { fromBlock: BigInt(fromBlock) }),
        ...(config.log?.origin !== undefined && { origin: config.log.origin }),
        ...(period !== undefined && { period }),
        ...(grace !== undefined && { grace }),
      })
    },
  }
}

/** The report lines of a ledger of a defined kind. */
export function definedLinesOf({ assets }: ResolvedConfig, ledger: string): DefinedLine[] {
  return assets.flatMap(({ name, role, publish, report = [] }) =>
    report
      .filter(line => line.ledger === ledger)
      .flatMap(({ key, own }) =>
        key === undefined
          ? []
          : [
              {
                name: `${name}/${ledger}`,
                stream: name,
                role,
                key,
                target: own,
                ...(publish && { publish }),
              },
            ],
      ),
  )
}

/**
 * Whole Wh that a stream's register was opened with: what is measured by periods counts from there. Kept beside the log, as
 * the opening's document may be erased once all is reported.
 * @throws EnergywebError `log-io`; `log-corrupt` when it was erased and is kept nowhere
 */
async function openingOf(stores: Pick<Log, 'entries'> & EventCursorStore, stream: string): Promise<bigint> {
  const name = `opening/${stream}`
  const kept = await stores.eventCursor(name)
  if (kept !== undefined) return BigInt(kept)
  const [opening] = await stores.entries(stream, { after: -1, limit: 1 })
  // Nothing was ever counted: nothing is to be asked for either.
  if (opening === undefined) return 0n
  const total = opening.document?.total
  if (typeof total !== 'bigint') {
    throw new EnergywebError('log-corrupt', `${stream}: what its register was opened with was erased`)
  }
  const wattHours = toWattHours(total)
  await stores.keepEventCursor(name, wattHours.toString())
  return wattHours
}
