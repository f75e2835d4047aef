import { parsed, text } from './command.ts'
import { parseDate } from './date-argument.ts'

/** The options of commands that write entries of a log: which of them. */
export const entryChoice = {
  asset: text('name', 'only entries of this asset'),
  from: parsed(
    'date',
    'appended on this day (UTC) or later, like 2024-05-01; or a time with its zone',
    parseDate,
  ),
  to: parsed('date', 'appended before this day or time', parseDate),
}
