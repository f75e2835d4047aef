import type { Certificate } from '../../core/certificate.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { DefinedLine, ReportLine } from '../../core/ledger.ts'
import type { AskedAt, Registry } from '../evm/registry.ts'
import { chainView } from './chain-view.ts'
import { type Judged, totalsConflict, wordsFor } from './defined-words.ts'
import { type CertificateQuestion, finalRegistration } from './final-registration.ts'
import { LinePlanner, type LinePlannerOptions } from './line-planner.ts'
import { LineRegistrations, type LineRegistrationsOptions } from './line-registrations.ts'
import { checkLine } from './look-at-line.ts'

export interface DefinedContracts extends LinePlannerOptions, LineRegistrationsOptions {
  /** Name of the ledger, as configured. */
  readonly ledger: string
}

/** Only lines of defined kinds come here. @throws EnergywebError `internal` */
function definedLine(line: ReportLine): DefinedLine {
  if (line.role !== 'log' && 'target' in line) return line
  throw new EnergywebError('internal', `${line.name} reports to no ledger of a defined kind`)
}

/** A kind of ledger that somebody defined, as the submission machine sees it. */
export function definedRegistry(options: DefinedContracts): Registry {
  const { network, codec, contract, account, fromBlock, needs } = options
  const view = (asked: AskedAt) => chainView(network, codec, asked)
  const registrations = new LineRegistrations(options)
  const planner = new LinePlanner(options)

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
    contractOf: line => registrations.contractOf(definedLine(line)),
    fromBlock,
    registrationIn: (line, call, given) => registrations.among(definedLine(line), call, given),
    linkOf: data => registrations.linkOf(data),
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
    plan: (line, position, entries, request) =>
      planner.plan(definedLine(line), position, { entries, ...(request && { request }) }),
    ...(contract.certificates && { certificates: certificatesOf }),
    ...(contract.asksForCertificates && { asksForCertificates: true }),
    history: (line, range) => registrations.near(definedLine(line), range),
    totalBefore: (line, log, asked) => registrations.totalBefore(definedLine(line), log, asked),
    find: (line, call, range) => registrations.find(definedLine(line), call, range),
  }
}

function waiting({ signal }: { signal?: AbortSignal }): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}
