import { fromUtf8 } from '../../src/core/bytes.ts'
import { isEnergywebError } from '../../src/core/errors.ts'
import { readCheckpoint } from '../../src/proof/checkpoint.ts'

/**
 * True when the first of two evidence files seems to be the older one: made earlier, or, when both say the same or nothing, with
 * the smaller log. The time comes first, because a log that was set back is smaller in the newer file. It is a guess, which
 * whoever gave the files can see and turn round.
 */
export function isOlder(first: Uint8Array, second: Uint8Array): boolean {
  const [a, b] = [ageOf(first), ageOf(second)]
  return a.made === b.made ? a.size < b.size : a.made < b.made
}

interface Age {
  readonly size: number
  readonly made: string
}

const unknown: Age = { size: -1, made: '' }

/** Only a look, to put two files in order: nothing is believed because of it. */
function ageOf(bytes: Uint8Array): Age {
  try {
    const file: unknown = JSON.parse(fromUtf8(bytes))
    const made = memberOf(memberOf(file, 'made'), 'at')
    const checkpoint = memberOf(file, 'checkpoint')
    if (typeof checkpoint !== 'string') return unknown
    return { size: readCheckpoint(checkpoint).size, made: typeof made === 'string' ? made : '' }
  } catch (error) {
    if (error instanceof SyntaxError || isEnergywebError(error)) return unknown
    throw error
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}
