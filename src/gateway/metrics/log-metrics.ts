import type { GatewayStatus } from '../status.ts'
import type { Snapshot } from './snapshot.ts'
import type { Tally } from './tally.ts'

/** What only the log itself knows; undefined where it does not answer. */
export interface LogFigures {
  readonly entries: number | undefined
  readonly uncovered: number | undefined
}

/** Measures the log, its checkpoints and the machine's clock. */
export function measureLog(
  snapshot: Snapshot,
  { logTrouble, clockTrouble, selfCheck, disk }: GatewayStatus,
  { tally, figures }: { readonly tally: Tally; readonly figures: LogFigures },
): void {
  snapshot.flag('logStopped', [], logTrouble !== undefined)
  snapshot.add('logFailures', [], tally.logFailures)
  snapshot.add('logEntries', [], figures.entries)
  snapshot.add('logBytes', [], disk?.used)
  snapshot.add('logGrowth', [], disk?.growth === undefined ? undefined : disk.growth / 3_600)
  snapshot.add('uncovered', [], figures.uncovered)
  snapshot.add('checkpoints', [], tally.checkpoints)
  snapshot.instant('checkpointAt', [], tally.checkpoint?.at)
  snapshot.add('checkpointSize', [], tally.checkpoint?.size)
  snapshot.instant('selfCheckAt', [], selfCheck?.at)
  snapshot.add('selfCheckVerified', [], selfCheck?.verified)
  snapshot.flag('clockTrouble', [], clockTrouble !== undefined)
}

/** Measures who else signs checkpoints: the evidence key and the witnesses. */
export function measureWitnesses(
  snapshot: Snapshot,
  { evidenceKey, witnesses, quorum }: GatewayStatus,
): void {
  if (evidenceKey !== undefined) {
    snapshot.add('evidenceKeySize', [evidenceKey.name], evidenceKey.size)
    snapshot.flag('evidenceKeyTrouble', [evidenceKey.name], evidenceKey.trouble !== undefined)
    snapshot.add('evidenceKeyReadings', [evidenceKey.name], evidenceKey.readings?.signed)
    snapshot.add('evidenceKeyReadingsWaiting', [evidenceKey.name], evidenceKey.readings?.waiting)
  }
  const seen = new Map<string, number>()
  for (const { witness, size, newest, at, trouble, isAlarm } of witnesses) {
    const number = (seen.get(witness) ?? 0) + 1
    seen.set(witness, number)
    // Two keys may go by one name.
    const labels = [number === 1 ? witness : `${witness} #${number}`]
    snapshot.add('witnessSize', labels, size)
    snapshot.add('witnessNewest', labels, newest)
    snapshot.instant('witnessAt', labels, at)
    snapshot.flag('witnessTrouble', labels, trouble !== undefined)
    snapshot.flag('witnessAlarm', labels, isAlarm)
  }
  if (witnesses.length > 0) snapshot.add('quorum', [], quorum)
}

/** Measures the disk. */
export function measureDisk(snapshot: Snapshot, { disk }: GatewayStatus): void {
  if (disk === undefined) return
  snapshot.add('diskFree', [], disk.free)
  snapshot.add('diskSize', [], disk.total)
  snapshot.add('diskKeepFree', [], disk.keepFree)
  snapshot.add('diskAutonomy', [], disk.hoursLeft === undefined ? undefined : disk.hoursLeft * 3_600)
  snapshot.flag('diskTrouble', [], disk.trouble !== undefined)
}

/** Measures the messages on their way to other machines. */
export function measureMessages(snapshot: Snapshot, { remoteLog, at }: GatewayStatus): void {
  if (remoteLog === undefined) return
  snapshot.add('messagesBytes', [], remoteLog.bytes)
  snapshot.add('messagesCap', [], remoteLog.cap)
  snapshot.flag('messagesOffDisk', [], remoteLog.trouble !== undefined)
  for (const status of remoteLog.destinations) {
    const { destination, waiting, oldest, delivered, shed, refused, deliveredAt, trouble } = status
    snapshot.add('messagesWaiting', [destination], waiting)
    snapshot.add('messagesAge', [destination], oldest === undefined ? 0 : Math.max(0, at - oldest) / 1_000)
    snapshot.add('messagesDelivered', [destination], delivered)
    snapshot.add('messagesShed', [destination], shed)
    snapshot.add('messagesRefused', [destination], refused)
    snapshot.instant('messagesDeliveredAt', [destination], deliveredAt)
    snapshot.flag('messagesTrouble', [destination], trouble !== undefined)
  }
}
