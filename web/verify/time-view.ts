import { type Child, said } from './dom.ts'
import { instantOf, timeText } from './figures.ts'

/** A time from the file in words; what is none is shown as the file has it. */
export function timeView(text: string): Child {
  return instantOf(text) === undefined ? said(text) : timeText(text)
}
