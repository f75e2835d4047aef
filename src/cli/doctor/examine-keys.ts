import type { ResolvedConfig } from '../../config/check-config.ts'
import { usedKeys } from '../../config/used-keys.ts'
import type { CommandIo } from '../io.ts'
import { lookAtKey } from '../key-look.ts'
import { doubtful, type Finding, failed, good } from './finding.ts'

/** Opens every key once, as the gateway does. */
export async function examineKeys(config: ResolvedConfig, io: CommandIo): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const uses = usedKeys(config)
  for (const [name, key] of Object.entries(config.keys ?? {})) {
    // What nothing uses is an account that commands are given.
    const expect = uses.get(name) ?? 'secp256k1'
    try {
      const { token, remarks } = await lookAtKey(name, key, { config, expect, io })
      findings.push(
        good(`key ${name} opens${token === undefined ? '' : ` in the token ${token}`}`),
        ...remarks.map(({ text, hint }) => doubtful(text, hint)),
      )
    } catch (error) {
      findings.push(failed(`key ${name} can't be used`, error))
    }
  }
  return findings
}
