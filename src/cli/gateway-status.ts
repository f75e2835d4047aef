import type { ResolvedConfig } from '../config/check-config.ts'
import { gatewayStream } from '../core/log.ts'
import { formatInstant } from '../core/time.ts'
import {
  reportCarbon,
  reportDisk,
  reportLine,
  reportRegister,
  reportRemoteLog,
} from '../gateway/control-status.ts'
import { diskSpace, hoursLeft, keptFree } from '../gateway/disk-space.ts'
import type { DiskStatus } from '../gateway/disk-task.ts'
import { Drain } from '../gateway/drain.ts'
import { Growth } from '../gateway/growth.ts'
import type { StatusReport } from '../gateway/status-report.ts'
import { type KnownTrends, readTrends } from '../gateway/trends-file.ts'
import { readCheckpoint } from '../proof/checkpoint.ts'
import type { LogReader } from '../storage/index.ts'
import { askGateway } from './control-client.ts'
import { withLog } from './data-folder.ts'
import type { CommandIo } from './io.ts'

/**
 * How a gateway stands: as it says itself while it runs, else as its log tells.
 * @throws EnergywebError `log-io` when none runs and there is no log
 */
export async function statusOf(
  config: ResolvedConfig,
  io: CommandIo,
): Promise<{ readonly running: boolean; readonly report: StatusReport }> {
  const answer = await askGateway(config.data, 'status')
  if (!answer.running) return { running: false, report: await reportOfLog(config, io) }
  const { statusSchema } = await import('./status-schema.ts')
  return { running: true, report: statusSchema.parse(answer.result) }
}

/** What the log of a gateway that does not run tells of it. @throws EnergywebError `log-io` when there is none */
function reportOfLog(config: ResolvedConfig, io: CommandIo): Promise<StatusReport> {
  return withLog(config.data, async log => {
    const trends = await readTrends(config.data)
    const drain = new Drain(trends.drain)
    const registers = new Map(log.streams().map(register => [register.stream, register]))
    const lines = log.lines().map(state => {
      const { line, cursor, stopped } = state
      const pending: Partial<Record<'signed' | 'sent' | 'mined', number>> = {}
      for (const { state: step } of log.submissions(line, underWay)) {
        if (step === 'signed' || step === 'sent' || step === 'mined') pending[step] = (pending[step] ?? 0) + 1
      }
      const status = { line, cursor, backlog: waiting(log, state), pending, stopped, trouble: undefined }
      return reportLine(status, drain.of(line))
    })
    return {
      at: formatInstant(io.clock.now()),
      assets: config.assets.map(({ name }) => {
        const register = registers.get(name)
        const carbon = register && log.carbon(name)
        return {
          asset: name,
          register: register === undefined ? null : reportRegister(register),
          outage: null,
          polls: null,
          failures: null,
          carbon: carbon === undefined ? null : reportCarbon({ register: carbon, trouble: carbon.outage }),
        }
      }),
      ledgers: Object.keys(config.ledgers ?? {}).map(ledger => ({
        ledger,
        trouble: null,
        lastTurn: null,
        lines: lines.filter(({ line }) => line.endsWith(`/${ledger}`)),
      })),
      networks: [],
      evidenceKey: null,
      keys: [],
      witnesses: [],
      quorum: 0,
      logTrouble: null,
      process: null,
      disk: reportDisk(await diskOf(config, trends)),
      remoteLog: await remoteLogOf(config),
      selfCheck: null,
      clockTrouble: null,
    }
  })
}

/** Entries that register nothing: at a stream's end they go with the next one that does, and nobody waits for them. */
const unregistered: readonly string[] = ['receipt', 'note', 'hold', 'erasure']
/** A rest longer than this holds something to register. */
const longestRest = 64

/** How many entries of a line wait to be registered, as the running gateway counts them. */
function waiting(
  log: LogReader,
  { line, cursor, backlog }: { readonly line: string; readonly cursor: number; readonly backlog: number },
): number {
  if (line.startsWith(`${gatewayStream}/`)) return unanchored(log, cursor)
  if (backlog > longestRest) return backlog
  const rest = log.entries(line.slice(0, line.lastIndexOf('/')), { after: cursor, limit: longestRest })
  return rest.every(({ kind }) => unregistered.includes(kind)) ? 0 : backlog
}

/** Entries under the newest checkpoint that no anchor covers. */
function unanchored(log: LogReader, cursor: number): number {
  const note = log.lastCheckpoint()
  return note === undefined ? 0 : Math.max(0, readCheckpoint(note).size - 1 - cursor)
}

/** More submissions than a ledger ever has under way. */
const underWay = 1_000

/** How the messages stood that leave the box, when a gateway last ran. */
async function remoteLogOf({ data, logging }: ResolvedConfig): Promise<StatusReport['remoteLog']> {
  if (logging?.remote === undefined) return null
  const { readSpoolStatus } = await import('../logging/index.ts')
  return reportRemoteLog({ destinations: readSpoolStatus(data) })
}

/** The disk now, and how fast the log grew when it last did. */
async function diskOf({ data, disk }: ResolvedConfig, { sizes }: KnownTrends): Promise<DiskStatus> {
  const space = await diskSpace(data)
  const keepFree = keptFree(disk?.keepFree, space)
  const newest = sizes.at(-1)
  const growth = newest && new Growth(sizes).perHour(newest)
  return {
    ...space,
    keepFree,
    used: newest?.bytes,
    growth,
    hoursLeft: hoursLeft({ ...space, keepFree }, growth),
    trouble: space.free < keepFree ? 'less is free than is to be kept free' : undefined,
  }
}
