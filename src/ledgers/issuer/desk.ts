import { encodeFunctionData, type Hex } from 'viem'
import { EnergywebError } from '../../core/errors.ts'
import type { ChainView } from '../defined/define-ledger.ts'
import { certificateRegistryAbi, issuerAbi } from './abi.ts'
import { balancesOf, type IssuedCertificate, readCertificate } from './certificates.ts'
import { type ClaimData, encodeClaimData } from './claim-data.ts'
import { type IssuerPlace, takesCertificates } from './place.ts'
import { type CertificationRequest, readRequest } from './requests.ts'

/** A transaction that an issuing desk or an owner signs. Nothing is left that the contracts would refuse. */
export interface DeskTransaction {
  /** For people: `approve request 4`. */
  readonly what: string
  readonly to: Hex
  readonly data: Hex
}

/** Who acts, on which Issuer, as the chain is now. */
export interface Desk {
  readonly chain: ChainView
  readonly place: IssuerPlace
  /** 0x and 40 hex digits. */
  readonly account: string
}

/** What is to be approved, and for how much. */
export interface WantedApproval {
  readonly id: bigint
  /** Wh; default what a request of ours asks for. */
  readonly energy?: bigint
}

/**
 * The transactions that approve requests: several go together, as many as fit into one. Those that are approved already are
 * left out and told.
 * @param together - how many go into one transaction at most; a batch of ten takes some 7,000,000 gas
 * @throws EnergywebError `transaction-refused` saying who may, or what is wrong with a request; `network-unreachable`
 */
export async function approvalsOf(
  desk: Desk,
  wanted: readonly WantedApproval[],
  { together = 10 }: { readonly together?: number } = {},
): Promise<{ readonly transactions: readonly DeskTransaction[]; readonly approved: readonly bigint[] }> {
  requireIssuer(desk, 'approves requests')
  const approved: bigint[] = []
  // The contract would issue a request twice that stands in one batch twice.
  const open = new Map<bigint, bigint>()
  for (const { id, energy } of wanted) {
    const request = await existing(desk, id)
    if (request.approved) approved.push(id)
    else open.set(id, await energyFor(desk, request, energy))
  }
  const portions = inPortions([...open], Math.max(1, together))
  return { transactions: portions.map(portion => approval(desk.place, portion)), approved }
}

async function energyFor({ chain }: Desk, request: CertificationRequest, given: bigint | undefined) {
  const { id, owner, metadata, revoked } = request
  if (revoked) throw refused(`request ${id} was revoked`, 'It can be made anew, and that one approved.')
  const energy = given ?? metadata?.energy
  if (energy === undefined) {
    throw refused(`request ${id} does not say how much it asks for`, 'Say how many Wh are to be issued.')
  }
  if (energy <= 0n) throw refused(`request ${id}: ${energy} Wh are no energy`, 'Revoke the request instead.')
  if (!(await takesCertificates(chain, owner))) {
    throw refused(
      `request ${id} is for the contract ${owner}, which does not take certificates`,
      'Have it made anew for an account, or for a contract that implements ERC1155Receiver.',
    )
  }
  return energy
}

function approval({ issuer }: IssuerPlace, portion: readonly (readonly [bigint, bigint])[]): DeskTransaction {
  const [first] = portion
  const ids = portion.map(([id]) => id)
  const data =
    portion.length === 1 && first !== undefined
      ? encodeFunctionData({ abi: issuerAbi, functionName: 'approveCertificationRequest', args: first })
      : encodeFunctionData({
          abi: issuerAbi,
          functionName: 'approveCertificationRequestBatch',
          args: [ids, portion.map(([, energy]) => energy)],
        })
  return { what: `approve request${ids.length === 1 ? '' : 's'} ${ids.join(', ')}`, to: hex(issuer), data }
}

/** What is to be issued without a request of anybody. */
export interface WantedIssue {
  readonly to: string
  /** Wh. */
  readonly energy: bigint
  /** As `encodeRequestData` writes it. */
  readonly data: Hex
}

/**
 * The transaction by which the Issuer's owner issues what nobody asked for, all together.
 * @throws EnergywebError `transaction-refused` saying who may, `network-unreachable`
 */
export async function issueOf(desk: Desk, wanted: readonly WantedIssue[]): Promise<DeskTransaction> {
  requireIssuer(desk, 'issues')
  for (const { to } of wanted) await requireReceiver(desk, to)
  const [first] = wanted
  const data =
    wanted.length === 1 && first !== undefined
      ? encodeFunctionData({
          abi: issuerAbi,
          functionName: 'issue',
          args: [hex(first.to), first.energy, first.data],
        })
      : encodeFunctionData({
          abi: issuerAbi,
          functionName: 'issueBatch',
          args: [
            wanted.map(({ to }) => hex(to)),
            wanted.map(({ energy }) => energy),
            wanted.map(one => one.data),
          ],
        })
  const count = `${wanted.length} certificate${wanted.length === 1 ? '' : 's'}`
  return { what: `issue ${count}`, to: hex(desk.place.issuer), data }
}

/**
 * The transaction that asks for a certificate.
 * @throws EnergywebError `transaction-refused` when its owner could not take it; `network-unreachable`
 */
export async function requestOf(
  desk: Desk,
  { owner, data }: { readonly owner: string; readonly data: Hex },
): Promise<DeskTransaction> {
  await requireReceiver(desk, owner)
  const args = [data, hex(owner)] as const
  return {
    what: 'request a certificate',
    to: hex(desk.place.issuer),
    data: encodeFunctionData({ abi: issuerAbi, functionName: 'requestCertificationFor', args }),
  }
}

/**
 * The transaction that takes a request back; undefined when that was done already.
 * @throws EnergywebError `transaction-refused` saying who may; `network-unreachable`
 */
export async function requestRevocationOf(desk: Desk, id: bigint): Promise<DeskTransaction | undefined> {
  const { owner, revoked, approved } = await existing(desk, id)
  const { place, account } = desk
  if (account.toLowerCase() !== owner && account.toLowerCase() !== place.owner) {
    throw refused(
      `${account} can't revoke request ${id}`,
      `Its owner ${owner} may, or the issuer's, ${place.owner}.`,
    )
  }
  if (revoked) return undefined
  if (approved) {
    throw refused(`request ${id} is approved`, 'Revoke its certificate instead: that is another id.')
  }
  const data = encodeFunctionData({ abi: issuerAbi, functionName: 'revokeRequest', args: [id] })
  return { what: `revoke request ${id}`, to: hex(place.issuer), data }
}

/**
 * The transaction that revokes a certificate, which can't be claimed then; undefined when that was done already.
 * @throws EnergywebError `transaction-refused` saying who may; `network-unreachable`
 */
export async function revocationOf(desk: Desk, id: bigint): Promise<DeskTransaction | undefined> {
  requireIssuer(desk, 'revokes certificates')
  const { valid } = await ownCertificate(desk, id)
  if (valid === false) return undefined
  const data = encodeFunctionData({ abi: issuerAbi, functionName: 'revokeCertificate', args: [id] })
  return { what: `revoke certificate ${id}`, to: hex(desk.place.issuer), data }
}

/** How much of a certificate goes where. */
export interface Handing {
  readonly id: bigint
  /** Default the account itself. */
  readonly to?: string
  /** Wh; default all that the account has of it. */
  readonly energy?: bigint
}

/**
 * The transaction that hands a certificate, or a part of it, to another account.
 * @throws EnergywebError `transaction-refused` when the account has less, or the other one can't take it; `network-unreachable`
 */
export async function transferOf(desk: Desk, { id, to, energy }: Handing): Promise<DeskTransaction> {
  if (to === undefined) throw refused(`certificate ${id} goes to nobody`, 'Say to whom.')
  await ownCertificate(desk, id)
  const amount = await amountOf(desk, id, energy)
  await requireReceiver(desk, to)
  const args = [hex(desk.account), hex(to), id, amount, '0x'] as const
  return {
    what: `transfer ${amount} Wh of certificate ${id} to ${to}`,
    to: hex(desk.place.registry),
    data: encodeFunctionData({ abi: certificateRegistryAbi, functionName: 'safeTransferFrom', args }),
  }
}

/**
 * The transaction that uses a certificate up, or a part of it: nobody can claim that energy again.
 * @throws EnergywebError `transaction-refused` when the account has less, or the certificate was revoked; `network-unreachable`
 */
export async function claimOf(
  desk: Desk,
  { id, to = desk.account, energy }: Handing,
  claim: ClaimData,
): Promise<DeskTransaction> {
  const { valid } = await ownCertificate(desk, id)
  if (valid === false) {
    throw refused(
      `certificate ${id} was revoked: it can't be claimed`,
      `Ask the issuer's owner, ${desk.place.owner}.`,
    )
  }
  const amount = await amountOf(desk, id, energy)
  if (to.toLowerCase() !== desk.account.toLowerCase()) await requireReceiver(desk, to)
  const args = [hex(desk.account), hex(to), id, amount, '0x', encodeClaimData(claim)] as const
  return {
    what: `claim ${amount} Wh of certificate ${id}`,
    to: hex(desk.place.registry),
    data: encodeFunctionData({ abi: certificateRegistryAbi, functionName: 'safeTransferAndClaimFrom', args }),
  }
}

function requireIssuer({ place, account }: Desk, does: string): void {
  if (account.toLowerCase() === place.owner) return
  throw refused(
    `${account} may not: only the issuer's owner ${does}`,
    `That is ${place.owner}. Use its key, or ask whoever holds it.`,
  )
}

async function existing({ chain, place }: Desk, id: bigint): Promise<CertificationRequest> {
  const request = await readRequest(chain, place.issuer, id)
  if (request !== undefined) return request
  throw refused(
    `the issuer ${place.issuer} has no request ${id}`,
    'Ids begin at 1, and certificates have others.',
  )
}

async function ownCertificate({ chain, place }: Desk, id: bigint): Promise<IssuedCertificate> {
  const certificate = await readCertificate(chain, place, id)
  if (certificate === undefined) {
    throw refused(
      `the registry ${place.registry} has no certificate ${id}`,
      'Ids begin at 1, and requests have others.',
    )
  }
  if (certificate.issuer === place.issuer) return certificate
  throw refused(
    `certificate ${id} was issued by ${certificate.issuer}, not by ${place.issuer}`,
    'A registry may serve several issuers: use the ledger of that one.',
  )
}

async function amountOf(
  { chain, place, account }: Desk,
  id: bigint,
  wanted: bigint | undefined,
): Promise<bigint> {
  const { owned } = await balancesOf(chain, place, { account, id })
  const amount = wanted ?? owned
  if (amount > 0n && amount <= owned) return amount
  throw refused(
    `${account} has ${owned} Wh of certificate ${id}${wanted === undefined ? '' : `, not ${wanted}`}`,
    owned === 0n ? 'Whoever has it must do that.' : `Give at least 1 and at most ${owned}.`,
  )
}

async function requireReceiver({ chain }: Desk, account: string): Promise<void> {
  if (/^0x0+$/.test(account)) throw refused('nobody has the address zero', 'Give the address of an account.')
  if (await takesCertificates(chain, account)) return
  throw refused(
    `the contract ${account} does not take certificates`,
    'Give an account, or a contract that implements ERC1155Receiver.',
  )
}

function refused(message: string, hint: string): EnergywebError {
  return new EnergywebError('transaction-refused', message, { hint })
}

function inPortions<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}

function hex(text: string): Hex {
  return `0x${text.replace(/^0x/, '')}`
}
