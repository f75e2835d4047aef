import type { Abi, ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType } from 'viem'
import { decodeFunctionResult, encodeFunctionData } from 'viem/utils'
import { EnergywebError } from '../../core/errors.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { viewOf } from '../evm/views.ts'

export type Hex = `0x${string}`

/** A question to a contract, with the way to read its answer. */
export interface View<Result> {
  readonly to: string
  readonly data: Hex
  readonly decode: (data: Hex) => Result
}

type Reading = 'view' | 'pure'

/** Asks a view function of a contract; the types of its words and of its answer come from the ABI. */
export function view<
  const Contract extends Abi,
  Name extends ContractFunctionName<Contract, Reading>,
  const Args extends readonly unknown[] & ContractFunctionArgs<Contract, Reading, Name>,
>(
  to: string,
  abi: Contract,
  ...[functionName, ...args]: readonly [Name, ...Args]
): View<ContractFunctionReturnType<Contract, Reading, Name, Args>> {
  const wide: { abi: Abi; functionName: string; args: readonly unknown[] } = { abi, functionName, args }
  return {
    to,
    data: encodeFunctionData(wide),
    // Decoded by this very ABI: the type says what the decoder does.
    decode: data =>
      decodeFunctionResult({ ...wide, data }) as ContractFunctionReturnType<Contract, Reading, Name, Args>,
  }
}

type Answers<Views extends readonly View<unknown>[]> = {
  readonly [Index in keyof Views]: Views[Index] extends View<infer Result> ? Result | undefined : never
}

const callsPerRequest = 60

/**
 * What contracts answer now, in the order of the questions; undefined where a call reverted or nobody was there to answer.
 * @throws EnergywebError `network-unreachable`, `network-refused`, retryable; `abi-invalid` for an answer of another contract
 */
export async function askViews<const Views extends readonly View<unknown>[]>(
  network: EvmNetwork,
  views: Views,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Answers<Views>> {
  const results: unknown[] = []
  for (let at = 0; at < views.length; at += callsPerRequest) {
    const asked = views.slice(at, at + callsPerRequest)
    const calls = asked.map(({ to, data }) => ({ method: 'eth_call', params: [{ to, data }, 'latest'] }))
    const answers = await network.batch(calls, options)
    results.push(...asked.map((one, index) => decoded(one, viewOf(answers[index]))))
  }
  // One result a question, each by its own decoder.
  return results as Answers<Views>
}

function decoded({ to, decode }: View<unknown>, data: string | undefined): unknown {
  if (data === undefined || data === '0x') return undefined
  try {
    return decode(`0x${data.slice(2)}`)
  } catch (cause) {
    throw new EnergywebError('abi-invalid', `the contract at ${to} answers what Origin's would not`, {
      cause,
      hint: 'Is it the address of the right kind of contract (producing or consuming, release A or B)?',
    })
  }
}
