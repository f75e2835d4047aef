import {
  decodeAbiParameters,
  decodeEventLog,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  parseAbi,
  parseAbiParameters,
} from 'viem'
import type { EventLog } from '../evm/answers.ts'
import type { ExpectedRegistration } from './expected-registration.ts'
import { judgeCid } from './judge-cid.ts'
import type { ContractQuestions, Judgement } from './judgement.ts'

/** An Issuer of ERC-1888; names of arguments are ours. */
const issuer = parseAbi([
  'struct CertificationRequest { address owner; bytes data; bool approved; bool revoked; address sender; }',
  'function getCertificationRequest(uint256 id) view returns (CertificationRequest)',
  'event CertificationRequested(address indexed owner, uint256 indexed id)',
  'event CertificationRequestedBatch(address indexed operator, address[] owners, uint256[] ids)',
])
const requestData = parseAbiParameters('uint256 start, uint256 end, string device, string metadata')

/** More don't fit into a block; a node that is asked about may be anybody's, and tell anything. */
const mostRequests = 1_000

/** What a request of ours says in its metadata. */
interface SaidByRequest {
  /** Wh of all that was asked for. */
  readonly total: bigint
  /** Sequences; undefined where it does not say. */
  readonly first: number | undefined
  readonly last: number | undefined
  /** CIDs of the last entry's content that it names. */
  readonly cids: readonly { readonly content: 'raw' | 'document'; readonly cid: string }[]
}

/**
 * Asks the Issuer what the requests say that an event tells of, one or a batch of them: one must say what the receipt does.
 * Undefined for an event that tells of none.
 */
export function judgeRequests(log: EventLog, expected: ExpectedRegistration): ContractQuestions | undefined {
  const ids = idsIn(log)
  if (ids === undefined || ids.length === 0) return undefined
  const asked = ids.slice(0, mostRequests)
  const calls = asked.map(id =>
    encodeFunctionData({ abi: issuer, functionName: 'getCertificationRequest', args: [id] }),
  )
  return {
    to: log.address,
    calls,
    judge(answers) {
      const said = answers.map(saidBy)
      const found = said.find(one => one !== undefined && isAsExpected(one, expected))
      if (found !== undefined) return judgeCids(found, expected)
      const silent = asked.find((_, i) => said[i] === undefined)
      if (silent !== undefined) {
        return { unknown: `request ${silent} does not say how much it asks for as our requests do` }
      }
      if (ids.length > asked.length)
        return { unknown: `it tells of ${ids.length} requests, too many to ask for` }
      return difference(
        said.flatMap(one => one ?? []),
        expected,
      )
    },
  }
}

function idsIn({ topics: [first = '0x', ...rest], data }: EventLog): readonly bigint[] | undefined {
  try {
    const topics: [Hex, ...Hex[]] = [hex(first), ...rest.map(hex)]
    const { eventName, args } = decodeEventLog({ abi: issuer, topics, data: hex(data) })
    return eventName === 'CertificationRequested' ? [args.id] : args.ids
  } catch {
    // An event of another kind.
    return undefined
  }
}

/** The first that is not as it should be. */
function judgeCids({ cids }: SaidByRequest, expected: ExpectedRegistration): Judgement {
  const judged = cids
    .map(({ cid, content }) => judgeCid(cid, expected, [content]))
    .filter(one => one !== undefined)
  return judged.find(one => typeof one === 'string') ?? judged[0]
}

/** A batch may hold the same total for several plants: the entries tell them apart. */
function isAsExpected(
  { total, first: from, last: to }: SaidByRequest,
  { value, first, last }: ExpectedRegistration,
) {
  return isSame(total, value) && isSame(from, first) && isSame(to, last)
}

/** What one side does not say contradicts nothing. */
function isSame(said: bigint | number | undefined, expected: bigint | undefined): boolean {
  return said === undefined || expected === undefined || BigInt(said) === expected
}

function difference(said: readonly SaidByRequest[], { value, first, last }: ExpectedRegistration): string {
  const totals = said.map(({ total }) => total)
  const sums = `${totals.slice(0, 10).join(', ')}${totals.length > 10 ? ', …' : ''} Wh`
  if (value !== undefined && !totals.includes(value)) {
    return `${sums} were registered there, and the receipt says ${value} Wh`
  }
  return `nothing was asked for there that stands for entries ${first} to ${last}, as the receipt says`
}

/** What our requests say in their metadata. Anybody may have written it. */
function saidBy(answer: string): SaidByRequest | undefined {
  try {
    const request = decodeFunctionResult({
      abi: issuer,
      functionName: 'getCertificationRequest',
      data: hex(answer),
    })
    const [, , , metadata] = decodeAbiParameters(requestData, request.data)
    const said: unknown = JSON.parse(metadata)
    if (typeof said !== 'object' || said === null || !('total' in said)) return undefined
    const { total } = said
    if (typeof total !== 'string' || !/^(0|[1-9]\d{0,76})$/.test(total)) return undefined
    const sequence = (value: unknown) => (Number.isSafeInteger(value) ? Number(value) : undefined)
    return {
      total: BigInt(total),
      first: 'first' in said ? sequence(said.first) : undefined,
      last: 'last' in said ? sequence(said.last) : undefined,
      cids: (['raw', 'document'] as const).flatMap(content =>
        Object.hasOwn(said, content) ? [{ content, cid: String(Reflect.get(said, content)) }] : [],
      ),
    }
  } catch {
    // Not such a request, or not in our form.
    return undefined
  }
}

function hex(text: string): Hex {
  return `0x${text.replace(/^0x/, '')}`
}
