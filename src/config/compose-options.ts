import { replacedAt } from './check-sources.ts'
import { readSecretReference } from './fields.ts'
import { valueAt } from './issues.ts'
import type { PlainValue } from './read-node.ts'
import { resolveSecret, type SecretContext } from './secrets.ts'

/**
 * A driver's options with every secret reference replaced by the secret.
 * @param paths - where the references may stand
 * @param context.where - whose options they are, for messages
 * @throws EnergywebError `secret-unavailable`
 */
export async function withSecrets(
  given: PlainValue,
  paths: readonly (readonly string[])[],
  context: SecretContext,
): Promise<PlainValue> {
  let options = given
  for (const path of paths) {
    const reference = valueAt(options, path)
    if (reference === undefined) continue
    const where = `${context.where}, ${path.join('.')}`
    const secret = await resolveSecret(readSecretReference(reference), { ...context, where })
    options = replacedAt(options, path, secret)
  }
  const [user, password] = [valueAt(options, ['auth', 'user']), valueAt(options, ['auth', 'password'])]
  // As HTTP Basic sends them, in base64: together.
  if (typeof user === 'string' && typeof password === 'string') context.addSecret?.(`${user}:${password}`)
  return options
}
