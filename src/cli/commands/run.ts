import { basename, resolve } from 'node:path'
import type { ResolvedConfig } from '../../config/check-config.ts'
import type { SecretContext } from '../../config/secrets.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Logger } from '../../core/logger.ts'
import type { GatewayApp, ServiceNotifier } from '../../gateway/index.ts'
import { defineCommand, flag, parsed } from '../command.ts'
import { configOption, configWord, findConfig, namedConfig, openingFor } from '../configuration.ts'
import { mustBeWritable } from '../data-folder.ts'
import type { CommandIo } from '../io.ts'
import type { RunMetrics } from '../run-metrics.ts'
import { preferSmallHeap } from '../small-heap.ts'

/** `energyweb run` */
export const runCommand = defineCommand({
  name: 'run',
  summary: 'Run the gateway',
  description:
    'Reads the assets, keeps every reading in the log, reports to the ledgers, until SIGTERM or Ctrl-C: then what is under way is brought to its end. A second signal ends at once; nothing is lost by it. The log of what happens goes to standard error, in words on a terminal, else (or with --json) as one JSON object a line. One gateway runs on a data folder.',
  arguments: configWord,
  options: {
    ...configOption,
    logLevel: parsed(
      'level',
      'the least that is told: debug, info (default), warn, error or silent',
      parseLevel,
    ),
    olderConfiguration: flag('start once with a sealed configuration that is older than the one of before'),
  },
  examples: [
    { command: 'run', description: 'runs energyweb.yml of this folder' },
    {
      command: 'run /etc/energyweb/roof.yml --log-level warn',
      description: 'runs that one and tells troubles only',
    },
  ],
  async run({ logLevel, olderConfiguration, ...named }, { io, printer }) {
    preferSmallHeap()
    // The record is worth more than who reads the messages: `energyweb run 2>&1 | tee file` and Ctrl-C end `tee` first.
    io.outliveStreams()
    const file = findConfig(namedConfig(named), io)
    const [{ loadConfig }, { formatProblem }, { gatewayOptions }, { openRunLog }] = await Promise.all([
      import('../../config/check-config.ts'),
      import('../../config/problem.ts'),
      import('../../config/compose-gateway.ts'),
      import('../run-log.ts'),
    ])
    const told = new Set<string>()
    const { config, warnings, edition } = await loadConfig(file, {
      ...openingFor(io),
      addSecret: secret => {
        told.add(secret)
        io.hide(secret)
      },
    })
    const { redactor, log, remote, sheddables, failed, close } = await openRunLog(config, {
      secrets: told,
      level: logLevel,
      pretty: printer.json ? false : undefined,
      environment: io.env,
    })
    const { surviveFloatingPromises } = await import('../floating-promises.ts')
    // Without code of others such a promise is a defect of ours, and ends the process as ever.
    const ending = new AbortController()
    const release = config.modules === undefined ? undefined : surviveFloatingPromises(log)
    try {
      for (const warning of warnings) log.warn({ file: basename(file) }, formatProblem(warning))
      await mustBeWritable(config.data)
      await useSealed(edition, { file, folder: config.data, mayBeOlder: olderConfiguration })
      const measured = await openMetrics(config, {
        environment: io.env,
        addSecret: secret => redactor.add(secret),
      })
      const options = await gatewayOptions(config, {
        log,
        environment: io.env,
        addSecret: secret => {
          redactor.add(secret)
          io.hide(secret)
        },
        redact: text => redactor.text(text),
        sheddables,
        ...(remote && { remoteLog: () => remote.status }),
        ...(measured && { onGatewayEvent: measured.observe }),
      })
      const { ControlTask, GatewayApp, ServiceNotifier, ServiceTask } = await import('../../gateway/index.ts')
      const gateway = new GatewayApp(options)
      gateway.addTask(new ControlTask({ folder: config.data, gateway }))
      measured?.addTo(gateway)
      await addWitness(gateway, config, { log, environment: io.env, signal: ending.signal })
      const notifier = ServiceNotifier.of({ environment: io.env, log })
      if (notifier !== undefined) gateway.addTask(new ServiceTask(gateway, notifier))
      const { title } = config.info ?? {}
      log.info(
        { config: resolve(io.cwd, file), data: config.data, pid: process.pid, title },
        'the gateway starts',
      )
      await runTelling(gateway, notifier)
      log.info({}, 'the gateway has ended')
    } catch (error) {
      failed(error)
      throw error
    } finally {
      ending.abort(new EnergywebError('aborted', 'the gateway has ended'))
      release?.()
      await close()
    }
  },
})

/** Whoever puts an old copy of a sealed configuration in its place must say so; of a plain one nobody can tell. */
async function useSealed(
  edition: number | undefined,
  { mayBeOlder, ...use }: { file: string; folder: string; mayBeOlder: boolean },
): Promise<void> {
  if (edition === undefined) return
  const [{ useEdition }, { mkdir }] = await Promise.all([
    import('../sealed/edition-mark.ts'),
    import('node:fs/promises'),
  ])
  await mkdir(use.folder, { recursive: true, mode: 0o700 })
  await useEdition({ ...use, edition }, { mayBeOlder })
}

/** What measures is loaded only where something is to be measured. */
async function openMetrics(config: ResolvedConfig, context: SecretContext): Promise<RunMetrics | undefined> {
  if (config.metrics === undefined) return undefined
  const { runMetrics } = await import('../run-metrics.ts')
  return runMetrics(config, context)
}

/** A gateway may be a witness for the logs of others; what serves them is loaded only then. */
async function addWitness(
  gateway: GatewayApp,
  config: ResolvedConfig,
  options: { log: Logger; environment: CommandIo['env']; signal: AbortSignal },
): Promise<void> {
  if (config.witness === undefined) return
  const [{ composeServedWitness }, { WitnessTask }] = await Promise.all([
    import('../../config/compose-witnesses.ts'),
    import('../../server/index.ts'),
  ])
  const witness = await composeServedWitness(config, options)
  if (witness !== undefined) gateway.addTask(new WitnessTask(witness))
}

/** Runs the gateway; while it comes to its end, the service manager is asked for patience. */
async function runTelling(gateway: GatewayApp, notifier: ServiceNotifier | undefined): Promise<void> {
  const stopping = () => notifier?.stopping()
  process.on('SIGTERM', stopping)
  process.on('SIGINT', stopping)
  try {
    await gateway.run()
  } finally {
    process.off('SIGTERM', stopping)
    process.off('SIGINT', stopping)
    notifier?.end()
  }
}

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const

function parseLevel(text: string): (typeof levels)[number] {
  const level = levels.find(one => one === text)
  if (level !== undefined) return level
  throw new EnergywebError('argument-invalid', `"${text}" is none of ${levels.join(', ')}`)
}
