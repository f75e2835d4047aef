import { readCheckpoint } from '../proof/checkpoint.ts'
import type { WitnessConflict, WitnessedLog } from '../storage/index.ts'
import { printable } from './printable.ts'
import type { Style } from './style.ts'
import { formatTable } from './table.ts'

/** What a witness keeps, for programs. */
export function plainLog({ origin, checkpoint, equivocation, unproven }: WitnessedLog) {
  return {
    origin,
    size: sizeOf(checkpoint) ?? null,
    checkpoint: checkpoint ?? null,
    equivocation: equivocation ?? null,
    unproven: unproven ?? null,
  }
}

/** What a witness keeps, for people. */
export function witnessedLines(logs: readonly WitnessedLog[], style: Style): string {
  if (logs.length === 0) return 'nothing was cosigned yet'
  const table = formatTable(
    ['log', 'cosigned', 'state'],
    logs.map(({ origin, checkpoint, equivocation, unproven }) => [
      printable(origin),
      String(sizeOf(checkpoint) ?? '-'),
      equivocation !== undefined ? 'TWO FACES' : unproven === undefined ? 'ok' : 'ok, once in doubt',
    ]),
    { right: [1], heading: style.bold },
  )
  const conflicts = logs.flatMap(({ equivocation, unproven }) => [
    ...(equivocation === undefined ? [] : [accusation(equivocation, style)]),
    ...(unproven === undefined ? [] : [doubt(unproven, style)]),
  ])
  return [table, ...conflicts].join('\n\n')
}

function accusation({ origin, at, cosigned, shown }: WitnessConflict, style: Style): string {
  const what = `${origin} has signed two trees of one size, seen at ${at}. Nothing of it is cosigned until somebody decides:\n  energyweb witness release --help`
  return `${style.red('!')} ${printable(what)}\n\n${both(cosigned, shown)}`
}

function doubt({ origin, at, cosigned, shown }: WitnessConflict, style: Style): string {
  const what = `${origin}: at ${at} a checkpoint that it has signed came without a valid proof. A wrong proof, which anybody can send, or another tree: its operator can tell.`
  return `${style.yellow('!')} ${printable(what)}\n\n${both(cosigned, shown)}`
}

function both(cosigned: string, shown: string): string {
  return `cosigned here:\n${indented(cosigned)}\nshown later:\n${indented(shown)}`
}

function indented(note: string): string {
  return note
    .trimEnd()
    .split('\n')
    .map(line => `  ${printable(line)}`)
    .join('\n')
}

function sizeOf(checkpoint: string | undefined): number | undefined {
  return checkpoint === undefined ? undefined : readCheckpoint(checkpoint).size
}
