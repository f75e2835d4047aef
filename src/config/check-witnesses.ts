import { messageOf } from '../core/errors.ts'
import type { Finding, PathStep } from './problem.ts'
import type { Config } from './schema.ts'
import type { TokenKeyConfig } from './schema-key.ts'

/** Checks how the parts of witnessing go together; the keys' bytes are looked at by {@link checkVerifierKeys}. */
export function checkWitnessing({ log, witness, keys = {}, assets }: Config): Finding[] {
  const { witnesses = [], quorum = 0 } = log ?? {}
  const findings: Finding[] = []
  if (witnesses.length > 0 && log?.key === undefined) {
    findings.push({
      path: ['log', 'witnesses'],
      message: 'needs `key`: without it there is nothing to cosign',
    })
  }
  for (const [index, { url, tls }] of witnesses.entries()) {
    if (!url.startsWith('http:') || (typeof tls === 'object' && 'allow' in tls)) continue
    findings.push({
      path: ['log', 'witnesses', index, 'url'],
      message: 'plain HTTP: use https, or say why not with tls: { allow: lan-http, reason: … }',
    })
  }
  if (quorum > witnesses.length) {
    findings.push({
      path: ['log', 'quorum'],
      message: `is above the number of witnesses, ${witnesses.length}`,
    })
  }
  if (witness === undefined) return findings
  const path = ['witness', 'key']
  if (!Object.hasOwn(keys, witness.key)) {
    findings.push({ path, message: `there is no "${witness.key}" in keys` })
  }
  const others = [log?.key, ...assets.flatMap(({ report = [] }) => report.map(({ key }) => key))]
  if (others.some(other => other !== undefined && isSameKey(keys, other, witness.key))) {
    findings.push({
      path,
      message: `"${witness.key}" signs something else: a witness needs a key of its own`,
    })
  }
  return findings
}

/** True when both names are of one key. */
export function isSameKey(keys: NonNullable<Config['keys']>, first: string, second: string): boolean {
  if (first === second) return true
  const [mine, other] = [first, second].map(one => (Object.hasOwn(keys, one) ? keys[one] : undefined))
  if (mine === undefined || other === undefined) return false
  if ('env' in mine) return 'env' in other && mine.env === other.env
  if ('pkcs11' in mine) return 'pkcs11' in other && isSameTokenKey(mine, other)
  return 'keystore' in other && mine.keystore === other.keystore
}

/** A name that one of the two leaves out may be that of the other. */
function isSameTokenKey(mine: TokenKeyConfig, other: TokenKeyConfig): boolean {
  const { pkcs11, token, serial, label, id } = mine
  const pairs = [
    [token, other.token],
    [serial, other.serial],
    [label, other.label],
    [id, other.id],
  ]
  const differs = pairs.some(([one, two]) => one !== undefined && two !== undefined && one !== two)
  return pkcs11 === other.pkcs11 && !differs
}

/** Checks the keys of witnesses and logs; what reads them is loaded only where there are any. */
export async function checkVerifierKeys({ log, witness }: Config): Promise<Finding[]> {
  const asked = log?.witnesses ?? []
  const logs = witness?.logs ?? []
  if (asked.length + logs.length === 0) return []
  const { parseVerifierKey } = await import('../proof/verifier-key.ts')
  const seen = new Set<string>()
  const check = (text: string, isOfWitness: boolean, path: readonly PathStep[]): Finding[] => {
    try {
      const key = parseVerifierKey(text)
      if ((key.type === 'cosignature') !== isOfWitness) {
        return [{ path, message: isOfWitness ? 'is not the key of a witness' : 'is not the key of a log' }]
      }
      const twin = `${isOfWitness} ${key.publicKey.join()}`
      if (seen.has(twin)) return [{ path, message: 'is there twice' }]
      seen.add(twin)
      return []
    } catch (error) {
      return [{ path, message: messageOf(error) }]
    }
  }
  return [
    ...asked.flatMap(({ key }, index) => check(key, true, ['log', 'witnesses', index, 'key'])),
    ...logs.flatMap((key, index) => check(key, false, ['witness', 'logs', index])),
  ]
}
