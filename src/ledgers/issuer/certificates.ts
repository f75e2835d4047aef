import { decodeFunctionData } from 'viem'
import { z } from 'zod'
import { isEnergywebError } from '../../core/errors.ts'
import type { ChainView } from '../defined/define-ledger.ts'
import { certificateRegistryAbi, issuerAbi } from './abi.ts'
import type { IssuerPlace } from './place.ts'
import { decodeRequestData, type RequestData } from './request-data.ts'
import { decodeRequestMetadata, type RequestMetadata } from './request-metadata.ts'

/** A certificate as the registry keeps it. Ids begin at 1. */
export interface IssuedCertificate {
  readonly id: bigint
  /** The contract that issued it, lower case; a registry may serve several. */
  readonly issuer: string
  readonly topic: bigint
  /** The request that it was issued for; undefined for a certificate of another Issuer. */
  readonly request: bigint | undefined
  /** False once it was revoked: then it can't be claimed. Undefined where another Issuer would have to say so. */
  readonly valid: boolean | undefined
  readonly data: RequestData | undefined
  readonly metadata: RequestMetadata | undefined
}

const kept = z.object({ issuer: z.string(), topic: z.bigint(), validityCall: z.string(), data: z.string() })

/**
 * Reads a certificate; undefined when there is none of this id.
 * @throws EnergywebError `network-unreachable`, `abi-invalid`
 */
export async function readCertificate(
  chain: ChainView,
  { issuer, registry }: IssuerPlace,
  id: bigint,
): Promise<IssuedCertificate | undefined> {
  const contract = { address: registry, abi: certificateRegistryAbi }
  let found: z.output<typeof kept>
  try {
    found = kept.parse(await chain.read(contract, { functionName: 'getCertificate', args: [id] }))
  } catch (error) {
    // Ids above the newest one revert.
    if (isEnergywebError(error, 'ledger-not-ready')) return undefined
    throw error
  }
  if (/^0x0+$/.test(found.issuer)) return undefined
  const by = found.issuer.toLowerCase()
  const request = by === issuer ? requestOf(found.validityCall) : undefined
  const data = decodeRequestData(found.data)
  return {
    id,
    issuer: by,
    topic: found.topic,
    request,
    valid: request === undefined ? undefined : await isValid(chain, issuer, request),
    data,
    metadata: data && decodeRequestMetadata(data.metadata),
  }
}

/** The request that a certificate's validity hangs on. */
function requestOf(validityCall: string): bigint | undefined {
  try {
    const call = decodeFunctionData({ abi: issuerAbi, data: `0x${validityCall.replace(/^0x/, '')}` })
    return call.functionName === 'isRequestValid' ? call.args[0] : undefined
  } catch {
    // Another Issuer may say it in another way.
    return undefined
  }
}

async function isValid(chain: ChainView, issuer: string, request: bigint): Promise<boolean> {
  const call = { functionName: 'isRequestValid', args: [request] }
  return (await chain.read({ address: issuer, abi: issuerAbi }, call)) === true
}

/** What an account has of a certificate, and what it has claimed of it, Wh. @throws EnergywebError `network-unreachable` */
export async function balancesOf(
  chain: ChainView,
  { registry }: IssuerPlace,
  { account, id }: { readonly account: string; readonly id: bigint },
): Promise<{ readonly owned: bigint; readonly claimed: bigint }> {
  const contract = { address: registry, abi: certificateRegistryAbi }
  const ask = async (functionName: string) =>
    z.bigint().parse(await chain.read(contract, { functionName, args: [account, id] }))
  return { owned: await ask('balanceOf'), claimed: await ask('claimedBalanceOf') }
}
