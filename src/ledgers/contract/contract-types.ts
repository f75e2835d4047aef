import type {
  Abi,
  AbiParameter,
  AbiParameterToPrimitiveType,
  ContractEventArgs,
  ContractEventArgsFromTopics,
  ContractEventName,
  ContractFunctionArgs,
  ContractFunctionName,
  ParseAbi,
} from 'viem'
import type { ContractEvent } from '../defined/define-ledger.ts'

/** An ABI as JSON, or as human-readable text: `['function price(bytes32 id) view returns (uint128)']`. */
export type AbiSource = Abi | readonly string[]

/** What a source of an ABI becomes. */
export type AbiOf<source extends AbiSource> = source extends Abi
  ? source
  : source extends readonly string[]
    ? ParseAbi<source>
    : Abi

export type Views = 'pure' | 'view'
export type Deeds = 'nonpayable' | 'payable'

export type ViewName<abi extends Abi> = ContractFunctionName<abi, Views>
export type DeedName<abi extends Abi> = ContractFunctionName<abi, Deeds>

/** Arguments may be left out where there are none. */
export type ArgsThenOptional<args, options> = readonly [] extends args
  ? [args?: args, options?: options]
  : [args: args, options?: options]

/** As above, with options that are needed. */
export type ArgsThenOptions<args, options> = [args: args, options: options]

export type ViewArgs<abi extends Abi, name extends ViewName<abi>> = ContractFunctionArgs<abi, Views, name>
export type DeedArgs<abi extends Abi, name extends DeedName<abi>> = ContractFunctionArgs<abi, Deeds, name>

/** What a view answers: nothing, the one value, or all of them by their names. Without all names they come as a list. */
export type Outputs<abi extends Abi, name extends string> = Abi extends abi
  ? unknown
  : NamedOutputs<Extract<abi[number], { readonly type: 'function'; readonly name: name }>['outputs']>

type NamedOutputs<outputs extends readonly AbiParameter[]> = outputs extends readonly []
  ? undefined
  : outputs extends readonly [infer only extends AbiParameter]
    ? AbiParameterToPrimitiveType<only, 'outputs'>
    : outputs[number] extends { readonly name: infer names extends string }
      ? '' extends names
        ? Listed<outputs>
        : {
            readonly [output in outputs[number] as NameOf<output>]: AbiParameterToPrimitiveType<
              output,
              'outputs'
            >
          }
      : Listed<outputs>

type NameOf<parameter extends AbiParameter> = parameter extends { readonly name: infer name extends string }
  ? name
  : never

type Listed<outputs extends readonly AbiParameter[]> = {
  readonly [index in keyof outputs]: outputs[index] extends AbiParameter
    ? AbiParameterToPrimitiveType<outputs[index], 'outputs'>
    : never
}

export type EventName<abi extends Abi> = ContractEventName<abi>

/** Which events are wanted, by their indexed arguments; a list means any of them. */
export type EventFilterArgs<abi extends Abi, name extends EventName<abi>> = ContractEventArgs<abi, name>

/** An event of a contract, read by its ABI. */
export type EventOf<abi extends Abi, name extends EventName<abi> = EventName<abi>> = Abi extends abi
  ? ContractEvent
  : name extends EventName<abi>
    ? Omit<ContractEvent, 'eventName' | 'args'> & {
        readonly eventName: name
        readonly args: ContractEventArgsFromTopics<abi, name, true>
      }
    : never
