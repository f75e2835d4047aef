import type { ResolvedConfig } from '../../config/check-config.ts'
import { openCarbonSources } from '../../config/compose-carbon.ts'
import { environmentOf } from '../../config/secrets.ts'
import type { CarbonSource } from '../../core/carbon.ts'
import { toEnergywebError } from '../../core/errors.ts'
import { silentLogger } from '../../core/logger.ts'
import { sourceContext } from '../../sources/index.ts'
import { askFactor } from '../ask-factor.ts'
import type { CommandIo } from '../io.ts'
import type { Trial } from './source-trial.ts'

/** The carbon sources of a configuration; assets with equal options share one, and its answers. */
export class CarbonTrials {
  readonly #io: CommandIo
  readonly #opening: Promise<ReadonlyMap<string, CarbonSource>>

  constructor(config: ResolvedConfig, { io }: { io: CommandIo }) {
    this.#io = io
    this.#opening = openCarbonSources(config, {
      environment: environmentOf(config, io.env),
      source: sourceContext({ clock: io.clock, log: silentLogger }),
      extensions: config.extensions,
      addSecret: io.hide,
    })
    // Each trial says it.
    this.#opening.catch(() => undefined)
  }

  /** Asks the asset's carbon source once for a factor. */
  async try({ name, carbon }: ResolvedConfig['assets'][number]): Promise<Trial> {
    const common = { subject: `${name}/carbon`, by: carbon?.kind ?? '' }
    try {
      const source = (await this.#opening).get(name)
      if (source === undefined) return { ...common, said: 'not counted', trouble: undefined, remarks: [] }
      const { said, warnings } = await askFactor(source, this.#io)
      return { ...common, said, trouble: undefined, remarks: [...source.exceptions, ...warnings] }
    } catch (error) {
      return { ...common, said: '', trouble: toEnergywebError(error), remarks: [] }
    }
  }

  async close(): Promise<void> {
    const sources = await this.#opening.catch(() => new Map<string, CarbonSource>())
    await Promise.all([...new Set(sources.values())].map(source => source.close()))
  }
}
