import { EnergywebError } from '../core/errors.ts'
import { spanInWords } from '../core/span-in-words.ts'
import { Task, type TaskRun } from '../dispatcher/index.ts'
import type { GatewayApp } from './gateway-app.ts'
import type { ServiceNotifier } from './service-notifier.ts'
import type { GatewayStatus } from './status.ts'

const minute = 60_000

/**
 * Tells the service manager that the gateway is ready, then gives it signs of life and a line in words. A sign of life is
 * given only while the event loop turns and the log answers: a gateway that hangs is to be started anew.
 */
export class ServiceTask extends Task {
  readonly #gateway: GatewayApp
  readonly #notifier: ServiceNotifier
  #ready = false

  constructor(gateway: GatewayApp, notifier: ServiceNotifier) {
    // Twice within the time that the service manager waits, as sd_watchdog_enabled(3) asks.
    const every = Math.max(1, Math.min(minute, Math.floor((notifier.watchdog ?? minute) / 2)))
    super({ name: 'tell service manager', interval: every, deadline: every })
    this.#gateway = gateway
    this.#notifier = notifier
  }

  override async coroutine({ signal }: TaskRun): Promise<void> {
    if (!(await this.#gateway.isHealthy({ signal }))) {
      throw new EnergywebError(
        'log-io',
        'the log does not answer: the service manager gets no sign of life',
        {
          hint: 'Does the disk hang? A service manager with a watchdog starts the gateway anew.',
        },
      )
    }
    const line = this.#gateway.redact(statusLine(await this.#gateway.status()))
    const signs = [...(this.#ready ? [] : ['READY=1']), 'WATCHDOG=1', `STATUS=${line}`]
    if (await this.#notifier.send(...signs)) this.#ready = true
  }
}

/** The gateway in one line, what is wrong first. */
function statusLine({ assets, ledgers, witnesses, disk, logTrouble, clockTrouble }: GatewayStatus): string {
  const lines = ledgers.flatMap(ledger => ledger.lines)
  const silent = assets.filter(({ outage }) => outage !== undefined).length
  const held = assets.filter(({ register }) => (register?.heldReadings ?? 0) > 0).length
  const stopped = lines.filter(line => line.stopped !== undefined).length
  const waiting = lines.reduce((sum, { backlog }) => sum + backlog, 0)
  const troubles = [
    logTrouble,
    clockTrouble,
    disk?.trouble,
    ...witnesses.map(({ trouble, isAlarm }) => isAlarm && trouble),
    silent > 0 && `${silent} of ${assets.length} assets are silent`,
    held > 0 && `${held} with held readings`,
    stopped > 0 && `${stopped} report lines have stopped`,
    ...ledgers.map(({ ledger, trouble }) => trouble && `${ledger}: ${trouble}`),
  ].filter(trouble => typeof trouble === 'string' && trouble !== '')
  const left = disk?.hoursLeft
  const outlook = [
    ...(silent === 0 ? [`${assets.length} assets are read`] : []),
    ...(lines.length === 0 ? [] : [`${waiting} entries wait`]),
    ...(left === undefined || left === Number.POSITIVE_INFINITY
      ? []
      : [`the disk lasts ${spanInWords(left)}`]),
  ]
  return [...troubles, ...outlook].join('; ')
}
