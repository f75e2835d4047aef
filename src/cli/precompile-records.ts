import { sha256 } from '@noble/hashes/sha2.js'
import { utf8 } from '../core/bytes.ts'
import type { NodeSettings, PrecompileLook } from '../ledgers/index.ts'
import type { Finding, Verification, VerificationStep } from '../proof/evidence/index.ts'
import { parseNote } from '../proof/signed-note.ts'
import type { VerifierKey } from '../proof/verifier-key.ts'
import { ecdsaNumbers } from '../proof/verify-ecdsa.ts'

/** Bytes of a P-256 SubjectPublicKeyInfo before X and Y. */
const beforePoint = 27

/**
 * The verification with what chains say of the evidence key's signature, by their precompile of P-256 (EIP-7951). A chain that
 * has none says nothing; one that refuses what holds here refutes the file, for then one of the two is wrong.
 * @param options.keys - the evidence keys that were asked for
 * @param options.nodes - each says itself which chain it is on
 * @throws EnergywebError `config-invalid` for an address that is none; `aborted`
 */
export async function withPrecompiles(
  verification: Verification,
  {
    keys,
    nodes,
    signal,
  }: {
    readonly keys: readonly VerifierKey[]
    readonly nodes: readonly NodeSettings[]
    readonly signal: AbortSignal
  },
): Promise<Verification> {
  const { evidence, steps } = verification
  const held = steps.find(({ name }) => name === 'evidence-key')
  if (evidence === undefined || held?.state !== 'holds') return verification
  const { askPrecompile } = await import('../ledgers/index.ts')
  const { text, signatures } = parseNote(evidence.checkpoint)
  const digest = sha256(utf8(text))
  const looks: PrecompileLook[] = []
  for (const { name, keyId, signature } of signatures) {
    const key = keys.find(known => known.name === name && Buffer.from(keyId).equals(known.id))
    if (key === undefined) continue
    const asked = { digest, signature: ecdsaNumbers(signature), point: key.publicKey.subarray(beforePoint) }
    looks.push(...(await askPrecompile(asked, { nodes, signal })))
  }
  const step = lookedAt(held, looks)
  const verdict = step.state === 'false' ? 'refuted' : verification.verdict
  return { ...verification, steps: steps.map(one => (one === held ? step : one)), verdict }
}

function lookedAt(step: VerificationStep, looks: readonly PrecompileLook[]): VerificationStep {
  const refused = looks.find(({ outcome }) => outcome === 'false')
  const unknown = looks.flatMap(({ node, outcome, why }): Finding[] =>
    outcome === 'unknown'
      ? [{ code: 'chain-unknown', effect: 'note', text: `${node} could not be asked: ${why}.` }]
      : [],
  )
  if (refused !== undefined) {
    const text = `The precompile of chain ${refused.chainId} refuses the evidence key's signature, which holds here.`
    const finding: Finding = { code: 'chain-contradicts', effect: 'refutes', text }
    return { ...step, state: 'false', text, findings: [...step.findings, finding, ...unknown] }
  }
  const said = looks.flatMap(({ chainId, outcome }) =>
    outcome === 'holds'
      ? [`Checked on chain ${chainId} by the precompile, too.`]
      : outcome === 'absent'
        ? [`Chain ${chainId} has no precompile for it.`]
        : [],
  )
  return { ...step, text: [step.text, ...said].join(' '), findings: [...step.findings, ...unknown] }
}
