import type { ZodType, z } from 'zod'
import type { CarbonBasis, CarbonSource } from '../core/carbon.ts'
import type { SourceContext } from '../core/source.ts'
import { checkedOptions, type DriverDescription } from './define-driver.ts'

/** Everything about a driver of a carbon source. */
export interface CarbonSourceDefinition<Options extends ZodType = ZodType>
  extends DriverDescription<Options> {
  /** What its factors can be; one source in use gives one of them only. */
  readonly bases: readonly CarbonBasis[]
  create(options: z.output<Options>, context: SourceContext): CarbonSource
}

/** A definition whose options nobody has looked at yet. */
export interface AnyCarbonSourceDefinition extends Omit<CarbonSourceDefinition, 'create'> {
  /**
   * Checks the options and makes the source; secrets are resolved by then.
   * @throws EnergywebError `config-invalid` when the options don't fit; no value is quoted
   */
  open(options: unknown, context: SourceContext): CarbonSource
}

/**
 * Declares a driver of a carbon source. Its file lies in `carbon-drivers/`, is named after it and exports the answer as
 * `carbonSource`.
 *
 * @example
 * export const carbonSource = defineCarbonSource({ name: 'my-grid', title: 'My grid', …, create: (options, context) => … })
 */
export function defineCarbonSource<const Options extends ZodType>(
  definition: CarbonSourceDefinition<Options>,
): AnyCarbonSourceDefinition {
  const { create, ...rest } = definition
  return { ...rest, open: (options, context) => create(checkedOptions(definition, options), context) }
}
