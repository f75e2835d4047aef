import type { LineStatus, NetworkStatus, NodeState, NodeStatus } from '../core/ledger.ts'
import type { RegisterSummary } from '../core/register.ts'
import { formatInstant, type Instant } from '../core/time.ts'
import type { AssetStatus, GatewayStatus } from './status.ts'

/*
 * What a gateway, or its log, tells of itself to who asks: plain JSON. Energies are millijoules in decimal text, instants are
 * RFC 3339 in UTC, what is missing is null.
 */

export interface RegisterReport {
  readonly total: string
  readonly debit: string
  readonly held: string
  readonly heldReadings: number
  readonly holdReason: string | null
  /** The newest instant that was counted. */
  readonly since: string | null
  /** Entries of the asset's stream. */
  readonly entries: number
}

export interface AssetReport {
  readonly asset: string
  /** Null until the first reading. */
  readonly register: RegisterReport | null
  readonly outage: { readonly reason: string; readonly since: string } | null
  /** Polls begun and failed in this run; null when no gateway runs. */
  readonly polls: number | null
  readonly failures: number | null
}

export interface LineReport {
  readonly line: string
  readonly cursor: number
  readonly backlog: number
  readonly pending: Readonly<Record<string, number>>
  readonly stopped: string | null
  readonly trouble: string | null
}

export interface LedgerReport {
  readonly ledger: string
  readonly trouble: string | null
  readonly lastTurn: string | null
  readonly lines: readonly LineReport[]
}

export interface NodeReport {
  readonly node: string
  readonly state: NodeState
  readonly inUse: boolean
  readonly detail: string | null
  /** Milliseconds until it is tried again. */
  readonly again: number | null
  /** Milliseconds, on average. */
  readonly latency: number | null
  /** Share of failed requests, 0 to 1. */
  readonly failures: number | null
  readonly head: string | null
  /** Milliseconds. */
  readonly headAge: number | null
}

export interface NetworkReport {
  readonly network: string
  readonly nodes: readonly NodeReport[]
}

export interface StatusReport {
  readonly at: string
  readonly assets: readonly AssetReport[]
  readonly ledgers: readonly LedgerReport[]
  /** Empty when no gateway runs. */
  readonly networks: readonly NetworkReport[]
  readonly logTrouble: string | null
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
      lines: lines.map(reportLine),
    })),
    networks: status.networks.map(reportNetwork),
    logTrouble: status.logTrouble ?? null,
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

/** A report line as it is told. */
export function reportLine({ line, cursor, backlog, pending, stopped, trouble }: LineStatus): LineReport {
  return {
    line,
    cursor,
    backlog,
    pending: { ...pending },
    stopped: stopped ?? null,
    trouble: trouble ?? null,
  }
}

function reportAsset({ asset, register, outage, polls, failures }: AssetStatus): AssetReport {
  return {
    asset,
    register: register === undefined ? null : reportRegister(register),
    outage: outage === undefined ? null : { reason: outage.reason, since: formatInstant(outage.since) },
    polls,
    failures,
  }
}

function instantOrNull(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant)
}
