import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { DefinedLine } from '../../core/ledger.ts'
import type { ChainView } from '../defined/define-ledger.ts'
import { notReady } from '../not-ready.ts'
import { lookupAbi } from './abi.ts'
import type { OriginBLine, OriginBOptions } from './options.ts'

export type OriginBTarget = DefinedLine<OriginBLine>

const nobody = `0x${'0'.repeat(40)}`

/** Where a line's registry is: as configured, or as the lookup says. */
export class ContractAddresses {
  readonly #options: OriginBOptions
  readonly #ledger: string
  /** What the lookup said last, by role. */
  readonly #found = new Map<OriginBTarget['role'], string>()

  constructor(options: OriginBOptions, ledger: string) {
    this.#options = options
    this.#ledger = ledger
  }

  /** True when the chain has to be asked first. */
  get areLookedUp(): boolean {
    return this.#options.assetLookup !== undefined
  }

  /** @throws EnergywebError `config-invalid` when there is none; `ledger-not-ready` when the lookup was not asked yet */
  of({ name, role }: OriginBTarget): string {
    const { producing, consuming } = this.#options
    const address = (role === 'producer' ? producing : consuming) ?? this.#found.get(role)
    if (address !== undefined) return address
    if (this.areLookedUp) {
      throw notReady(
        `${name}: nobody has told yet where the registry of ${role}s is`,
        'It is asked for soon.',
      )
    }
    throw new EnergywebError(
      'config-invalid',
      `${name}: ledger ${this.#ledger} has no registry of ${role}s`,
      {
        hint: `Name \`${registryWord(role)}\` of ledger ${this.#ledger}, or its \`assetLookup\`.`,
      },
    )
  }

  /**
   * Asks the lookup, where there is one: the registry's owner may have put another logic contract in its place.
   * @throws EnergywebError `ledger-not-ready`, `network-unreachable`
   */
  async find({ name, role }: OriginBTarget, chain: ChainView): Promise<void> {
    const { assetLookup } = this.#options
    if (assetLookup === undefined) return
    const where = `${name}: the contract at ${assetLookup}`
    if (!(await chain.hasCode(assetLookup))) {
      throw notReady(
        `${name}: there is no contract at ${assetLookup} on chain ${chain.chainId}`,
        `Correct the \`assetLookup\` of ledger ${this.#ledger}.`,
      )
    }
    const functionName = role === 'producer' ? 'assetProducingRegistry' : 'assetConsumingRegistry'
    const address = await addressIn(chain, assetLookup, functionName)
    if (address === undefined) {
      throw notReady(
        `${where} names no registry of ${role}s`,
        `Is it the AssetContractLookup, and initialised? Correct ledger ${this.#ledger}, or ask whoever runs it.`,
      )
    }
    this.#found.set(role, address)
  }
}

export type LookupFunction =
  | 'assetProducingRegistry'
  | 'assetConsumingRegistry'
  | 'originLogicRegistry'
  | 'assetContractLookup'

/** An address that a contract names, lower case; undefined when it names none, or is no such contract. */
export async function addressIn(
  chain: ChainView,
  address: string,
  functionName: LookupFunction,
): Promise<string | undefined> {
  const answer = await orUndefined(chain.read({ address, abi: lookupAbi }, { functionName, args: [] }))
  const named = String(answer).toLowerCase()
  return answer === undefined || named === nobody ? undefined : named
}

/** What a view answers; undefined when the contract refuses, or answers something else. */
export async function orUndefined<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isOther(error)) return undefined
    throw error
  }
}

const isOther = (error: unknown) =>
  isEnergywebError(error, 'ledger-not-ready') || isEnergywebError(error, 'abi-invalid')

export const registryWord = (role: OriginBTarget['role']) => (role === 'producer' ? 'producing' : 'consuming')
