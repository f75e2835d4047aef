import type { LineStatus, NetworkStatus, NodeStatus } from '../core/ledger.ts'
import type { RegisterSummary } from '../core/register.ts'
import type { RemoteLogStatus } from '../core/remote-log.ts'
import { formatInstant, type Instant } from '../core/time.ts'
import type { WitnessStatus } from './cosign-task.ts'
import type { DiskStatus } from './disk-task.ts'
import { type DrainEstimate, hoursToDrain } from './drain.ts'
import type { EvidenceKeyStatus } from './evidence-key-task.ts'
import type { AssetStatus, CarbonStatus, GatewayStatus, KeyStatus } from './status.ts'
import type {
  AssetReport,
  CarbonReport,
  DiskReport,
  EvidenceKeyReport,
  KeyReport,
  LineReport,
  NetworkReport,
  NodeReport,
  RegisterReport,
  RemoteLogReport,
  StatusReport,
  WitnessReport,
} from './status-report.ts'

/* How the status of a gateway becomes what it tells of itself. */

function reportEvidenceKey(status: EvidenceKeyStatus): EvidenceKeyReport {
  const { name, key, size, awaySince, trouble, readings } = status
  return {
    name,
    key: key ?? null,
    size: size ?? null,
    awaySince: instantOrNull(awaySince),
    trouble: trouble ?? null,
    readings: readings === undefined ? null : { signed: readings.signed, waiting: readings.waiting ?? null },
  }
}

/** The report of a running gateway. */
export function reportStatus(status: GatewayStatus): StatusReport {
  return {
    at: formatInstant(status.at),
    assets: status.assets.map(reportAsset),
    ledgers: status.ledgers.map(({ ledger, lines, trouble, lastTurn }) => ({
      ledger,
      trouble: trouble ?? null,
      lastTurn: instantOrNull(lastTurn),
      lines: lines.map(line => reportLine(line, status.drainOf(line.line))),
    })),
    networks: status.networks.map(reportNetwork),
    evidenceKey: status.evidenceKey === undefined ? null : reportEvidenceKey(status.evidenceKey),
    keys: status.keys.map(reportKey),
    witnesses: status.witnesses.map(reportWitness),
    quorum: status.quorum,
    logTrouble: status.logTrouble ?? null,
    process: { pid: process.pid, since: instantOrNull(status.since) },
    disk: status.disk === undefined ? null : reportDisk(status.disk),
    remoteLog: status.remoteLog === undefined ? null : reportRemoteLog(status.remoteLog),
    selfCheck:
      status.selfCheck === undefined ? null : { ...status.selfCheck, at: formatInstant(status.selfCheck.at) },
    clockTrouble: status.clockTrouble ?? null,
  }
}

function reportKey({ key, state, since, trouble, exchanged }: KeyStatus): KeyReport {
  return {
    key,
    state,
    since: formatInstant(since),
    trouble: trouble ?? null,
    exchanged: exchanged ?? null,
  }
}

function reportWitness({ size, at, newest, trouble, ...named }: WitnessStatus): WitnessReport {
  return {
    ...named,
    size: size ?? null,
    at: instantOrNull(at),
    newest: newest ?? null,
    trouble: trouble ?? null,
  }
}

function reportNetwork({ network, nodes }: NetworkStatus): NetworkReport {
  return { network, nodes: nodes.map(reportNode) }
}

function reportNode({
  node,
  state,
  inUse,
  detail,
  again,
  latency,
  failures,
  head,
  headAge,
}: NodeStatus): NodeReport {
  return {
    node,
    state,
    inUse,
    detail: detail ?? null,
    again: again === undefined ? null : Math.round(again),
    latency: latency === undefined ? null : Math.round(latency),
    failures: failures ?? null,
    head: head === undefined ? null : String(head),
    headAge: headAge ?? null,
  }
}

/** A register as it is told. */
export function reportRegister(register: RegisterSummary): RegisterReport {
  return {
    total: String(register.total),
    debit: String(register.debit),
    held: String(register.held),
    heldReadings: register.heldReadings,
    holdReason: register.holdReason ?? null,
    since: instantOrNull(register.since),
    entries: register.sequence + 1,
  }
}

/** A carbon register as it is told. */
export function reportCarbon({ register, trouble }: CarbonStatus): CarbonReport {
  return {
    total: register === undefined ? null : String(register.total),
    basis: register?.basis ?? null,
    waiting: register?.waiting ?? 0,
    missing: register?.missing ?? 0,
    trouble: trouble ?? null,
  }
}

/** A report line as it is told. */
export function reportLine(status: LineStatus, drain: DrainEstimate): LineReport {
  const { line, cursor, backlog, pending, stopped, trouble, unanswered, passedOver } = status
  return {
    line,
    cursor,
    backlog,
    pending: { ...pending },
    stopped: stopped ?? null,
    trouble: trouble ?? null,
    drain: {
      perHour: drain.perHour ?? null,
      arrivingPerHour: drain.arrivingPerHour ?? null,
      hours: hoursOrNull(hoursToDrain(backlog, drain)),
    },
    passedOver: passedOver ?? null,
    unanswered:
      unanswered === undefined ? null : { requests: unanswered.requests, energy: String(unanswered.energy) },
  }
}

/** The disk as it is told. */
export function reportDisk(disk: DiskStatus): DiskReport {
  const { free, total, keepFree, used, growth, hoursLeft, trouble } = disk
  return {
    free,
    total,
    keepFree,
    used: used ?? null,
    growth: growth ?? null,
    hoursLeft: hoursOrNull(hoursLeft),
    trouble: trouble ?? null,
  }
}

/** The messages that leave the box, as they are told. */
export function reportRemoteLog({
  destinations,
  bytes,
  cap,
  trouble,
}: Pick<RemoteLogStatus, 'destinations'> & Partial<RemoteLogStatus>): RemoteLogReport {
  return {
    destinations: destinations.map(({ oldest, deliveredAt, trouble: why, ...known }) => ({
      ...known,
      oldest: instantOrNull(oldest),
      deliveredAt: instantOrNull(deliveredAt),
      trouble: why ?? null,
    })),
    bytes: bytes ?? null,
    cap: cap ?? null,
    trouble: trouble ?? null,
  }
}

/** JSON has no infinity. */
function hoursOrNull(hours: number | undefined): number | null {
  if (hours === undefined) return null
  return Number.isFinite(hours) ? hours : -1
}

function reportAsset({ asset, register, outage, polls, failures, carbon }: AssetStatus): AssetReport {
  return {
    asset,
    register: register === undefined ? null : reportRegister(register),
    outage: outage === undefined ? null : { reason: outage.reason, since: formatInstant(outage.since) },
    polls,
    failures,
    carbon: carbon === undefined ? null : reportCarbon(carbon),
  }
}

function instantOrNull(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant)
}
