import { decodeEventLog, type Hex } from 'viem'
import type { ContractEvent } from '../defined/define-ledger.ts'
import type { EventLog } from '../evm/answers.ts'
import { issuerAbi } from './abi.ts'

/** The Issuer's event in a log; undefined for a log of another kind. Whose log it is is for the caller to look at. */
export function issuerEventIn({
  topics: [first, ...rest],
  data,
  ...place
}: EventLog): ContractEvent | undefined {
  if (first === undefined) return undefined
  try {
    const topics: [Hex, ...Hex[]] = [hex(first), ...rest.map(hex)]
    const { eventName, args } = decodeEventLog({ abi: issuerAbi, topics, data: hex(data) })
    return { ...place, eventName, args: { ...args } }
  } catch {
    // An event of another kind.
    return undefined
  }
}

function hex(text: string): Hex {
  return `0x${text.replace(/^0x/, '')}`
}
