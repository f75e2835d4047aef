import {
  decodeAbiParameters,
  decodeFunctionResult,
  encodeFunctionData,
  parseAbi,
  parseAbiParameters,
} from 'viem'
import type { EventLog } from '../evm/answers.ts'
import { decodeWords, numberOfWord } from '../evm/words.ts'
import { registeredValue } from '../origin-a/registered-value.ts'
import { linkOfCall } from '../origin-b/read-link.ts'
import type { CallQuestion, Judgement } from './judgement.ts'

/** LogNewMeterRead(uint256 indexed, uint256, uint256) of release B, of both its registries. */
const readOfReleaseB = '0x2726fc1611c0f712314323e4cf7789e39ab4b8a5e4d34c6d828ee2ef657ad543'
/** CertificationRequested(address indexed, uint256 indexed) of an ERC-1888 Issuer. */
const requested = '0xfda3ec1cbd67cbf30346ae8c497a82d68bbfa00bd5d43b96761c03858a08367b'

const issuer = parseAbi([
  'struct CertificationRequest { address owner; bytes data; bool approved; bool revoked; address sender; }',
  'function getCertificationRequest(uint256 id) view returns (CertificationRequest)',
])
const requestData = parseAbiParameters('uint256 start, uint256 end, string device, string metadata')

/** What a receipt says was registered by an event. What it, or the file that it is from, does not say is undefined. */
export interface ExpectedRegistration {
  /** Wh. */
  readonly value: bigint | undefined
  /** Leaf hash of the registered entry, base64url. */
  readonly leaf: string | undefined
}

/** Compares an event with what a receipt says was registered by it. */
export function judgeRegistration(log: EventLog, { value, leaf }: ExpectedRegistration): Judgement {
  const total = registeredValue(log)
  if (total !== undefined) return compared(total, value)
  const totalB = totalOfReleaseB(log)
  if (totalB !== undefined) {
    return compared(totalB, value) ?? (leaf === undefined ? undefined : textOfReleaseB(log, leaf))
  }
  const [topic = 'without a topic', , id] = log.topics
  if (topic !== requested || id === undefined) {
    return { unknown: `this program does not know the event ${topic} that stands there` }
  }
  const args = [BigInt(id)] as const
  return {
    to: log.address,
    data: encodeFunctionData({ abi: issuer, functionName: 'getCertificationRequest', args }),
    judge: (answer: string) => {
      const asked = totalOfRequest(answer)
      return asked === undefined
        ? { unknown: `request ${args[0]} does not say how much it asks for as our requests do` }
        : compared(asked, value)
    },
  }
}

function compared(said: bigint, value: bigint | undefined): string | undefined {
  return value === undefined || said === value
    ? undefined
    : `${said} Wh were registered there, and the receipt says ${value} Wh`
}

function totalOfReleaseB({ topics, data }: EventLog): bigint | undefined {
  if (topics[0] !== readOfReleaseB || data.length !== 2 + 2 * 64) return undefined
  const [, after] = decodeWords(data, 2)
  return after === undefined ? undefined : numberOfWord(after)
}

/** The event does not tell the text of a reading; the call that made it does. */
function textOfReleaseB({ transaction, address }: EventLog, leaf: string): CallQuestion {
  return {
    transaction,
    judge({ to, data }) {
      const text = to === address ? linkOfCall(data) : undefined
      if (text === leaf) return undefined
      if (text === undefined) return { unknown: 'its reading came by way of another contract' }
      return `the reading there carries "${text.slice(0, 80)}" and not ${leaf}, the hash of the entry that it is said to be of`
    },
  }
}

/** What our requests say in their metadata of all that was asked for. Anybody may have written it. */
function totalOfRequest(answer: string): bigint | undefined {
  try {
    const request = decodeFunctionResult({
      abi: issuer,
      functionName: 'getCertificationRequest',
      data: `0x${answer.replace(/^0x/, '')}`,
    })
    const [, , , metadata] = decodeAbiParameters(requestData, request.data)
    const said: unknown = JSON.parse(metadata)
    const total = typeof said === 'object' && said !== null && 'total' in said ? said.total : undefined
    return typeof total === 'string' && /^(0|[1-9]\d{0,76})$/.test(total) ? BigInt(total) : undefined
  } catch {
    // Not such a request, or not in our form.
    return undefined
  }
}
