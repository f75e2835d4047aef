import { decodeAbiParameters, decodeEventLog, encodeFunctionData, parseAbi } from 'viem'
import type { EventLog } from '../evm/answers.ts'
import type { Judgement } from './judgement.ts'

/** What a certificate must have come to by the event that is looked at. */
export interface ExpectedCertificate {
  /** The contract that holds it. */
  readonly contract: string
  readonly id: bigint
  readonly state: string
  /** Wh, and whose it is; undefined where nobody says. */
  readonly energy: bigint | undefined
  readonly owner: string | undefined
}

/*
 * Events by which contracts tell of certificates: release A and B (ERC-721 and its own), registries of ERC-1888 (ERC-1155), and
 * the issuers in front of those. Facts of their interfaces; names of arguments are ours.
 */
const events = parseAbi([
  'event Transfer(address indexed from, address indexed to, uint256 indexed id)',
  'event LogCertificateRetired(uint256 indexed id, bool retire)',
  'event LogRetireRequest(uint256 indexed id, bool retire)',
  'event TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value)',
  'event TransferBatch(address indexed operator, address indexed from, address indexed to, uint256[] ids, uint256[] values)',
  'event IssuanceSingle(address indexed issuer, uint256 indexed topic, uint256 id, uint256 value)',
  'event IssuanceBatch(address indexed issuer, uint256[] indexed topics, uint256[] ids, uint256[] values)',
  'event ClaimSingle(address indexed issuer, address indexed owner, uint256 indexed topic, uint256 id, uint256 value, bytes data)',
  'event ClaimBatch(address indexed issuer, address indexed owner, uint256[] indexed topics, uint256[] ids, uint256[] values, bytes[] data)',
  'event ClaimBatchMultiple(address[] issuers, address[] owners, uint256[] indexed topics, uint256[] ids, uint256[] values, bytes[] data)',
  'event TransferBatchMultiple(address indexed operator, address[] from, address[] to, uint256[] ids, uint256[] values)',
  'event CertificationRequestApproved(address indexed owner, uint256 indexed request, uint256 indexed id)',
  'event CertificationRequestBatchApproved(address indexed operator, address[] owners, uint256[] requests, uint256[] ids)',
  'event CertificateRevoked(uint256 indexed id)',
])
/** Two events of one name, told apart by their arguments. */
const created = [
  parseAbi(['event LogCreatedCertificate(uint256 indexed id, uint256 value, address owner)']),
  parseAbi(['event LogCreatedCertificate(uint256 indexed id, uint256 value, address owner, address escrow)']),
] as const
const holder = parseAbi([
  'function getCertificate(uint256 id) view returns (address issuer, uint256 topic, bytes validityCall, bytes data)',
])

const nobody = `0x${'0'.repeat(40)}`

interface Said {
  readonly state: string
  readonly ids: readonly bigint[]
  /** In the order of `ids`; undefined where the event does not tell. */
  readonly values?: readonly bigint[]
  readonly owners?: readonly string[]
}

/** Compares an event with what it is to show of a certificate. */
export function judgeCertificate(log: EventLog, expected: ExpectedCertificate): Judgement {
  const said = read(log)
  if (said === undefined) {
    return {
      unknown: `this program does not know the event ${log.topics[0] ?? 'without a topic'} that stands there`,
    }
  }
  const at = said.ids.indexOf(expected.id)
  if (at < 0) return `the event that stands there is of certificate ${said.ids.join(', ') || 'none'}`
  if (said.state !== expected.state) return `the certificate was ${said.state} there, not ${expected.state}`
  const [value, owner] = [said.values?.[at], said.owners?.[at]?.toLowerCase()]
  if (said.state === 'issued' && value !== undefined && (expected.energy ?? value) !== value) {
    return `${value} Wh were issued there, not ${expected.energy} Wh`
  }
  if (said.state === 'issued' && owner !== undefined && (expected.owner ?? owner).toLowerCase() !== owner) {
    return `it was issued to ${owner} there`
  }
  return log.address === expected.contract.toLowerCase() ? undefined : asked(log, expected)
}

/** An issuer in front of the contract says it: that contract must name it as the certificate's issuer. */
function asked({ address }: EventLog, { contract, id }: ExpectedCertificate): Judgement {
  const data = encodeFunctionData({ abi: holder, functionName: 'getCertificate', args: [id] })
  const unknown = { unknown: `${contract} does not say who issued certificate ${id}` }
  return {
    to: contract,
    data,
    judge: (answer: string) => {
      // One word is enough: whatever else it has of the certificate.
      if (!/^0x[0-9a-f]{64,}$/i.test(answer)) return unknown
      const [issuer] = decodeAbiParameters([{ type: 'address' }], `0x${answer.slice(2, 66)}`)
      if (issuer.toLowerCase() === address) return undefined
      return `${address} says so, and ${contract} has the certificate from ${issuer.toLowerCase()}`
    },
  }
}

function read(log: EventLog): Said | undefined {
  for (const abi of created) {
    const event = decoded(() => decodeEventLog({ abi, ...wordsOf(log) }))
    if (event !== undefined) {
      const { id, value, owner } = event.args
      return { state: 'issued', ids: [id], values: [value], owners: [owner] }
    }
  }
  const event = decoded(() => decodeEventLog({ abi: events, ...wordsOf(log) }))
  switch (event?.eventName) {
    case 'Transfer': {
      const { from, to, id } = event.args
      return from === nobody ? { state: 'issued', ids: [id], owners: [to] } : moved(to, [id])
    }
    case 'TransferSingle': {
      const { from, to, id, value } = event.args
      return from === nobody ? { state: 'issued', ids: [id], values: [value], owners: [to] } : moved(to, [id])
    }
    case 'TransferBatch': {
      const { from, to, ids, values } = event.args
      return from === nobody ? { state: 'issued', ids, values, owners: ids.map(() => to) } : moved(to, ids)
    }
    case 'IssuanceSingle':
      return { state: 'issued', ids: [event.args.id], values: [event.args.value] }
    case 'IssuanceBatch':
      return { state: 'issued', ids: event.args.ids, values: event.args.values }
    case 'TransferBatchMultiple': {
      const { from, to, ids, values } = event.args
      if (from.every(one => one === nobody)) return { state: 'issued', ids, values, owners: to }
      return moved(to.every(one => one === nobody) ? nobody : '', ids)
    }
    case 'ClaimBatch':
    case 'ClaimBatchMultiple':
      return { state: 'claimed', ids: event.args.ids }
    case 'ClaimSingle':
      return { state: 'claimed', ids: [event.args.id] }
    case 'CertificationRequestApproved':
      return { state: 'issued', ids: [event.args.id], owners: [event.args.owner] }
    case 'CertificationRequestBatchApproved':
      return { state: 'issued', ids: event.args.ids, owners: event.args.owners }
    case 'CertificateRevoked':
      return { state: 'revoked', ids: [event.args.id] }
    case 'LogCertificateRetired':
    case 'LogRetireRequest':
      return { state: event.args.retire ? 'retired' : 'kept', ids: [event.args.id] }
    default:
      return undefined
  }
}

/** Certificates of ERC-1888 are burnt by whoever claims them. */
function moved(to: string, ids: readonly bigint[]): Said {
  return { state: to === nobody ? 'claimed' : 'transferred', ids }
}

type Words = { readonly topics: [`0x${string}`, ...`0x${string}`[]]; readonly data: `0x${string}` }

function wordsOf({ topics: [first = '0x', ...rest], data }: EventLog): Words {
  return { topics: [hex(first), ...rest.map(hex)], data: hex(data) }
}

function hex(text: string): `0x${string}` {
  return `0x${text.replace(/^0x/, '')}`
}

/** What a node hands over may be anything: what can't be read is none of these events. */
function decoded<Event>(read: () => Event): Event | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
