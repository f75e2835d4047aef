import { hostname } from 'node:os'
import type { ResolvedConfig } from '../config/check-config.ts'
import { composeRemoteLogs, defaultSpoolCap } from '../config/compose-remote-logs.ts'
import { tellSecrets } from '../config/configured-secrets.ts'
import type { SecretContext } from '../config/secrets.ts'
import type { Logger } from '../core/logger.ts'
import { formatInstant } from '../core/time.ts'
import type { Sheddable } from '../gateway/index.ts'
import { LogFile, type LogLevel, openLogger, Redactor, type RemoteLog } from '../logging/index.ts'
import { logFileSheddables, spoolSheddable } from './log-sheddables.ts'
import { remoteTrouble } from './remote-trouble.ts'
import { failureOf } from './system-failure.ts'
import { version } from './version.ts'

export interface RunLog {
  readonly log: Logger
  readonly redactor: Redactor
  /** Undefined where none is configured. */
  readonly file: LogFile | undefined
  /** What leaves the box; undefined where nothing does. */
  readonly remote: RemoteLog | undefined
  /** What can be given up of it when the disk gets short of room. */
  readonly sheddables: readonly Sheddable[]
  /** Tells why the gateway has ended; standard error hears of it from whoever ran it. */
  failed(error: unknown): void
  /** Writes and sends what waits, for a moment, and lets go of the file. */
  close(): Promise<void>
}

export interface RunLogOptions {
  readonly level: LogLevel | undefined
  readonly pretty: boolean | undefined
  readonly environment: NonNullable<SecretContext['environment']>
  /** Secrets that are known already; the first message must not tell them either. */
  readonly secrets: Iterable<string>
}

/**
 * Where a gateway's messages go: standard error and, where they are configured, a file and places out of the box. Off a
 * terminal SIGHUP opens the file anew, as logrotate asks for it; on one it still means that the terminal has gone.
 */
export async function openRunLog(
  config: ResolvedConfig,
  { level, pretty, environment, secrets }: RunLogOptions,
): Promise<RunLog> {
  const { logging } = config
  const redactor = new Redactor()
  for (const secret of secrets) redactor.add(secret)
  const file = logging?.file === undefined ? undefined : new LogFile({ ...logging, path: logging.file })
  const local = {
    redactor,
    ...(file && { file }),
    ...(level !== undefined && { level }),
    ...(pretty !== undefined && { pretty }),
  }
  const remote = await openRemote(config, { redactor, environment, local: () => openLogger(local) })
  const log = await openLogger({ ...local, ...(remote && { remote }) })
  const reopen = () => file?.reopen()
  if (!process.stderr.isTTY) process.on('SIGHUP', reopen)
  return {
    log,
    redactor,
    file,
    remote,
    sheddables: [
      ...(remote === undefined ? [] : [spoolSheddable(remote)]),
      ...(file === undefined ? [] : logFileSheddables(file)),
    ],
    failed: thrown => {
      const error = failureOf(thrown)
      const told = { level: 'error', time: formatInstant(Date.now()), error: redactor.value(error) }
      const message = `the gateway ends: ${redactor.text(error.message)}`
      file?.write(`${JSON.stringify({ ...told, msg: message })}\n`)
      remote?.write('error', { message, fields: { error: told.error } })
    },
    close: async () => {
      process.off('SIGHUP', reopen)
      await Promise.all([file?.close(), remote?.close()])
    },
  }
}

/** What is told of its own troubles stays here: sent away, it would be the next message that can't be. */
async function openRemote(
  config: ResolvedConfig,
  {
    redactor,
    environment,
    local,
  }: Pick<RunLogOptions, 'environment'> & { redactor: Redactor; local: () => Promise<Logger> },
): Promise<RemoteLog | undefined> {
  if (config.logging?.remote === undefined) return undefined
  const addSecret = (secret: string) => redactor.add(secret)
  // All of them, before the first message leaves.
  await tellSecrets(config, { environment, addSecret })
  const [{ RemoteLog }, destinations, log] = await Promise.all([
    import('../logging/index.ts'),
    composeRemoteLogs(config, { environment, addSecret }),
    local(),
  ])
  return new RemoteLog({
    folder: config.data,
    cap: config.logging.spool?.cap ?? defaultSpoolCap,
    destinations,
    sender: { host: hostname(), version: version(), pid: process.pid },
    onTrouble: remoteTrouble(log),
  })
}
