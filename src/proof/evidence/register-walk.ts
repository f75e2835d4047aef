import { note, placeOf, refutes } from './findings.ts'
import { isOpening, isResolution, saysTotal, totalAfter } from './period-view.ts'
import { integerOf, type RebuiltEntry, textOf, timeOf } from './rebuilt-entry.ts'
import type { Finding } from './verification.ts'

/** By how much an entry may raise the total, mJ, before a debit is paid off. Fractions of a millijoule make the two differ. */
interface Step {
  readonly least: bigint
  readonly most: bigint
}

const none: Step = { least: 0n, most: 0n }

/**
 * Follows the total through entries of one stream, without knowing what is before them: it must never fall, and never rise by
 * more than the entries explain. By less it may rise while a debit is paid off.
 */
export class RegisterWalk {
  readonly findings: Finding[] = []
  #total: bigint | undefined
  /** What is left to pay off; undefined when it is not known. */
  #debit: bigint | undefined
  /** The newest counted value of a counter; null when there is none yet. */
  #last: bigint | null | undefined
  /** When it was measured. */
  #lastAt: string | undefined
  #kind: string | null | undefined

  /** @param kind - what values the meter gives, where another segment shows it */
  constructor(kind?: string | null) {
    this.#kind = kind
  }

  take(entry: RebuiltEntry): void {
    if (!saysTotal(entry)) return
    if (isOpening(entry)) this.#open(entry)
    else this.#move(entry, isResolution(entry) ? this.#resolve(entry) : this.#value(entry))
  }

  #open(entry: RebuiltEntry): void {
    this.#total = totalAfter(entry)
    this.#debit = 0n
    this.#last = null
  }

  /** What a reading or revision explains; undefined when that can't be told. */
  #value(entry: RebuiltEntry): Step | undefined {
    const status = textOf(entry, 'status')
    if (status === undefined) {
      this.#last = undefined
      return undefined
    }
    if (status !== 'counted') return none
    const energy = integerOf(entry, 'energy')
    if (entry.kind === 'revision') return this.#revision(entry, energy)
    const kind = textOf(entry, 'kind') ?? this.#kind
    if (kind === 'interval') return energy === undefined ? undefined : stepOf(energy, entry, 'fraction')
    if (kind !== 'counter') return undefined
    this.#order(entry)
    const last = this.#last
    this.#last = energy
    if (last === null) return none
    return energy === undefined || last === undefined
      ? undefined
      : { least: energy - last, most: energy - last }
  }

  /** A counter is counted in the order of its times. */
  #order(entry: RebuiltEntry): void {
    const [before, at] = [this.#lastAt, timeOf(entry, 'measuredAt')]
    this.#lastAt = at
    if (before === undefined || at === undefined || before < at) return
    const text = `Entry ${entry.sequence} counts the counter at ${at} behind that at ${before}.`
    this.findings.push(refutes('register-law', text, placeOf(entry)))
  }

  #revision(entry: RebuiltEntry, energy: bigint | undefined): Step | undefined {
    const before = integerOf(entry, 'before')
    this.findings.push(note('revised', revisedInWords(entry), placeOf(entry)))
    const kind = textOf(entry, 'kind') ?? this.#kind
    if (kind === 'counter') this.#last = energy
    if (energy === undefined || before === undefined) return undefined
    if (kind === 'interval') return { least: energy - before - 1n, most: energy - before + 1n }
    // Of the register's first value another one counts nothing; whether it is the first is not always shown.
    return energy > before ? { least: 0n, most: energy - before } : { least: energy - before, most: 0n }
  }

  /** What an operator's entry explains. Which value the counter goes on from is in the register's state, not in the entry. */
  #resolve(entry: RebuiltEntry): Step | undefined {
    const [released, declared] = [integerOf(entry, 'released'), integerOf(entry, 'declared')]
    const readings = integerOf(entry, 'readings')
    if (readings !== 0n) [this.#last, this.#lastAt] = [undefined, undefined]
    const [by, reason] = [textOf(entry, 'by') ?? 'somebody', textOf(entry, 'reason') ?? 'no reason shown']
    this.findings.push(
      note(
        'operator-entry',
        `Entry ${entry.sequence} is a ${entry.kind} by ${by}: ${reason}`,
        placeOf(entry),
      ),
    )
    if (released === undefined || declared === undefined || readings === undefined) return undefined
    const step = released + declared
    // Held intervals carry fractions of a millijoule, each of them; and of those that a swap counts one may lower another value.
    const least = entry.kind === 'swap' && readings > 1n ? 0n : step - 1n
    return { least, most: step + readings }
  }

  #move(entry: RebuiltEntry, step: Step | undefined): void {
    const [before, after] = [this.#total, totalAfter(entry)]
    const debit = this.#debit
    this.#total = after
    this.#debit = integerOf(entry, 'debit')
    if (before === undefined || after === undefined) return
    const rise = after - before
    if (rise < 0n) {
      this.findings.push(
        refutes(
          'total-falls',
          `The total falls from ${before} to ${after} mJ at entry ${entry.sequence}.`,
          placeOf(entry),
        ),
      )
      return
    }
    if (step === undefined) return
    this.#judge(entry, { rise, step, debit })
  }

  #judge(
    entry: RebuiltEntry,
    { rise, step, debit }: { rise: bigint; step: Step; debit: bigint | undefined },
  ): void {
    const least = debit === undefined ? 0n : positive(step.least - debit)
    if (rise > positive(step.most - (debit ?? 0n)) || rise < least) {
      this.findings.push(
        refutes('total-unexplained', unexplained(entry, { rise, step, debit }), placeOf(entry)),
      )
      return
    }
    const paid = positive(step.least) - rise
    if (paid > 0n) {
      const text = `Of the energy of entry ${entry.sequence} ${paid} mJ were not counted, because as much had been counted too much before.`
      this.findings.push(note('debit-paid', text, placeOf(entry)))
    }
    this.#debit ??= leftOf(debit, { rise, step })
  }
}

/** What is left of a debit behind an entry that does not say it. */
function leftOf(debit: bigint | undefined, { rise, step }: { rise: bigint; step: Step }): bigint | undefined {
  if (rise > 0n) return 0n
  return debit === undefined || step.least !== step.most ? undefined : positive(debit - step.least)
}

function unexplained(
  { sequence, kind }: RebuiltEntry,
  { rise, step, debit = 0n }: { rise: bigint; step: Step; debit: bigint | undefined },
): string {
  const explained = step.least === step.most ? `${step.most}` : `between ${step.least} and ${step.most}`
  const owed = debit === 0n ? '' : `, of which ${debit} mJ pay off what had been counted too much`
  return `The total rises by ${rise} mJ at entry ${sequence}, and its ${kind} explains ${explained} mJ${owed}.`
}

function stepOf(energy: bigint, entry: RebuiltEntry, fraction: string): Step {
  return { least: energy, most: textOf(entry, fraction) === null ? energy : energy + 1n }
}

function positive(value: bigint): bigint {
  return value > 0n ? value : 0n
}

function revisedInWords(entry: RebuiltEntry): string {
  const [before, energy] = [integerOf(entry, 'before'), integerOf(entry, 'energy')]
  return `Entry ${entry.sequence} gives the reading of ${textOf(entry, 'measuredAt') ?? 'a time not shown'} another value: ${energy ?? 'not shown'} mJ, where it was ${before ?? 'not shown'} mJ.`
}
