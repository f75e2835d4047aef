import type { ResolvedConfig } from '../../config/check-config.ts'
import { isCallsStream } from '../../core/call-log.ts'
import { EnergywebError } from '../../core/errors.ts'
import { gatewayStream } from '../../core/log.ts'
import type { ResumeRequest } from '../../gateway/control-protocol.ts'
import { type ResumedLine, resumeLine } from '../../gateway/control-resume.ts'
import { anchorsNamed } from '../anchor-look.ts'
import { defineCommand, flag, parsed, text, word } from '../command.ts'
import { assetNamed, configOption, openConfig } from '../configuration.ts'
import { withLog } from '../data-folder.ts'
import type { CommandIo } from '../io.ts'
import { printable } from '../printable.ts'
import { whoever } from '../whoever.ts'

/** What the gateway takes, too. */
const longestText = 1_000

/** `energyweb ledger resume` */
export const ledgerResumeCommand = defineCommand({
  name: 'ledger resume',
  summary: 'Let a stopped report line go on',
  description:
    'A report line stops when the registry and the log contradict each other, or when a submission has failed for good; `status` says why. Remove the cause first. Then this shows why the line stood still and lets it go on: the contract is compared with the log again, and what had failed is tried again, or given up where a later reading is registered already (totals are absolute, no energy is missing). If the contradiction is still there, the line stops again and nothing is lost. The decision is kept in the log as a note. Calls that a program has kept stop when one would cost more gas than it may: with --give-up that one is never made, and those behind it go on; it never had a nonce, so none is missing. A line that is not stopped is left as it is. It works while the gateway runs, and without it.',
  arguments: {
    asset: word(
      'name of the asset in the configuration, or `gateway`: the log and its anchors; or kept calls, as `status` names them',
    ),
  },
  options: {
    ...configOption,
    ledger: text('name', 'only the line to this ledger; default all of the asset that are stopped'),
    giveUp: flag('give up the kept call that holds up the others'),
    reason: parsed('text', 'why; it is kept in the log', shortText),
    by: parsed('name', 'who decides; default user@host', shortText),
  },
  examples: [
    { command: 'ledger resume roof', description: 'lets every stopped report line of roof go on' },
    {
      command: "ledger resume roof --ledger origin --reason 'the other gateway is switched off'",
      description: 'lets one go on and keeps the reason in the log',
    },
    {
      command:
        "ledger resume 'calls 1 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed' --give-up --reason 'wrong contract'",
      description: 'gives up the kept call that holds up the others of this account',
    },
  ],
  async run({ asset, ledger, giveUp, reason, by = whoever(), config: given }, { io, printer }) {
    const config = await openConfig(given, io)
    const names = isCallsStream(asset) ? [`${asset}/calls`] : linesOf(config, asset, ledger)
    const held = giveUp ? await heldEntry(config.data, asset) : undefined
    const request = { asset, ledger, by, reason, giveUp: held }
    const live = await throughGateway(config.data, request)
    const lines = live ?? (await onLog(config.data, { ...request, names }, io))
    const running = live !== undefined
    await printer.data(
      { asset, running, lines },
      lines.map(line => printable(forPeople(line, running))).join('\n\n'),
    )
  },
})

function shortText(given: string): string {
  if (given !== '' && given.length <= longestText) return given
  throw new EnergywebError('argument-invalid', `it has 1 to ${longestText.toLocaleString('en')} characters`)
}

/** The kept call that holds up the others. @throws EnergywebError `argument-invalid` where none does */
async function heldEntry(folder: string, stream: string): Promise<number> {
  const { keptCallsOf } = await import('../kept-calls.ts')
  const kept = await withLog(folder, async log => keptCallsOf(log))
  const found = kept.find(calls => calls.stream === stream && calls.isHeld)
  if (found?.first != null) return found.first.entry
  const held = kept.filter(({ isHeld }) => isHeld).map(calls => calls.stream)
  throw new EnergywebError('argument-invalid', `no kept call of ${stream} holds up others`, {
    hint: held.length === 0 ? 'None does, of any account.' : `There is one of ${held.join(', ')}.`,
  })
}

function linesOf(config: ResolvedConfig, asset: string, only: string | undefined): readonly string[] {
  if (asset === gatewayStream) return anchorsNamed(config, only).map(({ line }) => line)
  const ledgers = (assetNamed(config, asset).report ?? []).map(({ ledger }) => ledger)
  const asked = ledgers.filter(ledger => only === undefined || ledger === only)
  if (asked.length > 0) return asked.map(ledger => `${asset}/${ledger}`)
  throw new EnergywebError(
    'argument-invalid',
    `${asset} reports to no ledger${only === undefined ? '' : ` "${only}"`}`,
    ledgers.length === 0 ? {} : { hint: `It reports to ${ledgers.join(', ')}.` },
  )
}

async function throughGateway(
  folder: string,
  request: ResumeRequest,
): Promise<readonly ResumedLine[] | undefined> {
  const { askGateway } = await import('../control-client.ts')
  const { resumeParams } = await import('../../gateway/control-protocol.ts')
  const answer = await askGateway(folder, 'resume', resumeParams(request))
  if (!answer.running) return undefined
  const { resumedSchema } = await import('../status-schema.ts')
  return resumedSchema.parse(answer.result)
}

async function onLog(
  folder: string,
  { names, by, reason, giveUp }: ResumeRequest & { readonly names: readonly string[] },
  io: CommandIo,
): Promise<readonly ResumedLine[]> {
  // Read first: where nothing is stopped nothing has to be locked.
  const stopped = await withLog(folder, async log =>
    log.lines().flatMap(({ line, stopped: reason }) => (reason === undefined ? [] : [line])),
  )
  const asIs = (line: string): ResumedLine => ({ line, stopped: null, note: null, failed: [] })
  if (!names.some(line => stopped.includes(line))) return names.map(asIs)
  const { openLog } = await import('../../storage/index.ts')
  const log = await openLog({ folder, clock: io.clock })
  try {
    const resumed: ResumedLine[] = []
    for (const line of names) {
      resumed.push(
        stopped.includes(line) ? await resumeLine(log, log, { line, by, reason, giveUp }) : asIs(line),
      )
    }
    return resumed
  } finally {
    await log.close()
  }
}

function forPeople({ line, stopped, note, failed }: ResumedLine, running: boolean): string {
  if (stopped === null) return `${line} is not stopped; nothing was done`
  return [
    `${line} had stopped: ${stopped}`,
    `It goes on ${running ? 'now' : 'when the gateway runs again'}; the decision is entry ${note} of the log.`,
    'The contract is compared with the log first. If they still contradict each other, the line stops again.',
    ...failed.map(({ first, last, outcome }) => {
      const entries = first === last ? `Entry ${first}` : `Entries ${first} to ${last}`
      return outcome === 'tried-again'
        ? `${entries}: the failed submission is tried again.`
        : `${entries}: the failed submission is given up; a later reading is registered, no energy is missing.`
    }),
  ].join('\n')
}
