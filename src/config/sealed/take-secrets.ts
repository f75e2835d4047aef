import { basename } from 'node:path'
import { secretReferences } from '../configured-secrets.ts'
import type { SecretReference } from '../fields.ts'
import type { PathStep } from '../problem.ts'
import type { ResolvedConfig } from '../resolve-paths.ts'
import { sealedSecret } from '../sealed-secret.ts'
import { environmentOf, resolveSecret, type SecretContext } from '../secrets.ts'

/** A configuration that has taken its secrets in. */
export interface TakenSecrets {
  readonly text: string
  /** Names under `secrets`. */
  readonly names: readonly string[]
  /** Files that held one; they are no longer needed. */
  readonly files: readonly string[]
}

/** How many secrets of a configuration stand outside of it. */
export function outsideSecrets(config: ResolvedConfig): number {
  return secretReferences(config).filter(({ reference }) => !('secret' in reference)).length
}

/**
 * Takes every secret that a configuration refers to into its section `secrets`. Comments stay where they are.
 * @throws EnergywebError `secret-unavailable` for one that is not there
 */
export async function takeSecrets(
  text: string,
  config: ResolvedConfig,
  { json, ...context }: SecretContext & { readonly json: boolean },
): Promise<TakenSecrets> {
  const names = new Map<string, string>()
  const secrets: Record<string, string> = {}
  const changes: { path: readonly PathStep[]; name: string }[] = []
  const files = new Set<string>()
  const environment = environmentOf(config, context.environment)
  for (const { path, reference } of secretReferences(config)) {
    if ('secret' in reference) continue
    const known = names.get(JSON.stringify(reference))
    const name =
      known ??
      freeName(nameOf(reference), one => Object.hasOwn(secrets, one) || config.secrets.has(sealedSecret(one)))
    names.set(JSON.stringify(reference), name)
    secrets[name] ??= await resolveSecret(reference, { ...context, environment, where: path.join('.') })
    if ('file' in reference) files.add(reference.file)
    // Of a key in the environment, the key itself is the reference.
    changes.push({ path: path[0] === 'keys' && path[2] === 'env' ? path.slice(0, 2) : path, name })
  }
  return {
    text: await changedText(text, { json, changes, secrets }),
    names: Object.keys(secrets),
    files: [...files],
  }
}

function nameOf(reference: Exclude<SecretReference, { secret: string }>): string {
  const given = 'env' in reference ? reference.env : basename(reference.file)
  const name = given.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z]+/, '')
  return name.slice(0, 48) || 'secret'
}

function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name
  let count = 2
  while (isTaken(`${name}-${count}`)) count++
  return `${name}-${count}`
}

interface Changes {
  readonly json: boolean
  readonly changes: readonly { readonly path: readonly PathStep[]; readonly name: string }[]
  readonly secrets: Readonly<Record<string, string>>
}

async function changedText(text: string, { json, changes, secrets }: Changes): Promise<string> {
  if (changes.length === 0) return text
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { schema: json ? 'json' : 'core' })
  for (const { path, name } of changes)
    document.setIn(path, document.createNode({ secret: name }, { flow: true }))
  for (const [name, secret] of Object.entries(secrets)) {
    if (document.get('secrets') === undefined) document.set('secrets', document.createNode({}))
    document.setIn(['secrets', name], secret)
  }
  return json ? `${JSON.stringify(document.toJS(), null, 2)}\n` : document.toString({ lineWidth: 0 })
}
