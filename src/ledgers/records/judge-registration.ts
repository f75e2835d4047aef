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
import type { Judgement } from './judgement.ts'

/** LogNewMeterRead(uint256 indexed, uint256, uint256) of release B, of both its registries. */
const readOfReleaseB = '0x2726fc1611c0f712314323e4cf7789e39ab4b8a5e4d34c6d828ee2ef657ad543'
/** CertificationRequested(address indexed, uint256 indexed) of an ERC-1888 Issuer. */
const requested = '0xfda3ec1cbd67cbf30346ae8c497a82d68bbfa00bd5d43b96761c03858a08367b'

const issuer = parseAbi([
  'struct CertificationRequest { address owner; bytes data; bool approved; bool revoked; address sender; }',
  'function getCertificationRequest(uint256 id) view returns (CertificationRequest)',
])
const requestData = parseAbiParameters('uint256 start, uint256 end, string device, string metadata')

/** Compares an event with the total that a receipt says was registered by it, Wh; undefined where it does not say. */
export function judgeRegistration(log: EventLog, value: bigint | undefined): Judgement {
  const total = registeredValue(log) ?? totalOfReleaseB(log)
  if (total !== undefined) return compared(total, value)
  const [topic = 'without a topic', , id] = log.topics
  if (topic !== requested || id === undefined) {
    return { unknown: `this program does not know the event ${topic} that stands there` }
  }
  const args = [BigInt(id)] as const
  return {
    to: log.address,
    data: encodeFunctionData({ abi: issuer, functionName: 'getCertificationRequest', args }),
    judge: answer => {
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
