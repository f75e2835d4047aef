import { isCallsStream } from '../core/call-log.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { Task, type TaskContext } from '../dispatcher/index.ts'
import { limitsOf } from './asset.ts'
import type { ResumeRequest } from './control-protocol.ts'
import { type ResumedLine, resumeLine } from './control-resume.ts'
import { ControlServer } from './control-server.ts'
import { reportRegister, reportStatus } from './control-status.ts'
import type { GatewayApp } from './gateway-app.ts'
import { Wake, whenWoken } from './wake.ts'

export interface ControlTaskOptions {
  /** The data folder; the gateway holds its lock. */
  readonly folder: string
  readonly gateway: GatewayApp
}

/** How long who asks for a checkpoint waits for the key that signs it, ms: less than the one who asks. */
const longestSigning = 20_000

/**
 * Keeps a gateway's control socket open for as long as the gateway runs. Add it to the gateway itself: it opens once the log
 * is open, and closes before that is closed.
 */
export class ControlTask extends Task {
  readonly #options: ControlTaskOptions
  #server: ControlServer | undefined

  constructor(options: ControlTaskOptions) {
    // Nothing is ever due: others ask, the server answers.
    super({ name: 'control socket', trigger: whenWoken(new Wake()) })
    this.#options = options
  }

  override async prepare({ log }: TaskContext): Promise<void> {
    const { folder, gateway } = this.#options
    this.#server = await ControlServer.open({
      folder,
      log,
      handlers: {
        status: async () => redactAll(reportStatus(await gateway.status()), text => gateway.redact(text)),
        resolve: async ({ asset: name, resolution }) => {
          const asset = gateway.assets.find(one => one.name === name)
          if (asset === undefined) throw unknownAsset(name)
          const { appended, register } = await gateway.gatewayLog.resolve(name, resolution, limitsOf(asset))
          log.info({ asset: name, kind: resolution.kind, by: resolution.by }, 'what was held is resolved')
          return { appended, register: reportRegister(register) }
        },
        resume: request => this.#resume(request, log),
        erase: async request => {
          const { eraser } = gateway
          if (eraser === undefined) {
            throw new EnergywebError('erasure-refused', 'the log of this gateway can not erase')
          }
          const outcome = await eraser.erase(request)
          for (const { stream, first, last } of outcome.erased) {
            log.warn({ stream, first, last, by: request.by }, 'documents and raw bytes were erased')
          }
          return outcome
        },
        checkpoint: async () => ({
          signed: await gateway.checkpoint({ signal: AbortSignal.timeout(longestSigning) }),
        }),
      },
    })
  }

  async #resume({ asset, ledger, ...decision }: ResumeRequest, log: Logger): Promise<readonly ResumedLine[]> {
    const { gateway } = this.#options
    const { ledgers } = await gateway.status()
    const asked = ledgers.filter(({ ledger: name }) => ledger === undefined || ledger === name)
    const lines = isCallsStream(asset)
      ? [{ line: `${asset}/calls` }]
      : asked.flatMap(({ ledger: name, lines: own }) => own.filter(({ line }) => line === `${asset}/${name}`))
    const stores = gateway.reportStores
    if (lines.length === 0 || stores === undefined) throw unknownLine(asset, ledger)
    const resumed: ResumedLine[] = []
    for (const { line } of lines) {
      const result = await resumeLine(gateway.gatewayLog, stores, { line, ...decision })
      if (result.stopped !== null) log.info({ line, by: decision.by }, 'the report line goes on')
      resumed.push(result)
    }
    return resumed
  }

  override coroutine(): undefined {
    return undefined
  }

  override async finish(): Promise<void> {
    await this.#server?.close()
  }
}

/** A copy of plain JSON whose texts are without secrets: troubles tell what meters and nodes have said. */
function redactAll(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map(item => redactAll(item, redact))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactAll(item, redact)]))
}

function unknownLine(asset: string, ledger: string | undefined): EnergywebError {
  const line = `${asset.slice(0, 64)}${ledger === undefined ? '' : `/${ledger.slice(0, 64)}`}`
  return new EnergywebError('argument-invalid', `the gateway has no report line of "${line}"`, {
    hint: 'Was the configuration changed since the gateway started? `energyweb status` shows its report lines.',
  })
}

function unknownAsset(name: string): EnergywebError {
  return new EnergywebError('argument-invalid', `the gateway has no asset "${name.slice(0, 64)}"`)
}
