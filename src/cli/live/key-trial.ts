import type { ResolvedConfig } from '../../config/check-config.ts'
import type { KeyConfig } from '../../config/schema.ts'
import { usedKeys } from '../../config/used-keys.ts'
import { EnergywebError, toEnergywebError } from '../../core/errors.ts'
import type { SignatureAlgorithm } from '../../core/signer.ts'
import { verifierKey } from '../../keys/index.ts'
import type { CommandIo } from '../io.ts'
import { keysOfLog, lookAtKey } from '../key-look.ts'
import type { Trial } from './source-trial.ts'

/**
 * Opens the keys of the log and of a witness once; those of accounts are opened with the lines that they sign for, and here where the
 * log knows them, to see whether they are still the same.
 */
export async function tryKeys(config: ResolvedConfig, io: CommandIo): Promise<readonly Trial[]> {
  const trials: Trial[] = []
  const known = await keysOfLog(config)
  // One after the other: keys of one token share its PIN, and a wrong one is tried once.
  for (const [name, expect] of usedKeys(config)) {
    if (expect !== 'secp256k1' || known.has(name)) trials.push(await tryKey(name, expect, { config, io }))
  }
  return trials
}

async function tryKey(
  name: string,
  expect: SignatureAlgorithm,
  { config, io }: { config: ResolvedConfig; io: CommandIo },
): Promise<Trial> {
  const key = Object.hasOwn(config.keys ?? {}, name) ? config.keys?.[name] : undefined
  const common = { subject: `key ${name}`, by: key === undefined ? '' : placeOf(key) }
  try {
    if (key === undefined) throw new EnergywebError('config-invalid', `there is no key "${name}"`)
    const { publicKey, remarks } = await lookAtKey(name, key, { config, expect, io })
    const said = verifierKeyOf(name, publicKey, config) ?? 'opens'
    return { ...common, said, trouble: undefined, remarks: remarks.map(({ text }) => text) }
  } catch (error) {
    return { ...common, said: '', trouble: toEnergywebError(error), remarks: [] }
  }
}

function placeOf(key: KeyConfig): string {
  if ('env' in key) return 'environment'
  return 'pkcs11' in key ? 'token' : 'keystore'
}

/** What others know it by. */
function verifierKeyOf(
  name: string,
  publicKey: Uint8Array,
  { log, witness }: ResolvedConfig,
): string | undefined {
  if (log?.origin !== undefined && log.key === name) return verifierKey(log.origin, publicKey)
  if (log?.origin !== undefined && log.evidence?.key === name)
    return verifierKey(log.origin, publicKey, 'evidence')
  return witness?.key === name ? verifierKey(witness.name, publicKey, 'witness') : undefined
}
