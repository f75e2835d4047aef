import type { Clock } from '../core/clock.ts'
import { EnergywebError, type ErrorCode, toEnergywebError } from '../core/errors.ts'
import type { Log, RecordOutcome } from '../core/log.ts'
import type { Reading } from '../core/reading.ts'
import type { RegisterSummary } from '../core/register.ts'
import type { SourceResult } from '../core/source.ts'
import { formatInstant, type Instant } from '../core/time.ts'
import { Task, type TaskContext, type TaskRun } from '../dispatcher/index.ts'
import { type GatewayAsset, limitsOf, readDeadline } from './asset.ts'
import type { GatewayObserver } from './events.ts'
import { isLogTrouble } from './log-trouble.ts'
import { Punctuality } from './punctuality.ts'
import { readWithin } from './read-within.ts'
import { type Rhythm, rhythmOf } from './rhythm.ts'
import { type Gap, Silence } from './silence.ts'
import type { AssetStatus } from './status.ts'

export interface PollContext {
  /** The log; it is open by the time a task prepares. */
  readonly log: () => Log
  readonly report: GatewayObserver
  /** Takes secrets out of what a source said, before it becomes an entry. */
  readonly redact: (text: string) => string
}

/** What a poll task knows once its stream is open. */
interface Opened {
  readonly log: Log
  readonly silence: Silence
  readonly punctuality: Punctuality
}

/**
 * Reads one asset and takes what it says into the log. It waits for the meter and for the log, never for a chain or a key.
 * A failure, or silence, becomes a gap in the log, never a value; a failed read is tried again after the app's back-off.
 */
export class PollTask extends Task {
  readonly #asset: GatewayAsset
  readonly #rhythm: Rhythm
  readonly #context: PollContext
  #opened: Opened | undefined
  #register: RegisterSummary | undefined
  #last: Reading | undefined
  #polls = 0
  #failures = 0
  /** How long reading and recording took in the poll that is under way. */
  #took = { reading: 0, recording: undefined as number | undefined }

  /** @throws EnergywebError `duration-invalid`, `task-invalid` */
  constructor(asset: GatewayAsset, context: PollContext) {
    const { every, trigger, aligned = false } = asset
    super({
      name: `poll ${asset.name}`,
      aligned,
      ...(every !== undefined && { interval: every }),
      ...(trigger !== undefined && { trigger }),
    })
    readDeadline(asset)
    this.#rhythm = rhythmOf(asset)
    this.#asset = asset
    this.#context = context
  }

  override async prepare({ clock, log: logger }: TaskContext): Promise<void> {
    const { name, source, commitment } = this.#asset
    const log = this.#context.log()
    const register = await log.openStream({
      name,
      source: source.kind,
      ...(commitment === undefined ? {} : { commitment }),
    })
    const silence = await Silence.restore(log, register, name)
    const punctuality = new Punctuality(this.#rhythm, { start: clock.now(), newest: register.since })
    this.#register = register
    this.#opened = { log, silence, punctuality }
    if (register.heldReadings > 0) {
      const { heldReadings, holdReason } = register
      logger.warn({ asset: name, heldReadings, holdReason }, `${name}: ${heldReadings} readings are held`)
    }
  }

  override async coroutine(run: TaskRun): Promise<void> {
    const opened = this.#opened
    if (opened === undefined) throw new EnergywebError('internal', `${this.name} ran before it was prepared`)
    const { clock, signal } = run
    this.#polls++
    const missed = opened.punctuality.missedSlots(clock.now())
    this.#took = { reading: 0, recording: undefined }
    let code: ErrorCode | undefined
    try {
      const result = await this.#read(opened, run)
      const receivedAt = clock.now()
      for (const warning of result.warnings) run.log.warn({ asset: this.#asset.name }, warning)
      await this.#noteHoles(opened, result, missed)
      await this.#take(opened, result, { run, receivedAt })
    } catch (thrown) {
      // The app's end is no silence of the meter. Behind a deadline the signal given here is untouched.
      if (signal.aborted) throw thrown
      const error = toEnergywebError(thrown)
      code = error.code
      await this.#failed(opened, error, run)
    } finally {
      opened.punctuality.polled(clock.now())
      this.#ended(run, code)
    }
  }

  /** What the status shows. */
  status(): AssetStatus {
    const { name, channel } = this.#asset
    const outage = this.#opened?.silence.outage
    return {
      asset: name,
      channel,
      last: this.#last,
      newest: this.#opened?.punctuality.newest,
      register: this.#register,
      outage,
      polls: this.#polls,
      failures: this.#failures,
    }
  }

  async #read({ punctuality }: Opened, { signal, clock }: TaskRun): Promise<SourceResult> {
    const { source, channel, name } = this.#asset
    const since = punctuality.newest
    const request = { channel, signal, ...(since === undefined ? {} : { since }) }
    const began = clock.monotonic()
    try {
      const milliseconds = readDeadline(this.#asset)
      return await readWithin(source, request, { milliseconds, clock, asset: name })
    } finally {
      this.#took.reading = clock.monotonic() - began
    }
  }

  #ended({ tick, signal }: TaskRun, code: ErrorCode | undefined): void {
    // The app's end is nobody's failure.
    if (signal.aborted) return
    const { name: asset, source } = this.#asset
    const { reading: duration, recording } = this.#took
    const { lateness } = tick
    this.#context.report({
      type: 'poll-ended',
      asset,
      source: source.kind,
      duration,
      lateness,
      recording,
      code,
    })
  }

  /** Slots that passed while the gateway was down or asleep, or intervals that the source left out. */
  async #noteHoles(
    { punctuality, silence }: Opened,
    { readings }: SourceResult,
    missed: boolean,
  ): Promise<void> {
    const before = punctuality.holeBefore(readings, missed)
    const leftOut = { reason: 'source-hole', detail: 'the source left out at least one interval' }
    const down = { reason: 'gateway-down', detail: 'no poll took place: the gateway was not running' }
    // While it was silent the log has said so: from the newest reading on.
    if (before !== undefined && silence.outage === undefined) {
      await silence.note({ ...(missed ? down : leftOut), ...before })
    }
    for (const hole of punctuality.holesBetween(readings)) await silence.note({ ...leftOut, ...hole })
  }

  async #take(
    opened: Opened,
    result: SourceResult,
    at: { run: TaskRun; receivedAt: Instant },
  ): Promise<void> {
    const { log, silence, punctuality } = opened
    const { source, name } = this.#asset
    const { receivedAt, run } = at
    const remarks = this.#asset.provenance?.() ?? []
    const proven = source.provenBy?.() ?? []
    const provenance = [source.kind, ...source.exceptions, ...remarks, ...proven].join('; ')
    const readings = result.readings.map(reading => ({ ...reading, receivedAt, provenance }))
    if (!(await silence.write())) throw logStopped(name)
    if (readings.length > 0) {
      const began = run.clock.monotonic()
      const outcome = await log.record(name, readings, limitsOf(this.#asset))
      this.#took.recording = run.clock.monotonic() - began
      this.#recorded(readings, outcome, run)
    }
    if (punctuality.heard(readings, receivedAt)) this.#speaksAgain(silence, run)
    else if (punctuality.overdue(receivedAt)) await this.#overdue(opened, run)
  }

  #recorded(readings: readonly Reading[], { register, statuses }: RecordOutcome, { log }: TaskRun): void {
    const { name: asset } = this.#asset
    this.#register = register
    this.#last = readings.at(-1)
    log.debug({ asset, statuses, total: register.total }, `${asset}: ${readings.length} readings recorded`)
    this.#context.report({ type: 'readings-recorded', asset, readings, statuses, register })
    for (const [index, reading] of readings.entries()) {
      if (statuses[index] !== 'held') continue
      const reason = register.holdReason
      const fields = { asset, reason, measuredAt: formatInstant(reading.measuredAt), energy: reading.energy }
      log.warn(
        fields,
        `${asset}: a reading is held (${reason}); nothing is counted until an operator resolves it`,
      )
      this.#context.report({ type: 'reading-held', asset, reading, reason, register })
    }
  }

  #speaksAgain(silence: Silence, { log, clock }: TaskRun): void {
    const outage = silence.end()
    if (outage === undefined) return
    const { name: asset } = this.#asset
    const { reason, since } = outage
    const seconds = Math.round((clock.now() - since) / 1_000)
    log.info({ asset, reason, seconds }, `${asset}: readings again after ${seconds} s`)
    this.#context.report({ type: 'outage-ended', asset, reason, since })
  }

  /** It answers and has nothing to say: no failure of this poll, so that the next one comes at its usual time. */
  async #overdue({ silence, punctuality }: Opened, run: TaskRun): Promise<void> {
    const gap = punctuality.ahead(run.clock.now())
      ? {
          reason: 'clock',
          detail: 'the newest reading of the log is of a time to come: was a clock put back?',
        }
      : { reason: 'source-empty', detail: 'the source answers, but has nothing newer' }
    await this.#silent(silence, { ...gap, from: punctuality.newest }, run)
  }

  async #failed({ silence, punctuality }: Opened, error: EnergywebError, run: TaskRun): Promise<void> {
    this.#failures++
    const logTrouble = isLogTrouble(error)
    const reason = logTrouble ? 'log-io' : error.code
    const detail = this.#context.redact(error.message)
    await this.#silent(silence, { reason, detail, from: punctuality.newest }, run)
    // Back-off is for a meter in trouble. While only the log stands still the meter is read on: the log's recovery is
    // somebody else's task, and the next reading after it must not be minutes away.
    if (!logTrouble) throw error
  }

  async #silent(
    silence: Silence,
    gap: Gap,
    { log, clock }: { log: TaskRun['log']; clock: Clock },
  ): Promise<void> {
    if (!(await silence.begin(gap, clock.now()))) return
    const { name: asset } = this.#asset
    const { reason, detail, from } = gap
    log.warn({ asset, reason }, `${asset}: no readings (${reason}): ${detail}`)
    this.#context.report({ type: 'outage-began', asset, reason, detail, from })
  }
}

function logStopped(asset: string): EnergywebError {
  return new EnergywebError('log-io', `${asset}: the log has stopped; its reading is not kept`, {
    retryable: true,
  })
}
