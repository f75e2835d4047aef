import { EnergywebError } from '../core/errors.ts'
import { Task, type TaskContext } from '../dispatcher/index.ts'
import { limitsOf } from './asset.ts'
import { ControlServer } from './control-server.ts'
import { reportRegister, reportStatus } from './control-status.ts'
import type { GatewayApp } from './gateway-app.ts'
import { Wake, whenWoken } from './wake.ts'

export interface ControlTaskOptions {
  /** The data folder; the gateway holds its lock. */
  readonly folder: string
  readonly gateway: GatewayApp
}

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
        status: async () => reportStatus(await gateway.status()),
        resolve: async ({ asset: name, resolution }) => {
          const asset = gateway.assets.find(one => one.name === name)
          if (asset === undefined) throw unknownAsset(name)
          const { appended, register } = await gateway.gatewayLog.resolve(name, resolution, limitsOf(asset))
          log.info({ asset: name, kind: resolution.kind, by: resolution.by }, 'what was held is resolved')
          return { appended, register: reportRegister(register) }
        },
      },
    })
  }

  override coroutine(): undefined {
    return undefined
  }

  override async finish(): Promise<void> {
    await this.#server?.close()
  }
}

function unknownAsset(name: string): EnergywebError {
  return new EnergywebError('argument-invalid', `the gateway has no asset "${name.slice(0, 64)}"`)
}
