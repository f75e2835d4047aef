import { ed25519Signer } from '../../src/keys/index.ts'
import { signCheckpoint } from '../../src/proof/checkpoint.ts'
import { cosignerKeyOf, verifierKeyOf } from '../../src/proof/verifier-key.ts'
import { formatWitnessRequest } from '../../src/proof/witness-request.ts'
import { plainConsistency, plainLeaves, plainRoot } from './plain-tree.ts'

export const logName = 'gateway.example.org/roof'
export const logSigner = ed25519Signer(new Uint8Array(32).fill(7))
export const logKey = verifierKeyOf(logName, logSigner.publicKey('ed25519'))

export const witnessName = 'witness.example.org/w1'
export const witnessSigner = ed25519Signer(new Uint8Array(32).fill(9))
export const witnessKey = cosignerKeyOf(witnessName, witnessSigner.publicKey('ed25519'))

export interface GivenTree {
  readonly size: number
  /** So many of the last leaves are others. */
  readonly other?: number
  readonly origin?: string
  readonly signer?: typeof logSigner
}

/** A signed checkpoint of a tree made for tests. */
export function noteOf({
  size,
  other = 0,
  origin = logName,
  signer = logSigner,
}: GivenTree): Promise<string> {
  return signCheckpoint({ origin, size, root: plainRoot(plainLeaves(size, other)), extensions: [] }, signer)
}

/** The body of a request that asks for the cosignature of such a tree. */
export async function requestOf(tree: GivenTree & { readonly old?: number }): Promise<string> {
  const { size, other = 0, old = 0 } = tree
  const proof = old <= size ? plainConsistency(old, plainLeaves(size, other)) : []
  return formatWitnessRequest({ oldSize: old, proof, note: await noteOf(tree) })
}
