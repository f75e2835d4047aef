import type { CarbonBook } from '../../core/carbon-log.ts'
import { linkOfText } from '../../core/chain-file.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { AssetLine, ReportLine } from '../../core/ledger.ts'
import type { StoredEntry } from '../../core/log.ts'
import { type EventLog, hexOf } from '../evm/answers.ts'
import { findFirstLogs, logsNear } from '../evm/find-logs.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { registeredTotal } from '../evm/registered-total.ts'
import type { Comparison, KeptCall, Registration, Registry, RegistryWords } from '../evm/registry.ts'
import { quantity } from '../evm/rpc-calls.ts'
import { encodeWord } from '../evm/words.ts'
import {
  callOfEvent,
  calls,
  decodeAssetGeneral,
  decodeCarbonRead,
  decodeMeterRead,
  fileOfCall,
  linkOfCall,
  meterReadTopic,
  meterReadTopics,
} from './calls.ts'
import { checkAsset } from './check.ts'
import { type PlannedCarbon, planOriginA } from './plan.ts'

export interface OriginAContracts {
  readonly ledger: string
  readonly network: EvmNetwork
  /** Addresses; a role without one can't be reported. */
  readonly producing: string
  readonly consuming: string
  /** Whether a gap is told to the contract with the meter-down flag. */
  readonly reportDown: boolean
  /** The block of the registries' deployment; default 0. */
  readonly fromBlock?: bigint
  readonly carbon?: CarbonAccounting | undefined
}

/** Where the CO2 of producers comes from. */
export interface CarbonAccounting {
  readonly book: CarbonBook
  /** Milliseconds that an entry waits for its factor, by stream; a stream that is not here counts no CO2. */
  readonly waits: ReadonlyMap<string, number>
}

/** A first read costs 124,000 gas at London rules, a later one 76,000; a registry of one's own may cost more. */
const gasCap = 500_000n

const words: RegistryWords = {
  total: value => `${value} Wh`,
  item: sequence => `entry ${sequence}`,
  laterIsEnough: sequence =>
    `a later reading (entry ${sequence}) is registered: totals are absolute, no energy is missing`,
}

/** An asset's line; no other has a place in a registry of numbered assets. @throws EnergywebError `internal` */
function assetLine(line: ReportLine): AssetLine {
  if (line.role !== 'log' && line.assetId !== undefined) return line
  throw new EnergywebError('internal', `${line.name} reports no numbered asset`)
}

function conflict({ chain, known, ours, next }: Comparison): string | undefined {
  if (known && chain.total < ours) {
    return `the contract holds ${chain.total} Wh, below the ${ours} Wh that were finally registered: the asset was initialised again or written by somebody else. It is reported, not repaired. Ask the registry's administrator.`
  }
  const highest = next ?? (known ? ours : undefined)
  if (highest === undefined || chain.total <= highest) return undefined
  return `the contract holds ${chain.total} Wh, more than our ${highest} Wh, and a registration would lower it. Does another gateway write this asset, or did this one start from an older backup or from zero? An opening total (opening: <Wh>) continues an existing register.`
}

/** Origin release A as a registry: absolute Wh, each event linked to the entry registered before. */
export function originARegistry(options: OriginAContracts): Registry {
  const { ledger, network, reportDown, fromBlock = 0n } = options
  const contractOf = (line: ReportLine) => (line.role === 'producer' ? options.producing : options.consuming)

  async function registrationIn(
    given: ReportLine,
    call: KeptCall,
    { logs }: { readonly logs: readonly EventLog[] },
  ): Promise<Registration | undefined> {
    const line = assetLine(given)
    const topics = meterReadTopics(line.role, line.assetId, linkOfCall(call.data))
    for (const log of logs) {
      if (log.address !== call.to.toLowerCase() || log.topics.length !== topics.length) continue
      if (!topics.every((topic, i) => topic === log.topics[i])) continue
      const read = decodeMeterRead(line.role, log.data)
      if (read.value !== call.value) continue
      // A CO2 figure may have become another since: the file is that of what was registered.
      const data = line.files === undefined ? undefined : callOfEvent(line, log)
      return { log, ...read, ...(data !== undefined && { data }) }
    }
    return undefined
  }

  async function carbonOf(
    line: AssetLine,
    entries: readonly StoredEntry[],
    atOnce: boolean,
  ): Promise<PlannedCarbon | undefined> {
    const wait = options.carbon?.waits.get(line.stream)
    if (options.carbon === undefined || wait === undefined || line.role !== 'producer') return undefined
    const sequences = entries
      .filter(entry => registeredTotal(entry) !== undefined)
      .map(({ sequence }) => sequence)
    const points = (await options.carbon.book.carbonAt(line.stream, sequences)) ?? []
    return {
      points: new Map(points.map(point => [point.sequence, point])),
      waitsAfter: atOnce ? Number.POSITIVE_INFINITY : network.clock.now() - wait,
    }
  }

  async function nextLink({ files }: ReportLine): Promise<string | undefined> {
    return files === undefined ? undefined : linkOfText(await files.catchUp(fileOfCall))
  }

  return {
    kind: 'origin-a',
    words,
    gasCap,
    costsAlike: true,
    contractOf,
    registrationIn,
    linkOf: linkOfCall,
    fromBlock,
    conflict: (_line, comparison) => conflict(comparison),
    history(given, range) {
      const line = assetLine(given)
      const topics = [meterReadTopic[line.role], `0x${encodeWord(line.assetId)}`]
      return logsNear(network, { address: contractOf(line), topics }, range)
    },
    async totalBefore(given, log) {
      const line = assetLine(given)
      if (log.topics[0] !== meterReadTopic[line.role]) return undefined
      return decodeMeterRead(line.role, log.data).before
    },
    async check(given, account, { signal }) {
      const line = assetLine(given)
      await checkAsset({
        network,
        ledger,
        line,
        contract: contractOf(line),
        account,
        ...(signal && { signal }),
      })
    },
    async readState(given, { at, signal }) {
      const line = assetLine(given)
      const isProducer = line.role === 'producer'
      const views = [
        calls.assetGeneral(line.assetId),
        ...(isProducer ? [calls.producingProperties(line.assetId)] : []),
      ]
      const to = contractOf(line)
      const [general, properties] = await network.results(
        views.map(data => ({ method: 'eth_call', params: [{ to, data }, quantity(at)] })),
        signal === undefined ? {} : { signal },
      )
      const { lastRead, link } = decodeAssetGeneral(line.role, hexOf(general))
      return { total: lastRead, link, carbon: isProducer ? decodeCarbonRead(hexOf(properties)) : 0n }
    },
    async plan(given, position, entries, { atOnce = false } = {}) {
      const line = assetLine(given)
      const [carbon, fileLink] = [await carbonOf(line, entries, atOnce), await nextLink(line)]
      const from = fileLink === undefined ? position : { ...position, fileLink }
      return planOriginA(line, from, { entries, contract: contractOf(line), reportDown, carbon })
    },
    async keepFiles(line) {
      await nextLink(line)
    },
    async find(given, call, range) {
      const line = assetLine(given)
      const topics = meterReadTopics(line.role, line.assetId, linkOfCall(call.data))
      const from = range.from > fromBlock ? range.from : fromBlock
      const logs = await findFirstLogs(network, { address: call.to, topics }, { ...range, from })
      return registrationIn(line, call, { logs })
    },
  }
}
