import { EnergywebError } from '../core/errors.ts'
import type { SignatureAlgorithm, Signer } from '../core/signer.ts'
import { parsePrivateKey } from './private-key.ts'
import { signerOf } from './signer-of.ts'

/**
 * A signer of a private key in an environment variable (64 hex digits), for tests and containers. Whoever may look at the
 * process sees it: a keystore is better.
 * @throws EnergywebError `secret-unavailable` when the variable is not set; `key-invalid` when it holds no key.
 */
export async function environmentSigner(options: {
  variable: string
  algorithm: SignatureAlgorithm
  /** Default the process's own. */
  environment?: Readonly<Record<string, string | undefined>>
}): Promise<Signer> {
  const { variable, algorithm, environment = process.env } = options
  const text = environment[variable]
  if (text === undefined || text === '') {
    throw new EnergywebError('secret-unavailable', `the environment variable ${variable} is not set`, {
      hint: 'Set it to the private key, 64 hex digits.',
    })
  }
  const privateKey = parsePrivateKey(text)
  try {
    return await signerOf(privateKey, algorithm)
  } finally {
    privateKey.fill(0)
  }
}
