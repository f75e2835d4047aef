import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { askTimeService } from '../../config/time-service.ts'
import type { StatusReport } from '../../gateway/status-report.ts'
import { examineCoreDumps } from './examine-core-dumps.ts'
import { bad, doubtful, type Finding, good } from './finding.ts'

/** This program was written after it: a clock before it is wrong. */
const earliest = Date.UTC(2025, 0, 1)

/** The machine: Node, its clock, whether somebody watches over the gateway, and what a crash would leave of it. */
export async function examineMachine(
  report: StatusReport | undefined,
  now: number,
): Promise<readonly Finding[]> {
  return [
    good(`Node ${process.versions.node}`),
    await clock(now),
    ...(await service(report)),
    ...(await examineCoreDumps(report?.process?.pid)),
  ]
}

async function clock(now: number): Promise<Finding> {
  const says = `the machine's clock says ${new Date(now).toISOString()}`
  if (now < earliest)
    return bad(`${says}, which is past`, 'Set it, or reach a time server: timedatectl set-ntp true')
  const synchronized = await askTimeService()
  if (synchronized === 'yes') return good(`${says}, as a time server does`)
  if (synchronized === undefined) return good(`${says}; nothing here tells whether a time server agrees`)
  return doubtful(
    `${says}, and no time server confirms it`,
    'timedatectl set-ntp true, and let NTP (UDP 123) through the firewall',
  )
}

async function service(report: StatusReport | undefined): Promise<readonly Finding[]> {
  const pid = report?.process?.pid
  if (pid === undefined || !existsSync('/run/systemd/system')) return []
  const names = await environmentNames(pid)
  if (names === undefined) return []
  const remedy = 'Install it as a service: examples/systemd/energyweb.service'
  if (!names.has('NOTIFY_SOCKET'))
    return [doubtful('the gateway is no service of systemd: nobody starts it anew', remedy)]
  if (!names.has('WATCHDOG_USEC')) {
    return [doubtful('systemd does not watch for a gateway that hangs', 'Set WatchdogSec= in its unit.')]
  }
  return [good('systemd watches over the gateway')]
}

/** Names alone: values may be secrets. Undefined where they can't be read. */
async function environmentNames(pid: number): Promise<ReadonlySet<string> | undefined> {
  try {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8')
    return new Set(environment.split('\0').map(entry => entry.slice(0, Math.max(0, entry.indexOf('=')))))
  } catch {
    // Another user's process, or another system than Linux: then it isn't judged.
    return undefined
  }
}
