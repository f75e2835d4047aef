import { checkConfig, type ResolvedConfig } from '../../config/check-config.ts'
import { formatProblem } from '../../config/problem.ts'
import { isEnergywebError } from '../../core/errors.ts'
import { openingFor } from '../configuration.ts'
import { statusOf } from '../gateway-status.ts'
import type { CommandIo } from '../io.ts'
import type { Printer } from '../printer.ts'
import { failureOf } from '../system-failure.ts'
import { examineClock } from './examine-clock.ts'
import { examineData } from './examine-data.ts'
import { examineGateway, type GatewaySeen } from './examine-gateway.ts'
import { examineKeys } from './examine-keys.ts'
import { examineMachine } from './examine-machine.ts'
import { examinePublished } from './examine-published.ts'
import { bad, byUrgency, doubtful, type Finding, failed, good } from './finding.ts'

export interface ExamineOptions {
  /** The configuration as it was named on the command line. */
  readonly given: string | undefined
  /** Whether the network may be touched. */
  readonly live: boolean
  readonly io: CommandIo
  readonly printer: Printer
}

/** Looks at everything around a gateway; the most urgent finding comes first. A look that fails is a finding too. */
export async function examine(file: string, options: ExamineOptions): Promise<readonly Finding[]> {
  const { given, live, io, printer } = options
  const now = io.clock.now()
  const { config, findings } = await readConfig(file, io)
  if (config === undefined) return byUrgency([...findings, ...(await examineMachine(undefined, now))])
  const seen = await lookAtGateway(config, { given, io })
  const gateway = 'report' in seen ? seen : undefined
  return byUrgency([
    ...findings,
    ...(gateway === undefined ? [] : examineGateway(gateway)),
    ...('finding' in seen ? [seen.finding] : []),
    ...(await examineData(config, { now, running: gateway?.running ?? false })),
    ...(gateway?.running === true ? [] : await cosignaturesOf(config)),
    ...(await examinePublished(config)),
    ...(await examineKeys(config, io)),
    ...(config.witness === undefined ? [] : await witnessOf(config)),
    ...(await examineMachine(gateway?.report, now)),
    ...(live ? await tryNetwork(config, { io, printer }) : []),
  ])
}

/** A gateway that runs tells itself how it stands with its witnesses. */
async function cosignaturesOf(config: ResolvedConfig): Promise<readonly Finding[]> {
  if (config.log?.witnesses === undefined) return []
  return (await import('./examine-cosignatures.ts')).examineCosignatures(config)
}

/** What reads a witness is loaded where there is one. */
async function witnessOf(config: ResolvedConfig): Promise<readonly Finding[]> {
  return (await import('./examine-served-witness.ts')).examineServedWitness(config)
}

async function readConfig(
  file: string,
  io: CommandIo,
): Promise<{ config: ResolvedConfig | undefined; findings: readonly Finding[] }> {
  try {
    const { config, errors, warnings, edition } = await checkConfig(file, openingFor(io))
    const findings = [
      ...errors.map(problem =>
        bad(formatProblem(problem), 'Every key is explained in docs/configuration.md'),
      ),
      ...warnings.map(problem => doubtful(formatProblem(problem))),
      ...(errors.length === 0 ? [good(`the configuration ${file} is valid`)] : []),
      ...(config === undefined || edition === undefined
        ? []
        : await examineEdition(file, { config, edition })),
    ]
    return { config, findings }
  } catch (error) {
    return { config: undefined, findings: [failed('the configuration', failureOf(error))] }
  }
}

/** A sealed configuration that is older than the one that ran is not started with. */
async function examineEdition(
  file: string,
  { config, edition }: { config: ResolvedConfig; edition: number },
): Promise<readonly Finding[]> {
  const { olderThanRemembered } = await import('../sealed/edition-mark.ts')
  const older = await olderThanRemembered({ file, folder: config.data, edition })
  return older === undefined ? [] : [bad(older.message, older.hint)]
}

async function lookAtGateway(
  config: ResolvedConfig,
  { given, io }: { given: string | undefined; io: CommandIo },
): Promise<GatewaySeen | { readonly finding: Finding }> {
  try {
    return { ...(await statusOf(config, io)), config: given }
  } catch (error) {
    // That there is no log is told by who looks at the data folder.
    const failure = failureOf(error)
    const remedy = 'systemctl start energyweb, or: energyweb run'
    if (isEnergywebError(failure, 'log-io'))
      return { finding: doubtful('no gateway runs on this data folder', remedy) }
    return { finding: failed('the gateway', failure) }
  }
}

async function tryNetwork(
  config: ResolvedConfig,
  context: { io: CommandIo; printer: Printer },
): Promise<readonly Finding[]> {
  const { tryAll } = await import('../live/try-all.ts')
  const { sources, carbon, lines, witnesses, remoteLogs } = await tryAll(config, context)
  const trials = [...sources, ...carbon, ...lines, ...witnesses, ...remoteLogs].flatMap(
    ({ subject, by, said, trouble, remarks }) => [
      trouble === undefined ? good(`${subject} (${by}): ${said}`) : failed(`${subject} (${by})`, trouble),
      ...remarks.map(remark => doubtful(`${subject} (${by}): ${remark}`)),
    ],
  )
  return [...(await examineClock(config, context.io)), ...trials]
}
