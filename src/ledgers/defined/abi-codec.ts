import type { Abi, AbiFunction, Hex } from 'viem'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import type { EventLog } from '../evm/answers.ts'
import type { LogFilter } from '../evm/find-logs.ts'
import type { ContractCall, ContractEvent } from './define-ledger.ts'

/** Calls and events of contracts, in the words of their ABI. What comes from a chain is hostile or wrong until it was read here. */
export interface AbiCodec {
  /** @throws EnergywebError `abi-invalid` for a function or arguments that the ABI does not have */
  encodeCall(abi: Abi, call: ContractCall): string
  /** @throws EnergywebError `abi-invalid` for data of another contract */
  decodeCall(abi: Abi, data: string): ContractCall
  /** What a view function answered; several outputs as an object by their names. @throws EnergywebError `abi-invalid` */
  decodeResult(abi: Abi, call: ContractCall, data: string): unknown
  /** Topics by which a node finds events of a kind; a list stands for any of it, null for any at all. @throws EnergywebError `abi-invalid` */
  topics(
    abi: Abi,
    query: { eventName: string; args?: Readonly<Record<string, unknown>> },
  ): LogFilter['topics']
  /** The event in a log; undefined when it is of another kind. */
  decodeEvent(abi: Abi, eventName: string, log: EventLog): ContractEvent | undefined
}

/** Loads what encodes and decodes: a gateway without such a ledger never does. */
export async function loadAbiCodec(): Promise<AbiCodec> {
  const [viem, { encodeCall, encodeTopics }] = await Promise.all([
    import('viem/utils'),
    import('../contract/abi.ts'),
  ])
  /** What is declared cannot be typed here: the ABI comes from whoever wrote the definition. */
  const said = <Result>(what: string, run: () => Result): Result => {
    try {
      return run()
    } catch (cause) {
      const [line = ''] = messageOf(cause).split('\n')
      throw new EnergywebError('abi-invalid', `${what}: ${line}`, { cause })
    }
  }

  function topics(abi: Abi, { eventName, args = {} }: { eventName: string; args?: object }) {
    return encodeTopics(abi, eventName, args)
  }

  return {
    topics,
    encodeCall: (abi, { functionName, args }) => encodeCall(abi, functionName, args),
    decodeCall: (abi, data) =>
      said('call data', () => {
        const { functionName, args = [] } = viem.decodeFunctionData({ abi, data: hex(data) })
        return { functionName, args }
      }),
    decodeResult(abi, { functionName, args }, data) {
      const result: unknown = said(`answer of ${functionName}`, () =>
        viem.decodeFunctionResult({ abi, functionName, args, data: hex(data) }),
      )
      const item = viem.getAbiItem({ abi, name: functionName, args })
      return byName(item?.type === 'function' ? item : undefined, result)
    },
    decodeEvent(abi, eventName, log) {
      const [wanted] = topics(abi, { eventName })
      const [first, ...rest] = log.topics
      if (first === undefined || first !== wanted) return undefined
      try {
        const decoded = viem.decodeEventLog({
          abi,
          eventName,
          topics: [hex(first), ...rest.map(hex)],
          data: hex(log.data),
        })
        const { address, transaction, block, blockHash, logIndex } = log
        return { eventName, args: { ...decoded.args }, address, transaction, block, blockHash, logIndex }
      } catch {
        // An event of the same name whose arguments are indexed otherwise is another one; what fits no ABI says nothing.
        return undefined
      }
    },
  }
}

/** Read by `answers.ts` as hex with 0x, or encoded here. */
const hex = (text: string) => text as Hex

function byName(item: AbiFunction | undefined, result: unknown): unknown {
  const outputs = item?.outputs ?? []
  if (outputs.length < 2 || !Array.isArray(result)) return result
  return Object.fromEntries(outputs.map(({ name }, i) => [name || String(i), result[i]]))
}
