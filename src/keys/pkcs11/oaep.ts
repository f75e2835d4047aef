import { ckg, ckm, ckzDataSpecified, type OaepMechanism, paramsRsaOaep } from './cryptoki.ts'
import type { OaepHash } from './protocol.ts'

/** Bits of RSA keys that are made in tokens, the best first: TPMs mostly have 2,048 and no more. */
export const wrappingSizes = [3_072, 2_048] as const

const parameters = {
  sha256: { hashAlg: ckm.sha256, mgf: ckg.mgf1Sha256 },
  sha1: { hashAlg: ckm.sha1, mgf: ckg.mgf1Sha1 },
} as const

/** RSA-OAEP (RFC 8017, section 7.1) with one hash for label and mask. */
export function oaep(hash: OaepHash): OaepMechanism {
  return {
    mechanism: ckm.rsaOaep,
    parameter: { type: paramsRsaOaep, ...parameters[hash], source: ckzDataSpecified },
  }
}
