import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { type Clock, scaledClock, systemClock } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Instant } from '../../core/time.ts'

/** What the demonstration keeps between two starts, besides the log and the chain. */
const demoState = z.strictObject({
  factor: z.number().positive(),
  /** The moment when scaled time began, by the real clock and by the scaled one. */
  began: z.strictObject({ real: z.number(), scaled: z.number() }),
  contracts: z.strictObject({ producing: z.string(), consuming: z.string(), anchor: z.string() }).optional(),
})

export type DemoState = z.infer<typeof demoState>

/** What was kept, or undefined at the first start. */
export function readDemoState(file: string): DemoState | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    return demoState.parse(JSON.parse(text))
  } catch (cause) {
    throw new EnergywebError('config-invalid', `${file} is not what a demonstration wrote`, {
      hint: 'Start afresh with --fresh.',
      cause,
    })
  }
}

/** Keeps the state; a crash leaves the old or the new one. */
export function writeDemoState(file: string, state: DemoState): void {
  writeFileSync(`${file}.next`, `${JSON.stringify(state, null, 2)}\n`)
  renameSync(`${file}.next`, file)
}

/** Scaled time begins at ten in the morning (UTC) of the day, when the sun shines. */
export function newDemoState(factor: number, now: Instant): DemoState {
  const day = 86_400_000
  return { factor, began: { real: now, scaled: now - (now % day) + 10 * 3_600_000 } }
}

/** The clock of gateway and meters. It went on while nobody looked. */
export function demoClock({ factor, began }: DemoState, clock: Clock = systemClock): Clock {
  const start = Math.floor(began.scaled + Math.max(0, clock.now() - began.real) * factor)
  return scaledClock(factor, { clock, start })
}
