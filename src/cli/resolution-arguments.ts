import type { Energy } from '../core/energy.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Resolution } from '../core/register.ts'

/** The ways to decide on a held reading. */
export const resolutionKinds = ['release', 'write-off', 'reset', 'rollover', 'swap'] as const

export interface ResolutionArguments {
  readonly kind: (typeof resolutionKinds)[number]
  readonly reason: string
  readonly by: string
  readonly reading: number | undefined
  readonly readings: number | undefined
  readonly initial: Energy | undefined
  readonly final: Energy | undefined
  readonly modulus: Energy | undefined
}

type Detail = 'readings' | 'initial' | 'final' | 'modulus'

/** What the gateway takes, too. */
const longestText = 1_000

const details = ['readings', 'initial', 'final', 'modulus'] as const satisfies readonly Detail[]

const allowed: Readonly<Record<ResolutionArguments['kind'], readonly Detail[]>> = {
  release: [],
  'write-off': ['readings'],
  reset: ['initial'],
  rollover: ['modulus'],
  swap: ['final', 'initial'],
}

/**
 * The operator's command that these words and options make.
 * @throws EnergywebError `argument-invalid` for an option that the kind does not have, or needs and has not.
 */
export function resolutionOf(input: ResolutionArguments): Resolution {
  const { kind, reason, by, reading } = input
  const foreign = details.find(name => input[name] !== undefined && !allowed[kind].includes(name))
  if (foreign !== undefined) {
    throw new EnergywebError('argument-invalid', `a ${kind} has no --${foreign}`)
  }
  for (const name of ['reason', 'by'] as const) {
    if (input[name].length > longestText) {
      throw new EnergywebError('argument-invalid', `--${name} is longer than ${longestText} characters`)
    }
  }
  const common = { by, reason, ...(reading === undefined ? {} : { reading }) }
  switch (kind) {
    case 'release':
      return { kind, ...common }
    case 'write-off':
      return { kind, ...common, ...(input.readings === undefined ? {} : { readings: input.readings }) }
    case 'reset':
      return { kind, ...common, initial: needed(input, 'initial') }
    case 'rollover':
      return { kind, ...common, modulus: needed(input, 'modulus') }
    case 'swap':
      return { kind, ...common, final: needed(input, 'final'), initial: needed(input, 'initial') }
  }
}

function needed(input: ResolutionArguments, name: 'initial' | 'final' | 'modulus'): Energy {
  const value = input[name]
  if (value !== undefined) return value
  throw new EnergywebError('argument-invalid', `a ${input.kind} needs --${name}`, {
    hint: `Like --${name} '12.5 kWh'.`,
  })
}
