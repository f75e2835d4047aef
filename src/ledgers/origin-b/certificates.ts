import type { Certificate } from '../../core/certificate.ts'
import type { Logger } from '../../core/logger.ts'
import type { ChainView, ContractEvent, FinalRegistration } from '../defined/define-ledger.ts'
import { certificateAbi, registryAbi } from './abi.ts'
import { type OriginBTarget, orUndefined } from './contract-addresses.ts'
import { certificatesOf } from './market-lookup.ts'
import { mintedIn } from './minted.ts'
import type { Retirements } from './retirements.ts'

interface Asking {
  /** The registry of producers. */
  readonly registry: string
  readonly open: readonly FinalRegistration[]
  readonly known: readonly Certificate[]
  readonly since: bigint
  readonly upTo: bigint
  readonly chain: ChainView
  readonly log: Logger
  readonly retirements: Retirements
  readonly signal?: AbortSignal
}

/**
 * Certificates that readings minted, and which of those known were retired. A reading mints inside of its own transaction, so
 * that one's logs tell; those of contracts that the lookups do not name count for nothing.
 */
export async function followCertificates(
  line: OriginBTarget,
  asking: Asking,
): Promise<readonly Certificate[]> {
  const issued = await issuedCertificates(line, asking)
  const retired = await retiredCertificates(issued, asking)
  return [...issued, ...retired]
}

async function issuedCertificates(line: OriginBTarget, asking: Asking): Promise<readonly Certificate[]> {
  const { chain, open, registry, log, signal } = asking
  const believed = new Set(asking.known.map(({ contract }) => contract))
  let asked = false
  const issued: Certificate[] = []
  // What was looked at once has nothing new to say: a certificate is minted with the reading or never.
  for (const registration of open.filter(({ isNew }) => isNew)) {
    const logs = await registration.logs(signal === undefined ? {} : { signal })
    const minted = mintedIn(logs, { registry, assetId: line.target.assetId })
    if (minted === undefined) continue
    if (!believed.has(minted.contract) && !asked) {
      asked = true
      const contract = await namedCertificates(line, asking)
      if (contract !== undefined) believed.add(contract)
    }
    if (!believed.has(minted.contract)) {
      log.warn(
        { line: line.name, transaction: registration.transaction, contract: minted.contract },
        'a reading minted a certificate of a contract that the lookups of its asset do not name: it is not followed',
      )
      continue
    }
    const { first, last, transaction, block, blockHash } = registration
    const place = { first, last, transaction, block, blockHash }
    issued.push({ state: 'issued', chainId: chain.chainId, ...minted, ...place })
  }
  return issued
}

/** The contract that the asset's lookup names; undefined when it does not name one that belongs to the registry. */
async function namedCertificates(
  line: OriginBTarget,
  { chain, registry }: Asking,
): Promise<string | undefined> {
  const call = { functionName: 'getMarketLookupContract', args: [line.target.assetId] }
  const lookup = await orUndefined(chain.read({ address: registry, abi: registryAbi }, call))
  if (lookup === undefined) return undefined
  const marketLookup = String(lookup).toLowerCase()
  return (await certificatesOf(chain, { registry, marketLookup })).certificates
}

async function retiredCertificates(
  issued: readonly Certificate[],
  { known, since, upTo, chain, retirements }: Asking,
): Promise<readonly Certificate[]> {
  const alive = new Map([...known, ...issued].map(one => [keyOf(one), one] as const))
  for (const one of known) if (one.state !== 'issued') alive.delete(keyOf(one))
  // One that is known only now may have been retired in a block that was looked at already.
  const from = issued.reduce((low, { block }) => (block < low ? block : low), since)
  const found: Certificate[] = []
  for (const contract of new Set([...alive.values()].map(one => one.contract))) {
    for (const event of await retirements.of(contract, { chain, from })) {
      const one = alive.get(keyOf({ contract, id: event.args.certificateId }))
      if (one !== undefined && event.block <= upTo) found.push(await retired(one, event, chain))
    }
  }
  return found
}

const keyOf = ({ contract, id }: { readonly contract: string; readonly id: unknown }) => `${contract} ${id}`

/** It may have been sold before; once it is retired it stays whose it is. */
async function retired(one: Certificate, event: ContractEvent, chain: ChainView): Promise<Certificate> {
  const call = { functionName: 'getCertificateOwner', args: [one.id] }
  const owner = await chain.read({ address: one.contract, abi: certificateAbi }, call)
  const { transaction, block, blockHash, logIndex } = event
  return {
    ...one,
    state: 'retired',
    owner: String(owner).toLowerCase(),
    transaction,
    block,
    blockHash,
    logIndex,
  }
}
