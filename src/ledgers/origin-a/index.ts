import { EnergywebError } from '../../core/errors.ts'
import type { AssetLine } from '../../core/ledger.ts'
import type { Logger } from '../../core/logger.ts'
import type { Signer } from '../../core/signer.ts'
import type { CursorStore, SubmissionStore } from '../../core/submission.ts'
import { EvmLedger } from '../evm/evm-ledger.ts'
import type { EvmNetwork } from '../evm/network.ts'
import type { SubmissionSettings } from '../evm/sender.ts'
import { type CarbonAccounting, originARegistry } from './registry.ts'

export interface OriginAOptions {
  /** Name of the ledger, as configured. */
  readonly name: string
  readonly network: EvmNetwork
  /** Address of the producing registry; needed when a line is a producer's. */
  readonly producing?: string
  /** Address of the consuming registry; needed when a line is a consumer's. */
  readonly consuming?: string
  /** By key name. A key that is still being opened is a promise: its lines wait. */
  readonly signers: ReadonlyMap<string, Signer | Promise<Signer>>
  readonly lines: readonly AssetLine[]
  readonly stores: CursorStore & SubmissionStore
  readonly log?: Logger
  /** Whether a silent meter is told to the contract: its last value with the meter-down flag. Default true. */
  readonly reportDown?: boolean
  /** The block of the registries' deployment: nothing is searched for before it. Default 0. */
  readonly fromBlock?: bigint
  /** Without it the contract's CO2 register stays as it is, flagged as out of service. */
  readonly carbon?: CarbonAccounting
  readonly settings?: Partial<SubmissionSettings>
}

/**
 * Opens an Origin release A ledger. The chain is first asked by `work`.
 * @throws EnergywebError `config-invalid` for an address that is missing or not one, or an unknown key.
 */
export async function openOriginA(options: OriginAOptions): Promise<EvmLedger> {
  for (const line of options.lines) {
    addressOf(options, line.role)
    if (options.signers.get(line.key) === undefined) {
      throw new EnergywebError('config-invalid', `${line.name}: there is no key "${line.key}"`)
    }
  }
  const { name, network, reportDown = true, fromBlock, carbon, ...rest } = options
  return EvmLedger.open({
    ...rest,
    kind: 'origin-a',
    name,
    network,
    registry: ({ lines }) => {
      const contract = (role: AssetLine['role']) =>
        lines.some(line => line.role === role) ? addressOf(options, role) : ''
      return originARegistry({
        ledger: name,
        network,
        producing: contract('producer'),
        consuming: contract('consumer'),
        reportDown,
        ...(fromBlock !== undefined && { fromBlock }),
        carbon,
      })
    },
  })
}

function addressOf({ name, producing, consuming }: OriginAOptions, role: AssetLine['role']): string {
  const [address, field] = role === 'producer' ? [producing, 'producing'] : [consuming, 'consuming']
  if (address === undefined || !/^0x[0-9a-fA-F]{40}$/.test(address)) {
    throw new EnergywebError('config-invalid', `ledger ${name}: ${field} is not an address`, {
      hint: `Give the address of the ${field} registry: 0x and 40 hex digits.`,
    })
  }
  return address.toLowerCase()
}
