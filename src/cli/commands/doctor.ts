import { defineCommand, flag } from '../command.ts'
import { configOption, configWord, findConfig, namedConfig } from '../configuration.ts'
import { exitCodes } from '../exit-codes.ts'

/** `energyweb doctor` */
export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'Say what is wrong, and what to do about it',
  description:
    'Looks at the configuration, secrets, keys, the data folder, the tail of its log, the disk, the clock, the service, and at what the running gateway says of itself. Names what is wrong first, since when, and a command to type. Nothing is changed, and without --live no network is touched. Ends with 1 when something must be seen to.',
  arguments: configWord,
  options: {
    ...configOption,
    live: flag('also read each source once, and ask each ledger whether it would take readings'),
  },
  examples: [
    { command: 'doctor', description: 'examines the gateway of this folder' },
    { command: 'doctor /etc/energyweb/energyweb.yml --json', description: 'gives the findings to a program' },
  ],
  async run({ live, ...named }, { io, printer }) {
    const given = namedConfig(named)
    const { examine } = await import('../doctor/examine.ts')
    const { findingLines } = await import('../doctor/finding-view.ts')
    const findings = await examine(findConfig(given, io), { given, live, io, printer })
    const count = (grade: string) => findings.filter(finding => finding.grade === grade).length
    const [wrong, doubts] = [count('bad'), count('doubtful')]
    const { style } = printer
    const verdict = wrong > 0 ? style.red(`${wrong} to be seen to`) : style.green('nothing is wrong')
    const view = { style, columns: Math.min(io.stdout.columns, 110) }
    await printer.data(
      { ok: wrong === 0, findings },
      `${findingLines(findings, view)}\n\n${verdict}${doubts === 0 ? '' : `, ${doubts} to be looked at`}`,
    )
    return wrong === 0 ? exitCodes.ok : exitCodes.failed
  },
})
