import { keccak256 } from 'viem'
import { fromHex, toBase64url } from '../../core/bytes.ts'
import type { Certificate } from '../../core/certificate.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { DefinedLine } from '../../core/ledger.ts'
import { carriedCid, contentOf } from '../carried-name.ts'
import {
  type ContractCall,
  defineLedger,
  type LedgerContext,
  type LedgerContract,
  type Registered,
  type Registering,
} from '../defined/define-ledger.ts'
import { issuerAbi } from './abi.ts'
import { type IssuerLine, type IssuerOptions, issuerLine, issuerOptions } from './line.ts'
import { LineCertificates } from './line-certificates.ts'
import { OwnRequests, type RequestsOf } from './own-requests.ts'
import { resolveIssuer, takesCertificates } from './place.ts'
import { decodeRequestData, encodeRequestData, epochSeconds } from './request-data.ts'
import { encodeRequestMetadata } from './request-metadata.ts'
import { requestsIn } from './requests.ts'

/** The kind `issuer`: certificates of ERC-1888, asked for at the end of each period. */
export const ledger = defineLedger({
  name: 'issuer',
  title: 'Issuer of certificates (ERC-1888)',
  description:
    "At the end of each hour, day or month it asks the Issuer for a certificate over what the asset's register rose by, exactly, and follows what becomes of it: approved, revoked, claimed. The request's metadata tells the energy, the range of entries and their Merkle root, so that whoever decides on it can hold it against an evidence file (`energyweb certificate show <id> --evidence <file>`). One request a period and plant, through restarts, reorganisations and restored backups.",
  proof:
    'against the real contracts of `@energyweb/issuer` 7.0.1 and a double of ours, on anvil from istanbul on',
  needs: 'interval',
  options: issuerOptions,
  line: issuerLine,
  publishes: ({ carries }) => contentOf(carries),
  example: {
    ledger: "kind: issuer\nnetwork: ewc\nissuer: '0x1234567890123456789012345678901234567890'\nperiod: day",
    report: 'ledger: certificates\nkey: meter\ndeviceId: DE-BE-000123',
  },
  create: (options, context) => issuerContract(options, context),
})

/** A request takes 389,000, one with the longest device and origin 616,000 (docs/ledgers/issuer.md). */
const gasCap = 2_000_000n

type Line = DefinedLine<IssuerLine>

function issuerContract(
  { issuer, registry }: IssuerOptions,
  context: LedgerContext,
): LedgerContract<IssuerLine> {
  const requests = new OwnRequests(issuer)
  const following = new LineCertificates({ issuer, requests, log: context.log })

  return {
    abi: issuerAbi,
    gasCap,
    addressOf: () => issuer,
    async check(line, { account, chain }) {
      await resolveIssuer(chain, { issuer, ...(registry !== undefined && { registry }) })
      const { owner } = requestsOf(line, account)
      if (await takesCertificates(chain, owner)) return
      const message = `${line.name}: the contract ${owner} does not take certificates: none could be issued to it`
      const hint = 'Correct `owner`: an account, or a contract that implements ERC1155Receiver.'
      throw new EnergywebError('ledger-not-ready', message, { hint, retryable: true })
    },
    async readTotal(line, { account, chain }) {
      const newest = await requests.newest(chain, { ...requestsOf(line, account), from: context.fromBlock })
      if (newest === undefined) return { total: 0n }
      return { total: newest.metadata.total, link: linkOf(newest.bytes) }
    },
    call: (line, registering) => requestCall(line, registering, context),
    event: ['CertificationRequested', 'CertificationRequestedBatch'],
    eventArgs(line, { account, eventName }) {
      const { owner, senders } = requestsOf(line, account)
      // A batch names its owners where no node can look for them.
      return eventName === 'CertificationRequested' ? { owner } : { operator: senders }
    },
    async registered(line, event, { account, chain }) {
      const own: Registered[] = []
      for (const announced of requestsIn(event)) {
        const request = await requests.own(chain, announced, requestsOf(line, account))
        if (request === undefined) continue
        const { total, energy } = request.metadata
        own.push({ total, before: total - energy, link: linkOf(request.bytes) })
      }
      return own
    },
    linkOf: call => linkOf(bytesOf(call)),
    periodOf(call) {
      const data = decodeRequestData(bytesOf(call))
      if (data === undefined) throw new EnergywebError('abi-invalid', 'the call is no request of ours')
      return { from: Number(data.generationStart) * 1_000, to: Number(data.generationEnd) * 1_000 }
    },
    asksForCertificates: true,
    certificates: (line, options): Promise<readonly Certificate[]> =>
      following.follow(line, requestsOf(line, options.account), options),
  }
}

/** The link of a request: what it asks for, to the letter. */
function linkOf(bytes: string): string {
  return keccak256(`0x${bytes.replace(/^0x/, '')}`)
}

function bytesOf({ functionName, args: [bytes] }: ContractCall): string {
  if (/^requestCertification(For)?$/.test(functionName) && typeof bytes === 'string') return bytes
  throw new EnergywebError('abi-invalid', `${functionName} is no request for a certificate`)
}

function requestsOf({ target: { deviceId, owner, senders = [] } }: Line, account: string): RequestsOf {
  const own = account.toLowerCase()
  return { owner: owner ?? own, deviceId, senders: [own, ...senders] }
}

function requestCall(
  { name, target }: Line,
  { period, total, before, first, last, names }: Registering,
  { origin }: LedgerContext,
): ContractCall {
  if (period === undefined) throw new EnergywebError('internal', `${name}: a request without a period`)
  const cid = carriedCid(names, target.carries)
  const metadata = encodeRequestMetadata({
    energy: total - before,
    total,
    first,
    last,
    root: toBase64url(fromHex(period.root)),
    ...(origin !== undefined && { origin }),
    ...(cid !== undefined && { [target.carries === 'raw.cid' ? 'raw' : 'document']: cid }),
  })
  const bytes = encodeRequestData({
    generationStart: epochSeconds(period.from),
    generationEnd: epochSeconds(period.to),
    deviceId: target.deviceId,
    metadata,
  })
  const { owner } = target
  return owner === undefined
    ? { functionName: 'requestCertification', args: [bytes] }
    : { functionName: 'requestCertificationFor', args: [bytes, owner] }
}
