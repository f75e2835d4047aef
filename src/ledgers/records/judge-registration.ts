import type { EventLog } from '../evm/answers.ts'
import { decodeWords, numberOfWord } from '../evm/words.ts'
import { registeredValue } from '../origin-a/registered-value.ts'
import { linkOfCall } from '../origin-b/read-link.ts'
import type { ContractDescription } from './contract-description.ts'
import type { ExpectedRegistration } from './expected-registration.ts'
import { carriedContents, isRawCid, judgeCid } from './judge-cid.ts'
import { judgeDescribed } from './judge-described.ts'
import { judgeRequests } from './judge-requests.ts'
import type { CallQuestion, Judgement } from './judgement.ts'

/** LogNewMeterRead(uint256 indexed, uint256, uint256) of release B, of both its registries. */
const readOfReleaseB = '0x2726fc1611c0f712314323e4cf7789e39ab4b8a5e4d34c6d828ee2ef657ad543'

/**
 * Compares an event with what a receipt says was registered by it.
 * @param description - of its contract, where whoever verifies has one. What this program knows by itself it does not read by that
 */
export function judgeRegistration(
  log: EventLog,
  expected: ExpectedRegistration,
  description?: ContractDescription,
): Judgement {
  const { value, leaf } = expected
  const total = registeredValue(log)
  if (total !== undefined) return compared(total, value)
  const totalB = totalOfReleaseB(log)
  if (totalB !== undefined) {
    return compared(totalB, value) ?? (leaf === undefined ? undefined : textOfReleaseB(log, expected))
  }
  const requested = judgeRequests(log, expected)
  if (requested !== undefined) return requested
  return description === undefined ? judgeUnknown(log, expected) : judgeDescribed(log, expected, description)
}

/** Of a contract that this program does not know: what it registered nobody says here, but a CID in its call is one. */
function judgeUnknown(
  { topics, transaction }: EventLog,
  expected: ExpectedRegistration,
): CallQuestion | { readonly unknown: string } {
  const unknown = `this program does not know the event ${topics[0] ?? 'without a topic'} that stands there`
  if (typeof expected.raw !== 'string' && expected.document === undefined) return { unknown }
  return {
    transaction,
    judge({ data }) {
      const carried = carriedContents(data, expected)
      return {
        unknown: carried.length === 0 ? unknown : `${unknown}; its call carries ${carried.join(' and ')}`,
      }
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
function textOfReleaseB({ transaction, address }: EventLog, expected: ExpectedRegistration): CallQuestion {
  return {
    transaction,
    judge({ to, data }) {
      const text = to === address ? linkOfCall(data) : undefined
      if (text === expected.leaf) return undefined
      if (text === undefined) return { unknown: 'its reading came by way of another contract' }
      if (isRawCid(text)) return judgeCid(text, expected, ['raw', 'document'])
      return `the reading there carries "${text.slice(0, 80)}" and not ${expected.leaf}, the hash of the entry that it is said to be of`
    },
  }
}
