import type { Certificate } from '../../core/certificate.ts'
import type { Clock } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { DefinedLine, ReportLine } from '../../core/ledger.ts'
import type { SubmissionStore } from '../../core/submission.ts'
import type { Instant } from '../../core/time.ts'
import type { EventLog } from '../evm/answers.ts'
import { logsNearAny } from '../evm/find-logs.ts'
import { inChainOrder } from '../evm/log-order.ts'
import type { EvmNetwork } from '../evm/network.ts'
import type { AskedAt, KeptCall, LinePosition, Registration, Registry } from '../evm/registry.ts'
import type { AbiCodec } from './abi-codec.ts'
import { chainView } from './chain-view.ts'
import type { LedgerContract, LedgerNeeds, PeriodLength, TransactionCall } from './define-ledger.ts'
import { type Judged, totalsConflict, wordsFor } from './defined-words.ts'
import { type CertificateQuestion, finalRegistration } from './final-registration.ts'
import { type EventsOf, LineEvents } from './line-events.ts'
import { checkLine } from './look-at-line.ts'
import { planPeriods } from './plan-periods.ts'
import { planTotals } from './plan-totals.ts'
import type { CallMaker } from './planned-call.ts'
import type { Content } from './published-content.ts'
import { registeredNames } from './registered-names.ts'

export interface DefinedContracts {
  readonly kind: string
  /** Name of the ledger, as configured. */
  readonly ledger: string
  readonly needs: LedgerNeeds
  /** Wh that the contract counts as one. */
  readonly unit: bigint
  readonly contract: LedgerContract<unknown>
  readonly network: EvmNetwork
  readonly codec: AbiCodec
  /** Who signs, lower case. */
  readonly account: string
  readonly fromBlock: bigint
  readonly periods: PeriodRules
  /** What of a reading the calls of a line may name, by the line's name. */
  readonly published: ReadonlyMap<string, readonly Content[]>
}

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

/** Only lines of defined kinds come here. @throws EnergywebError `internal` */
function definedLine(line: ReportLine): DefinedLine {
  if (line.role !== 'log' && 'target' in line) return line
  throw new EnergywebError('internal', `${line.name} reports to no ledger of a defined kind`)
}

/** A kind of ledger that somebody defined, as the submission machine sees it. */
export function definedRegistry(options: DefinedContracts): Registry {
  const { network, codec, contract, account, fromBlock, needs, unit, periods } = options
  const { abi } = contract
  const contractOf = (line: ReportLine) => contract.addressOf(definedLine(line)).toLowerCase()
  const view = (asked: AskedAt) => chainView(network, codec, asked)
  const waiting = ({ signal }: { signal?: AbortSignal }) => (signal === undefined ? {} : { signal })
  const linkOf = (data: string) => contract.linkOf?.(codec.decodeCall(abi, data)) ?? ''
  const events = new LineEvents(contract, codec)
  const doneUntil = new Map<string, { readonly sequence: number; readonly until: Instant }>()

  /** Those of a line, told by whoever made a call, or by us. */
  function eventsOf(line: DefinedLine, { to, account: by = account }: Partial<KeptCall> = {}): EventsOf {
    return { line, address: to ?? contractOf(line), by }
  }

  /** All that a log registers for the line; the call that made it is given where it is known. */
  function registeredBy(of: EventsOf, log: EventLog, { at, made, ...rest }: AskedAt & MadeBy) {
    // A receipt may be a block newer than the head that is known.
    const seen = view({ at: at > log.block ? at : log.block, ...rest })
    const chain = made === undefined ? seen : { ...seen, transaction: async () => made }
    return events.registeredBy(of, log, { chain, ...waiting(rest) })
  }

  async function registrationIn(
    given: ReportLine,
    call: KeptCall,
    { logs, isOwn = false, isTaken = () => false, ...asked }: Parameters<Registry['registrationIn']>[2],
  ): Promise<Registration | undefined> {
    const link = contract.linkOf === undefined ? undefined : linkOf(call.data)
    const made = isOwn ? { made: { to: call.to.toLowerCase(), data: call.data } } : {}
    const own = eventsOf(definedLine(given), call)
    for (const log of logs) {
      const all = await registeredBy(own, log, { ...asked, ...made })
      const place = all.findIndex(
        (one, i) =>
          one.total === call.value && (one.link === undefined || one.link === link) && !isTaken(log, i),
      )
      const found = all[place]
      if (found === undefined) continue
      return { log, part: { place, of: all.length }, before: found.before, value: found.total }
    }
    return undefined
  }

  const makerFor = (line: DefinedLine): CallMaker => {
    const to = contractOf(line)
    const published = options.published.get(line.name) ?? []
    return (registering, entry) => {
      const names = registeredNames(entry, { published, kind: options.kind })
      return { to, data: codec.encodeCall(abi, contract.call(line, { ...registering, names })) }
    }
  }

  /** End of the period that the line registered last, by the call that did. */
  async function endOfLast(line: DefinedLine, { last }: LinePosition): Promise<Instant> {
    if (last === undefined) return Number.NEGATIVE_INFINITY
    const known = doneUntil.get(line.name)
    if (known?.sequence === last.sequence) return known.until
    for (let limit = 16; ; limit *= 4) {
      const newest = await periods.submissions.ofLine(line.name, limit)
      const found = newest.find(({ reading }) => reading === last.sequence)
      if (found === undefined && newest.length === limit) continue
      const period = found && contract.periodOf?.(codec.decodeCall(abi, found.data))
      const until = period?.to ?? Number.NEGATIVE_INFINITY
      doneUntil.set(line.name, { sequence: last.sequence, until })
      return until
    }
  }

  /** Only called where the contract has such a question. */
  async function certificatesOf(
    given: ReportLine,
    { open, known, since, upTo, isAnew = false, ...asked }: CertificateQuestion,
  ): Promise<readonly Certificate[]> {
    const about = { open: open.map(call => finalRegistration(network, call)), known, since, upTo, isAnew }
    const chain = view(asked)
    const found = contract.certificates?.(definedLine(given), { account, ...about, chain, ...waiting(asked) })
    return (await found) ?? []
  }

  return {
    kind: options.kind,
    words: wordsFor(needs),
    gasCap: contract.gasCap,
    contractOf,
    fromBlock,
    registrationIn,
    linkOf,
    standsAlone: needs === 'interval',
    isUnordered: needs === 'interval',
    conflict: (_line, comparison) => totalsConflict(comparison, needs),
    goesOnFrom: ({ chain, ours }: Judged) => (chain.total > ours ? chain.total : ours),
    async check(given, by, rest) {
      const line = definedLine(given)
      const { number: at } = await network.ready(rest)
      const chain = view({ at, ...rest })
      await checkLine(contract, line, { ledger: options.ledger, account: by, chain, ...waiting(rest) })
    },
    async readState(given, asked) {
      const line = definedLine(given)
      const { total, link = '' } = await contract.readTotal(line, {
        account,
        chain: view(asked),
        ...waiting(asked),
      })
      return { total, link, carbon: 0n }
    },
    async plan(given, position, entries, request = {}) {
      const line = definedLine(given)
      const make = makerFor(line)
      if (needs !== 'interval') return planTotals(position, entries, { needs, unit, make })
      const [opening, until] = [await periods.opening(line.stream), await endOfLast(line, position)]
      const { length, grace, clock } = periods
      const now = () => clock.now()
      return planPeriods(position, entries, {
        length,
        grace,
        unit,
        opening,
        doneUntil: until,
        now,
        make,
        request,
      })
    },
    ...(contract.certificates && { certificates: certificatesOf }),
    ...(contract.asksForCertificates && { asksForCertificates: true }),
    history(given, range) {
      return logsNearAny(network, events.filters(eventsOf(definedLine(given))), range)
    },
    async totalBefore(given, log, asked) {
      const found = await registeredBy(eventsOf(definedLine(given)), log, asked)
      // Where events don't tell what was before, it was at most what is there after.
      const befores = found.map(({ before, total }) => before ?? total)
      return befores.length === 0 ? undefined : befores.reduce((least, one) => (one < least ? one : least))
    },
    async find(given, call, { from, to, ...rest }) {
      const filters = events.filters(eventsOf(definedLine(given), call))
      for (let at = from > fromBlock ? from : fromBlock; at <= to; ) {
        const { logs, searched } = await logsNearAny(network, filters, { at, limit: to, ...rest })
        const found = await registrationIn(given, call, { logs: inChainOrder(logs), at: to, ...rest })
        if (found !== undefined) return found
        at = searched + 1n
      }
      return undefined
    },
  }
}

/** The call that made an event, where that is known. */
interface MadeBy {
  readonly made?: TransactionCall
}
