import type { ZodType, z } from 'zod'
import type { Channel } from '../core/reading.ts'
import type { Source, SourceContext } from '../core/source.ts'
import { checkedOptions, type DriverDescription } from './define-driver.ts'

/** Everything about a driver: what a form, a documentation page, a configuration check and the gateway need. */
export interface SourceDefinition<Options extends ZodType = ZodType> extends DriverDescription<Options> {
  /** What its values can be. */
  readonly values: readonly ('counter' | 'interval')[]
  readonly channels: readonly Channel[]
  create(options: z.output<Options>, context: SourceContext): Source
}

/** A definition whose options nobody has looked at yet. */
export interface AnySourceDefinition extends Omit<SourceDefinition, 'create'> {
  /**
   * Checks the options and makes the source; secrets are resolved by then.
   * @throws EnergywebError `config-invalid` when the options don't fit; no value is quoted
   */
  open(options: unknown, context: SourceContext): Source
}

/**
 * Declares a driver. Its file lies in `drivers/`, is named after it and exports the answer as `source`.
 *
 * @example
 * export const source = defineSource({ name: 'my-meter', title: 'My meter', …, create: (options, context) => … })
 */
export function defineSource<const Options extends ZodType>(
  definition: SourceDefinition<Options>,
): AnySourceDefinition {
  const { create, ...rest } = definition
  return { ...rest, open: (options, context) => create(checkedOptions(definition, options), context) }
}
