import { z } from 'zod'
import { type EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { ChainView, ContractCall } from '../defined/define-ledger.ts'
import { notReady } from '../not-ready.ts'
import { certificateRegistryAbi, issuerAbi } from './abi.ts'

/** An Issuer with the registry that it issues to. Addresses are 0x and 40 hex digits, lower case. */
export interface IssuerPlace {
  readonly issuer: string
  readonly registry: string
  /** What its certificates are about; 1 is I-REC. */
  readonly topic: bigint
  /** Whoever approves, issues and revokes. */
  readonly owner: string
}

const address = z.string().transform(text => text.toLowerCase())

/**
 * Looks an Issuer up and makes sure that it is one, with a registry of ERC-1155 behind it.
 * @param expected - the registry that it must issue to, where somebody said so
 * @throws EnergywebError `ledger-not-ready`, retryable; `network-unreachable`
 */
export async function resolveIssuer(
  chain: ChainView,
  { issuer: given, registry: expected }: { readonly issuer: string; readonly registry?: string },
): Promise<IssuerPlace> {
  const issuer = given.toLowerCase()
  await requireCode(chain, issuer, 'Issuer')
  const ask = (functionName: string) => viewOf(chain, issuer, { functionName, args: [] })
  const registry = address.safeParse(await ask('registry')).data
  const topic = z.bigint().safeParse(await ask('certificateTopic')).data
  const owner = address.safeParse(await ask('owner')).data
  if (registry === undefined || topic === undefined || owner === undefined || /^0x0+$/.test(registry)) {
    throw misplaced(`the contract at ${issuer} is no Issuer, or nobody has initialised it`)
  }
  if (expected !== undefined && expected.toLowerCase() !== registry) {
    throw misplaced(`the Issuer at ${issuer} issues to ${registry}, not to ${expected.toLowerCase()}`)
  }
  await requireCode(chain, registry, 'certificate registry')
  const contract = { address: registry, abi: certificateRegistryAbi }
  const isToken = { functionName: 'supportsInterface', args: [erc1155] }
  if ((await chain.read(contract, isToken)) !== true) {
    throw misplaced(`the contract at ${registry} is no registry of certificates (ERC-1155)`)
  }
  return { issuer, registry, topic, owner }
}

const erc1155 = '0xd9b67a26'
const erc1155Receiver = '0x4e2312e0'

/**
 * False for a contract that does not say that it takes certificates: what is issued or sent to it would revert.
 * @throws EnergywebError `network-unreachable`
 */
export async function takesCertificates(chain: ChainView, account: string): Promise<boolean> {
  if (!(await chain.hasCode(account))) return true
  const contract = { address: account, abi: certificateRegistryAbi }
  try {
    return (
      (await chain.read(contract, { functionName: 'supportsInterface', args: [erc1155Receiver] })) === true
    )
  } catch (error) {
    // It has no such function, or answers something else: so it says nothing.
    if (isEnergywebError(error, 'ledger-not-ready') || isEnergywebError(error, 'abi-invalid')) return false
    throw error
  }
}

async function requireCode(chain: ChainView, at: string, what: string): Promise<void> {
  if (await chain.hasCode(at)) return
  throw misplaced(`there is no ${what} at ${at} on chain ${chain.chainId}`)
}

/** What a view says; undefined where the contract has none such. */
async function viewOf(chain: ChainView, at: string, call: ContractCall): Promise<unknown> {
  try {
    return await chain.read({ address: at, abi: issuerAbi }, call)
  } catch (error) {
    if (isEnergywebError(error, 'ledger-not-ready') || isEnergywebError(error, 'abi-invalid'))
      return undefined
    throw error
  }
}

function misplaced(message: string): EnergywebError {
  return notReady(message, 'Ask whoever runs the issuer for its address on this chain, and correct it.')
}
