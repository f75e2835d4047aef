import { secretReferences } from './configured-secrets.ts'
import { didYouMean } from './nearest.ts'
import type { Finding } from './problem.ts'
import type { ResolvedConfig } from './resolve-paths.ts'
import { sealedSecret } from './sealed-secret.ts'

/** What is said of secrets in a file that anybody may read. */
export const misplacedSecrets: Finding = {
  path: ['secrets'],
  message:
    'secrets stand in a sealed configuration only: `energyweb config seal` makes one; else write { env: NAME } or { file: path }',
  atKey: true,
}

/** What stands under `secrets`, by the names that `environmentOf` gives it. */
export function namedSecrets(secrets: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(secrets).map(([name, secret]) => [sealedSecret(name), secret]))
}

/** References to secrets that are not there. */
export function unknownSecrets(config: ResolvedConfig, isSealed: boolean): Finding[] {
  const known = [...config.secrets.keys()]
  return secretReferences(config).flatMap(({ path, reference }) => {
    if (!('secret' in reference)) return []
    if (!isSealed) {
      const message =
        '{ secret: NAME } stands in a sealed configuration only; else write { env: NAME } or { file: path }'
      return [{ path, message }]
    }
    const name = sealedSecret(reference.secret)
    if (config.secrets.has(name)) return []
    const near = didYouMean(name, known).replaceAll(sealedSecret(''), '')
    return [{ path, message: `there is no "${reference.secret}" under \`secrets\`${near}` }]
  })
}
