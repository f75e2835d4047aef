import { toHex } from '../../core/bytes.ts'
import type { StoredEntry } from '../../core/log.ts'
import type { LinePosition, RegistryCall } from '../evm/registry.ts'
import type { RegisteredEntry, Registering } from './define-ledger.ts'

/** Makes the call that registers something with an entry, ready to be signed. */
export type CallMaker = (
  registering: Omit<Registering, 'names'>,
  entry: StoredEntry,
) => { readonly to: string; readonly data: string }

/** What is registered with an entry, after what was registered before. */
export function plannedCall(
  entry: StoredEntry,
  {
    first,
    last = entry.sequence,
    position,
    total,
    meterDown = false,
    period,
  }: {
    readonly first: number
    readonly last?: number
    readonly position: LinePosition
    readonly total: bigint
    readonly meterDown?: boolean
    readonly period?: Registering['period']
  },
  make: CallMaker,
): RegistryCall {
  const before = position.value
  const { to, data } = make(
    {
      total,
      before,
      meterDown,
      entry: registered(entry),
      previous: position.last && registered(position.last),
      first,
      last,
      ...(period && { period }),
    },
    entry,
  )
  const { sequence, leafHash } = entry
  const step = total === before ? 'same' : before === 0n ? 'leaves zero' : 'rises'
  // Data of another length, like a longer text, costs more, too.
  const shape = `${position.last === undefined ? 'first' : 'later'}, ${step}${meterDown ? ', down' : ''}, ${data.length}`
  return { first, last, reading: sequence, leafHash, to, data, value: total, shape }
}

function registered({ sequence, leafHash }: { sequence: number; leafHash: Uint8Array }): RegisteredEntry {
  return { sequence, leafHash: `0x${toHex(leafHash)}` }
}
