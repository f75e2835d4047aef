import { EnergywebError } from '../core/errors.ts'
import { hasPrecompile } from '../ledgers/index.ts'
import type { ChainAccount } from './chain-transaction.ts'
import { bytecodeOf, type Deployment, deployContract } from './deploy-contract.ts'

/**
 * Deploys an EvidenceKeyVerifier; it belongs to nobody.
 * @throws EnergywebError `ledger-not-ready` on a chain that could not answer anything; else as `deployContract`
 */
export async function deployEvidenceKeyVerifier(account: ChainAccount): Promise<Deployment> {
  if (!(await hasPrecompile(account.network))) {
    throw new EnergywebError(
      'ledger-not-ready',
      `chain ${account.network.chainId} has no precompile of P-256 at 0x100 (EIP-7951)`,
      {
        hint: 'A verifier of evidence keys could say nothing there, and nothing was sent. `energyweb verify` needs no chain.',
      },
    )
  }
  return deployContract(account, {
    what: 'deploy the verifier of evidence keys',
    data: bytecodeOf('EvidenceKeyVerifier'),
  })
}
