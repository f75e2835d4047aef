import type { SecretReference } from './fields.ts'

const prefix = 'secret:'

/** The name under which the environment of a configuration has what a sealed one holds under `secrets`; no variable can be called so. */
export function sealedSecret(name: string): string {
  return `${prefix}${name}`
}

/** What was written, of what a variable of that environment stands for. */
export function referenceOfVariable(variable: string): SecretReference {
  return variable.startsWith(prefix) ? { secret: variable.slice(prefix.length) } : { env: variable }
}
