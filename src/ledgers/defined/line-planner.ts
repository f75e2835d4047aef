import type { Clock } from '../../core/clock.ts'
import type { DefinedLine } from '../../core/ledger.ts'
import type { StoredEntry } from '../../core/log.ts'
import type { SubmissionStore } from '../../core/submission.ts'
import type { Instant } from '../../core/time.ts'
import type { LinePosition, Plan, PlanRequest } from '../evm/registry.ts'
import type { AbiCodec } from './abi-codec.ts'
import type { LedgerContract, LedgerNeeds, PeriodLength } from './define-ledger.ts'
import { planPeriods } from './plan-periods.ts'
import { planTotals } from './plan-totals.ts'
import type { CallMaker } from './planned-call.ts'
import type { Content } from './published-content.ts'
import { registeredNames } from './registered-names.ts'

/** What an `interval` ledger goes by. */
export interface PeriodRules {
  readonly length: PeriodLength
  readonly grace: number
  /** Stamps the entries. */
  readonly clock: Clock
  /** Whole Wh that the register of a stream was opened with. */
  readonly opening: (stream: string) => Promise<bigint>
  readonly submissions: Pick<SubmissionStore, 'ofLine'>
}

export interface LinePlannerOptions {
  readonly kind: string
  readonly needs: LedgerNeeds
  /** Wh that the contract counts as one. */
  readonly unit: bigint
  readonly contract: LedgerContract<unknown>
  readonly codec: AbiCodec
  readonly periods: PeriodRules
  /** What of a reading the calls of a line may name, by the line's name. */
  readonly published: ReadonlyMap<string, readonly Content[]>
}

/** What is due: the calls that a line's entries come to. */
export class LinePlanner {
  readonly #options: LinePlannerOptions
  /** By line: the end of the period that was registered last, and with which entry. */
  readonly #doneUntil = new Map<string, { readonly sequence: number; readonly until: Instant }>()

  constructor(options: LinePlannerOptions) {
    this.#options = options
  }

  /** @throws EnergywebError `log-io` */
  async plan(
    line: DefinedLine,
    position: LinePosition,
    { entries, request = {} }: { readonly entries: readonly StoredEntry[]; readonly request?: PlanRequest },
  ): Promise<Plan> {
    const { needs, unit, periods } = this.#options
    const make = this.#makerFor(line)
    if (needs !== 'interval') return planTotals(position, entries, { needs, unit, make })
    const { length, grace, clock } = periods
    const opening = await periods.opening(line.stream)
    const doneUntil = await this.#endOfLast(line, position)
    const now = () => clock.now()
    return planPeriods(position, entries, { length, grace, unit, opening, doneUntil, now, make, request })
  }

  #makerFor(line: DefinedLine): CallMaker {
    const { contract, codec, kind } = this.#options
    const to = contract.addressOf(line).toLowerCase()
    const published = this.#options.published.get(line.name) ?? []
    return (registering, entry) => {
      const names = registeredNames(entry, { published, kind })
      return { to, data: codec.encodeCall(contract.abi, contract.call(line, { ...registering, names })) }
    }
  }

  /** End of the period that the line registered last, by the call that did. */
  async #endOfLast(line: DefinedLine, { last }: LinePosition): Promise<Instant> {
    if (last === undefined) return Number.NEGATIVE_INFINITY
    const { contract, codec, periods } = this.#options
    const known = this.#doneUntil.get(line.name)
    if (known?.sequence === last.sequence) return known.until
    for (let limit = 16; ; limit *= 4) {
      const newest = await periods.submissions.ofLine(line.name, limit)
      const found = newest.find(({ reading }) => reading === last.sequence)
      if (found === undefined && newest.length === limit) continue
      const period = found && contract.periodOf?.(codec.decodeCall(contract.abi, found.data))
      const until = period?.to ?? Number.NEGATIVE_INFINITY
      this.#doneUntil.set(line.name, { sequence: last.sequence, until })
      return until
    }
  }
}
