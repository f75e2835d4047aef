import type { ZodType, z } from 'zod'
import { EnergywebError } from '../core/errors.ts'

/** How it was shown that a driver is right: with data captured from devices, against a simulator, or in the field. */
export interface Proof {
  readonly level: 'captured data' | 'simulator' | 'field'
  readonly text: string
}

/** What devices of this kind are known to do wrong, or otherwise than one would think. */
export interface KnownFault {
  /** What they do. */
  readonly seen: string
  /** What the driver makes of it. */
  readonly answer: string
  /** Golden cases that show it, by their names. */
  readonly cases: readonly string[]
  /** Who saw it. */
  readonly source: string
}

/** What every driver says about itself: for forms, documentation pages, and the check of a configuration. */
export interface DriverDescription<Options extends ZodType = ZodType> {
  /** The word in a configuration's `kind`, like `eumel-v2`; the file is named after it. */
  readonly name: string
  readonly title: string
  /** What it reads and what one must know about it; Markdown. */
  readonly description: string
  readonly proof: Proof
  /** Each stands on its page, with what is made of it. */
  readonly knownFaults?: readonly KnownFault[]
  /** True only where the protocol has no TLS, so that credentials may travel in plain text in one's own network. */
  readonly plaintextCredentials?: boolean
  /** Secrets and personal fields are marked in it with `secret()` and `personal()`. */
  readonly options: Options
  /** The options of a configuration that works, as YAML. */
  readonly example: string
}

/**
 * Checks what stands in a configuration; secrets are resolved by then.
 * @throws EnergywebError `config-invalid` when the options don't fit; no value is quoted
 */
export function checkedOptions<Options extends ZodType>(
  { name, options, example }: DriverDescription<Options>,
  given: unknown,
): z.output<Options> {
  const parsed = options.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.') || 'options'
  throw new EnergywebError('config-invalid', `${name}: ${field}: ${issue?.message}`, {
    hint: `Options that work:\n${example}`,
  })
}
