import { fromUtf8 } from '../../src/core/bytes.ts'
import { isEnergywebError } from '../../src/core/errors.ts'
import { readCheckpoint } from '../../src/proof/checkpoint.ts'

/**
 * Of two evidence files, the newer one first: the one whose checkpoint is larger, or was made later. Files that say neither
 * stay in the order in which they were given; the check tells what is wrong with them.
 */
export function olderLast<OpenFile extends { readonly bytes: Uint8Array }>(
  files: readonly OpenFile[],
): readonly OpenFile[] {
  if (files.length < 2) return files
  const aged = files.map(file => ({ file, age: ageOf(file.bytes) }))
  return aged.sort((a, b) => b.age.size - a.age.size || later(b.age.made, a.age.made)).map(({ file }) => file)
}

function later(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

interface Age {
  readonly size: number
  readonly made: string
}

const unknown: Age = { size: -1, made: '' }

/** Only a look, to put files in order: nothing is believed because of it. */
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
