import type { LineStatus } from '../../src/core/ledger.ts'
import {
  type EvmLedger,
  EvmNetwork,
  type EvmNetworkOptions,
  networkPresets,
} from '../../src/ledgers/index.ts'
import type { Anvil } from '../../src/testing/anvil.ts'

/*
 * Ledgers at a test chain that mines when told to.
 */

const signal = new AbortController().signal

/** The chain as a network, whose head is never too old. */
export function localNetwork(anvil: Anvil, options: Partial<EvmNetworkOptions> = {}): Promise<EvmNetwork> {
  const local = { name: 'local', ...networkPresets.local, rpc: [anvil.url], headAge: 3_600_000 }
  return EvmNetwork.open({ ...local, ...options })
}

/** The status of a ledger's only line. */
export async function onlyLine(ledger: EvmLedger): Promise<LineStatus> {
  const [status] = await ledger.status()
  if (status === undefined) throw new Error('no line')
  return status
}

/** Works and mines in turn until nothing is left to do; throws when that takes too many rounds. */
export async function settle(
  ledger: EvmLedger,
  { rounds, mine }: { readonly rounds: number; readonly mine: () => Promise<unknown> },
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await ledger.work({ signal })
    const lines = await ledger.status()
    if (lines.every(line => line.backlog === 0 && Object.keys(line.pending).length === 0)) return
    await mine()
  }
  throw new Error(`not settled: ${JSON.stringify(await ledger.status())}`)
}
