import type { Fetch } from '../../src/ledgers/evm/rpc-calls.ts'

/*
 * A node that lies: it answers like the real one behind it, but for some answers, of which it bends a value, leaves out a
 * part, or says something else entirely. What it says is often still of the right form.
 */

type Json = unknown
interface Call {
  readonly id: unknown
  readonly method: string
}

/** Numbers between 0 and 1 by a seed (mulberry32). */
export function randomBy(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const hugeQuantity = `0x${'f'.repeat(64)}`
/** More than the stack of whoever walks it by calling itself. */
const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`

export class LyingNode {
  /** Share of answers that are lies. */
  share = 0
  /** What was lied about, newest last. */
  readonly lies: string[] = []
  readonly #random: () => number
  readonly #real: Fetch

  constructor(random: () => number, real: Fetch = fetch) {
    this.#random = random
    this.#real = real
  }

  readonly fetch: Fetch = async (url, init) => {
    const response = await this.#real(url, init)
    if (this.share === 0) return response
    const calls = [JSON.parse(String(init?.body))].flat() as readonly Call[]
    const said = (await response.json()) as Json
    const answers = [said].flat() as readonly { id: unknown; result?: Json }[]
    const told = answers.map(answer => this.#tell(answer, calls.find(({ id }) => id === answer.id)?.method))
    const body = Array.isArray(said) ? this.#disorder(told) : told[0]
    return new Response(JSON.stringify(body)?.replaceAll('"nested"', nested), { status: this.#status() })
  }

  #tell(answer: { id: unknown; result?: Json }, method = ''): Json {
    if (this.#random() >= this.share) return answer
    const whole = this.#pick<() => Json>([
      () => ({ ...answer, result: null }),
      () => ({ ...answer, result: 'nested' }),
      () => ({ ...answer, result: this.#pick(['0x', '0x0', hugeQuantity, [], {}, -1, 'true', true]) }),
      () => ({
        id: answer.id,
        error: this.#pick([null, 'no', {}, { code: '1' }, { code: -32000, message: 7 }]),
      }),
      () => ({
        id: answer.id,
        error: { code: this.#pick([3, -32000, -32005, -32601]), message: this.#words() },
      }),
      () => ({ id: String(answer.id), result: answer.result }),
    ])
    const isWhole = this.#random() < 0.25 || answer.result === undefined
    const lie = isWhole ? whole() : { ...answer, result: this.#bend(answer.result) }
    this.lies.push(`${method}: ${JSON.stringify(lie).slice(0, 300)}`)
    return lie
  }

  #words(): string {
    return this.#pick([
      'execution reverted',
      'nonce too low',
      'already known',
      'insufficient funds for gas * price + value',
      'header not found',
      'batch too large',
      'txpool is full',
      'replacement transaction underpriced',
      'intrinsic gas too low',
    ])
  }

  #bend(value: Json): Json {
    if (Array.isArray(value)) {
      const at = Math.floor(this.#random() * value.length)
      const how = this.#random()
      if (value.length === 0 || how < 0.2) return []
      if (how < 0.4) return value.toSpliced(at, 1)
      if (how < 0.5) return [...value, value[at]]
      return value.with(at, this.#bend(value[at]))
    }
    if (typeof value === 'object' && value !== null) {
      const key = this.#pick(Object.keys(value))
      const { [key]: member, ...others } = value as Record<string, Json>
      return this.#random() < 0.1 ? others : { ...others, [key]: this.#bend(member) }
    }
    if (typeof value === 'string' && /^0x[0-9a-f]*$/.test(value)) return this.#bendHex(value)
    return this.#pick<Json>([null, true, false, '0x1', hugeQuantity, 'nested'])
  }

  #bendHex(value: string): Json {
    if (value.length === 2 || value.length > 20) {
      const at = 2 + Math.floor(this.#random() * (value.length - 2))
      const other = `${value.slice(0, at)}${this.#pick([...'0123456789abcdef'])}${value.slice(at + 1)}`
      return this.#pick<Json>([
        other,
        other,
        other,
        value.toUpperCase(),
        null,
        '0x',
        value.slice(0, -1),
        'nested',
      ])
    }
    const number = BigInt(value)
    const near = [1n, 2n, 5n, 40n, 1_000n].flatMap(by => [number + by, number > by ? number - by : 0n])
    const far = [0n, 1n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n, 2n ** 200n]
    const quantity = this.#pick([...near, ...near, ...far])
    return this.#random() < 0.05
      ? this.#pick<Json>([null, Number(quantity), '0x', 'nested'])
      : `0x${quantity.toString(16)}`
  }

  #disorder(answers: readonly Json[]): readonly Json[] {
    const how = this.#random()
    if (how < this.share / 4) return answers.slice(1)
    if (how < this.share / 2) return answers.toReversed()
    return answers
  }

  #status(): number {
    return this.#random() < this.share / 10 ? this.#pick([400, 404, 500, 503]) : 200
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)] as Item
  }
}
