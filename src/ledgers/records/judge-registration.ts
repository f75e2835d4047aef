import type { EventLog } from '../evm/answers.ts'
import { decodeWords, numberOfWord } from '../evm/words.ts'
import { registeredValue } from '../origin-a/registered-value.ts'
import { linkOfCall } from '../origin-b/read-link.ts'
import type { ExpectedRegistration } from './expected-registration.ts'
import { judgeRequests } from './judge-requests.ts'
import type { CallQuestion, Judgement } from './judgement.ts'

/** LogNewMeterRead(uint256 indexed, uint256, uint256) of release B, of both its registries. */
const readOfReleaseB = '0x2726fc1611c0f712314323e4cf7789e39ab4b8a5e4d34c6d828ee2ef657ad543'

/** Compares an event with what a receipt says was registered by it. */
export function judgeRegistration(log: EventLog, expected: ExpectedRegistration): Judgement {
  const { value, leaf } = expected
  const total = registeredValue(log)
  if (total !== undefined) return compared(total, value)
  const totalB = totalOfReleaseB(log)
  if (totalB !== undefined) {
    return compared(totalB, value) ?? (leaf === undefined ? undefined : textOfReleaseB(log, leaf))
  }
  const [topic = 'without a topic'] = log.topics
  return (
    judgeRequests(log, expected) ?? {
      unknown: `this program does not know the event ${topic} that stands there`,
    }
  )
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
