import type { SignatureAlgorithm } from '../core/signer.ts'
import type { Config } from './schema.ts'

/** The keys that a configuration uses, each with what it must be for its use. Those given to commands alone (`--key`) are not among them. */
export function usedKeys({
  ledgers = {},
  log,
  witness,
  assets,
}: Pick<Config, 'ledgers' | 'log' | 'witness' | 'assets'>): ReadonlyMap<string, SignatureAlgorithm> {
  const accounts = [
    ...assets.flatMap(({ report = [] }) => report.map(({ key }) => key)),
    ...Object.values(ledgers).map(ledger => (ledger.kind === 'anchor' ? ledger.key : undefined)),
  ]
  const uses: readonly (readonly [string | undefined, SignatureAlgorithm])[] = [
    ...accounts.map(name => [name, 'secp256k1'] as const),
    [witness?.key, 'ed25519'],
    [log?.evidence?.key, 'p256'],
    [log?.key, 'ed25519'],
  ]
  return new Map(
    uses.flatMap(([name, algorithm]) => (name === undefined ? [] : [[name, algorithm] as const])),
  )
}
