import { boundaryView } from './boundary-view.ts'
import { certificatesView } from './certificates-view.ts'
import { claimView } from './claim-view.ts'
import { html } from './dom.ts'
import { factsView } from './facts-view.ts'
import type { Checked } from './messages.ts'
import { nextView } from './next-view.ts'
import { notesView } from './notes-view.ts'
import { plotView } from './plot-view.ts'
import { readingsView } from './readings-view.ts'
import { recordsView } from './records-view.ts'
import { stepsView } from './steps-view.ts'
import { verdictView } from './verdict-view.ts'

/** The whole report, as one would read it: the verdict, what it is about, why, and what it is not. */
export function reportView(
  checked: Checked,
  given: { keys: readonly string[]; witnesses: readonly string[]; at: Date },
  choose: (segment: number, sequence: number) => void,
): readonly (HTMLElement | undefined)[] {
  return [
    verdictView(checked),
    claimView(checked),
    plotView(checked, choose),
    stepsView(checked),
    boundaryView(checked),
    nextView(checked),
    readingsView(checked, choose),
    certificatesView(checked),
    html('div', { id: 'path-place' }),
    recordsView(checked),
    notesView(checked),
    factsView(checked, given),
  ]
}
