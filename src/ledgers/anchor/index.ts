import type { CheckpointBook } from '../../core/checkpoint-book.ts'
import type { Clock } from '../../core/clock.ts'
import { type Duration, parseDuration } from '../../core/duration.ts'
import { EnergywebError } from '../../core/errors.ts'
import { gatewayStream } from '../../core/log.ts'
import type { Logger } from '../../core/logger.ts'
import type { Signer } from '../../core/signer.ts'
import type { CursorStore, SubmissionStore } from '../../core/submission.ts'
import { anchorLogId } from '../../proof/anchor-log.ts'
import { EvmLedger } from '../evm/evm-ledger.ts'
import type { EvmNetwork } from '../evm/network.ts'
import type { SubmissionSettings } from '../evm/sender.ts'
import { anchorRegistry } from './registry.ts'

export interface AnchorOptions {
  /** Name of the ledger, as configured. */
  readonly name: string
  readonly network: EvmNetwork
  /** Address of the `CheckpointAnchor`. */
  readonly contract: string
  /** Origin line of the log's checkpoints. */
  readonly origin: string
  /** An entry waits so long for its anchor, and until the checkpoint after it is signed. Default 1 hour. */
  readonly every?: Duration
  /** Name of the key whose account anchors, and signers by key name; one that is still being opened is a promise. */
  readonly key: string
  readonly signers: ReadonlyMap<string, Signer | Promise<Signer>>
  readonly stores: CursorStore & SubmissionStore & CheckpointBook
  /** The gateway's clock, by which entries are stamped. */
  readonly clock: Clock
  readonly log?: Logger
  /** The block of the contract's deployment: nothing is searched for before it. Default 0. */
  readonly fromBlock?: bigint
  readonly settings?: Partial<SubmissionSettings>
}

/**
 * Opens a ledger that anchors the log's checkpoints. The chain is first asked by `work`.
 * @throws EnergywebError `config-invalid` for what is no address, or an unknown key; `duration-invalid`
 */
export async function openAnchor(options: AnchorOptions): Promise<EvmLedger> {
  const { name, network, key, origin, every = '1h', fromBlock, stores, clock, signers, log } = options
  if (!/^0x[0-9a-fA-F]{40}$/.test(options.contract)) {
    throw new EnergywebError('config-invalid', `ledger ${name}: contract is not an address`, {
      hint: 'Give the address of the CheckpointAnchor: 0x and 40 hex digits.',
    })
  }
  if (signers.get(key) === undefined) {
    throw new EnergywebError('config-invalid', `ledger ${name}: there is no key "${key}"`)
  }
  const contract = options.contract.toLowerCase()
  const waits = parseDuration(every)
  return EvmLedger.open({
    kind: 'anchor',
    name,
    network,
    signers,
    stores,
    lines: [{ name: logLineOf(name), stream: gatewayStream, role: 'log', key }],
    // Of the entries that wait, only the oldest matters: by it an anchor is due.
    settings: { ...options.settings, window: 1 },
    ...(log && { log }),
    registry: ({ account }) =>
      anchorRegistry({
        ledger: name,
        network,
        contract,
        account,
        log: anchorLogId(origin),
        book: stores,
        every: waits,
        clock,
        ...(fromBlock !== undefined && { fromBlock }),
      }),
  })
}

/** Name of the report line by which the log reports to a ledger. */
function logLineOf(ledger: string): string {
  return `${gatewayStream}/${ledger}`
}
