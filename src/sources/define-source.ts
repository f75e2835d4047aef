import type { ZodType, z } from 'zod'
import { EnergywebError } from '../core/errors.ts'
import type { Channel } from '../core/reading.ts'
import type { Source, SourceContext } from '../core/source.ts'

/** How it was shown that a driver is right: with data captured from devices, against a simulator, or in the field. */
export interface Proof {
  readonly level: 'captured data' | 'simulator' | 'field'
  readonly text: string
}

/** Everything about a driver: what a form, a documentation page, a configuration check and the gateway need. */
export interface SourceDefinition<Options extends ZodType = ZodType> {
  /** The word in a configuration's `kind`, like `eumel-v2`; the file is named after it. */
  readonly name: string
  readonly title: string
  /** What it reads and what one must know about it; Markdown. */
  readonly description: string
  readonly proof: Proof
  /** What its values can be. */
  readonly values: readonly ('counter' | 'interval')[]
  readonly channels: readonly Channel[]
  /** True only where the protocol has no TLS, so that credentials may travel in plain text in one's own network. */
  readonly plaintextCredentials?: boolean
  /** Secrets and personal fields are marked in it with `secret()` and `personal()`. */
  readonly options: Options
  /** The options of a configuration that works, as YAML. */
  readonly example: string
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
  return {
    ...rest,
    open(options, context) {
      const parsed = definition.options.safeParse(options)
      if (parsed.success) return create(parsed.data, context)
      const [issue] = parsed.error.issues
      const field = issue?.path.join('.') || 'options'
      throw new EnergywebError('config-invalid', `${rest.name}: ${field}: ${issue?.message}`, {
        hint: `Options that work:\n${rest.example}`,
      })
    },
  }
}
