import type { AbiEvent, AbiParameter } from 'viem'
import { addressText } from '../../proof/address-text.ts'
import { portableHashes } from '../../proof/portable-hashes.ts'
import type { EventLog } from '../evm/answers.ts'

/** What an event's words say, as viem gives it; undefined where the log is unusual in any way. */
export type StaticEventReader = (log: EventLog) => Readonly<Record<string, unknown>> | undefined
/** Reads 64 hex digits; undefined when they do not fit the type. */
type WordReader = (word: string) => unknown

const { keccak256 } = portableHashes()
const wordDigits = 64

/**
 * Most events are words, one an argument: these are read many times as fast as by a general decoder. Undefined for an event
 * that holds anything else, or arguments without a name of their own.
 */
export function staticEvent({ inputs }: AbiEvent): StaticEventReader | undefined {
  const names = new Set(inputs.map(({ name }) => name))
  if (names.size < inputs.length || names.has('') || names.has(undefined)) return undefined
  const arguments_: { readonly name: string; readonly place: number; readonly read: WordReader }[] = []
  const counts = { topics: 1, words: 0 }
  for (const input of inputs) {
    const read = wordReader(input)
    if (read === undefined) return undefined
    // Topics have negative places, so that each argument has one number.
    const place = input.indexed === true ? -counts.topics++ : counts.words++
    arguments_.push({ name: input.name ?? '', place, read })
  }
  return ({ topics, data }) => {
    if (topics.length !== counts.topics || data.length !== 2 + counts.words * wordDigits) return undefined
    const args: Record<string, unknown> = {}
    for (const { name, place, read } of arguments_) {
      const start = 2 + place * wordDigits
      const word = place < 0 ? topics[-place]?.slice(2) : data.slice(start, start + wordDigits)
      const value = word === undefined ? undefined : read(word)
      if (value === undefined) return undefined
      args[name] = value
    }
    return args
  }
}

function wordReader({ type }: AbiParameter): WordReader | undefined {
  if (type === 'bool') return word => boolean(BigInt(`0x${word}`))
  if (type === 'address') return word => (/^0{24}/.test(word) ? address(word.slice(24)) : undefined)
  const [, kind, size = '256'] = /^(uint|int|bytes)(\d+)?$/.exec(type) ?? []
  if (kind === 'bytes') {
    // Without a size it is as long as it likes.
    const digits = 2 * Number(/\d+$/.exec(type)?.[0] ?? 0)
    return digits === 0 ? undefined : word => `0x${word.slice(0, digits)}`
  }
  return kind === undefined ? undefined : numberReader(Number(size), kind === 'int')
}

/** Numbers of 48 bits at most are plain ones. */
function numberReader(bits: number, isSigned: boolean): WordReader {
  const as = isSigned ? BigInt.asIntN : BigInt.asUintN
  return word => {
    const unsigned = BigInt(`0x${word}`)
    const value = as(256, unsigned)
    if (as(bits, unsigned) !== value) return undefined
    return bits > 48 ? value : Number(value)
  }
}

const boolean = (value: bigint) => (value < 2n ? value === 1n : undefined)
const address = (digits: string) => addressText(digits, { keccak256 })
