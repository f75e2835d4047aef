// A task that writes numbered messages, and secrets into some of them. What it is about to say stands in a file before it says it.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Task } from 'energyweb'

const folder = import.meta.dirname
const secrets = JSON.parse(readFileSync(join(folder, 'spoken-secrets.json'), 'utf8'))
const wishes = join(folder, 'wishes.json')
const said = join(folder, 'said')

/** What somebody may do with a secret, none of which must leave. */
const slips = [
  secret => [
    { url: `https://user:${encodeURIComponent(secret)}@host/a?key=${encodeURIComponent(secret)}` },
    'address',
  ],
  secret => [
    { error: Object.assign(new Error(`refused: ${secret}`, { cause: new Error(secret) }), { secret }) },
    'error',
  ],
  secret => [{ header: `Basic ${Buffer.from(`user:${secret}`).toString('base64')}` }, `said ${secret}`],
  secret => [{ hex: Buffer.from(secret).toString('hex'), json: JSON.stringify({ secret }) }, 'encoded'],
  secret => [{ [secret]: { deep: [secret, { deeper: secret }] } }, `two\nlines ${secret}`],
]

export class Chatter extends Task {
  #next = existsSync(said) ? readFileSync(said, 'utf8').split('\n').length - 1 : 0

  coroutine({ log }) {
    const { upTo, padding } = existsSync(wishes)
      ? JSON.parse(readFileSync(wishes, 'utf8'))
      : { upTo: 0, padding: 0 }
    for (let count = 0; this.#next < upTo && count < 40; count++) {
      const n = this.#next++
      appendFileSync(said, `${n}\n`)
      const secret = secrets[n % secrets.length]
      const [fields, words] = slips[n % slips.length](secret)
      const severity = n % 20 === 0 ? 'error' : n % 2 === 0 ? 'info' : 'warn'
      log[severity]({ ...fields, n, padding: 'x'.repeat(padding) }, `number ${n} ${words}`)
    }
  }
}
