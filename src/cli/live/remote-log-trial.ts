import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { ResolvedConfig } from '../../config/check-config.ts'
import { composeRemoteLogs } from '../../config/compose-remote-logs.ts'
import { EnergywebError, toEnergywebError } from '../../core/errors.ts'
import type { Destination } from '../../logging/index.ts'
import type { Delivery, Sink } from '../../logging/remote/sink.ts'
import type { CommandIo } from '../io.ts'
import { version } from '../version.ts'
import type { Trial } from './source-trial.ts'

type TrialIo = Pick<CommandIo, 'env' | 'hide' | 'clock'>

const patience = 20_000

/** Sends one message to every place out of the box that messages go to, and says what came back. */
export async function tryRemoteLogs(config: ResolvedConfig, io: TrialIo): Promise<readonly Trial[]> {
  const destinations = await composeRemoteLogs(config, { environment: io.env, addSecret: io.hide })
  return Promise.all(destinations.map(destination => tryRemoteLog(destination, io)))
}

async function tryRemoteLog(destination: Destination, io: TrialIo): Promise<Trial> {
  const common = { subject: destination.name, by: destination.kind, remarks: [] }
  try {
    if (destination.trouble !== undefined) throw new EnergywebError('secret-unavailable', destination.trouble)
    const { openSink } = await import('../../logging/remote/open-sink.ts')
    const sender = { host: hostname(), version: version(), pid: process.pid }
    return { ...common, said: await sendOne(openSink(destination, { sender }), io), trouble: undefined }
  } catch (error) {
    return { ...common, said: '', trouble: toEnergywebError(error) }
  }
}

async function sendOne(sink: Sink, io: TrialIo): Promise<string> {
  try {
    const line = {
      sequence: 1,
      id: `check-${randomUUID()}`,
      at: io.clock.now(),
      severity: 'info' as const,
      message: 'a test message of energyweb check --live',
      fields: '{}',
    }
    return saidOf(await sink.send([line], { signal: AbortSignal.timeout(patience) }))
  } finally {
    await sink.close()
  }
}

function saidOf(delivery: Delivery): string {
  if (delivery.outcome === 'taken' && delivery.refused === 0) return `took a test message (${delivery.said})`
  const why = 'why' in delivery ? delivery.why : delivery.said
  throw new EnergywebError('source-failed', `took no test message: ${why}`, {
    retryable: delivery.outcome === 'later',
    hint: hints[delivery.outcome],
  })
}

const hints: Readonly<Record<Delivery['outcome'], string>> = {
  taken: 'It answers, and does not want such messages: look at its own log.',
  later: 'Messages wait until it is back.',
  stands: 'Look at address, tls, and what it knows us by: headers, auth or our certificate.',
  unfit: 'Is this the right address, and the right kind of server?',
  refused: 'Is this the right address, and the right kind of server?',
}
