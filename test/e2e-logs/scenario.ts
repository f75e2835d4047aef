import { readFileSync } from 'node:fs'
import { formsOf } from '../../src/logging/secret-forms.ts'
import { authority } from '../logs/http-sink.ts'
import { makeCertificates, rsyslogVersion } from '../logs/rsyslog.ts'
import { until } from '../logs/support.ts'
import { freePort } from '../support/prometheus.ts'
import { ChattyGateway, secrets } from './gateway.ts'
import { openPlaces, type Place } from './places.ts'
import { missingPrometheus, Scrape, type ScrapeResult } from './scrape.ts'

export interface ScenarioOptions {
  readonly folder: string
  readonly tell: (line: string) => void
  /** Messages in each step. */
  readonly messages: number
}

/** What came of one place. */
export interface PlaceResult {
  readonly name: string
  readonly counterpart: string
  readonly written: number
  readonly arrived: number
  /** Given up while the spool was full, and how many it was told; the gateway's own messages are among those. */
  readonly shed: number
  readonly told: number
  /** Missing from before that: the moments before a kill -9 of the gateway or of rsyslog. */
  readonly lost: number
  readonly repeats: number
  readonly hidden: number
  readonly inOrder: boolean
  readonly secrets: number
  readonly redacted: boolean
}

/** So many messages may be lost by a kill -9: those of a few tenths of a second. */
const lostByKill = 400

/** So many messages of its own the gateway may write while the spool is full. */
const ownMessages = 200

/** A gateway with all four kinds of destinations, through their outages, its own death and a spool that is full. */
export async function runScenario({ folder, tell, messages }: ScenarioOptions): Promise<{
  readonly results: readonly PlaceResult[]
  /** Undefined where there is no Prometheus. */
  readonly scraped: ScrapeResult | undefined
  readonly wrong: readonly string[]
}> {
  const certificates = makeCertificates(folder)
  const places = await openPlaces(folder, rsyslogVersion())
  const gateway = new ChattyGateway(folder, {
    places,
    certificates,
    authority,
    metricsPort: await freePort(),
  })
  const wrong: string[] = []
  let wanted = 0
  const say = async (count: number, padding = 0) => {
    wanted += count
    gateway.sayUpTo(wanted, padding)
    const isSaid = () => {
      gateway.mustRun()
      return gateway.said >= wanted
    }
    await until(isSaid, `${wanted} messages are written`, { patience: 120_000 })
  }
  const highest = (place: Place) => Math.max(-1, ...numbersOf(place.messages()))
  const allCaughtUp = async (what: string) => {
    const isThere = () => places.all.every(place => highest(place) === wanted - 1)
    await until(isThere, what, { patience: 120_000, every: 250 })
    tell(`${what}: all four have message ${wanted - 1}`)
  }
  let scrape: Scrape | undefined
  try {
    gateway.start()
    scrape = missingPrometheus() === undefined ? await Scrape.start(gateway) : undefined
    await say(messages)
    await allCaughtUp('all well')
    for (const place of places.all) {
      await place.down()
      await say(messages)
      await place.up()
      await allCaughtUp(`${place.name} was away`)
    }
    wanted += 2 * messages
    gateway.sayUpTo(wanted)
    await until(() => gateway.said > wanted - messages, 'messages are under way', { patience: 60_000 })
    await gateway.end('SIGKILL')
    const dead = gateway.said
    tell(`kill -9 of the gateway after it began message ${dead - 1}`)
    gateway.start()
    await say(messages)
    await allCaughtUp('it was started again')
    for (const place of places.all) await place.down()
    const before = wanted
    await say(messages * 8, 2_000)
    tell(`all four away: ${messages * 8} messages of 2 kB meet a spool of 2 MB`)
    await scrape?.untilAllAreAway()
    for (const place of places.all) await place.up()
    await say(1)
    await allCaughtUp('all are back')
    const results = places.all.map(place =>
      resultOf(place, { written: wanted, full: before }, certificates.key),
    )
    const destinations = await gateway.destinations()
    for (const { destination, waiting, shed } of destinations) {
      tell(`status of ${destination}: ${waiting} wait, ${shed} given up`)
    }
    const scraped = await scrape?.judge()
    const code = await gateway.end('SIGTERM')
    if (code !== 0) wrong.push(`the gateway ended with ${code}`)
    if (destinations.length !== 4) wrong.push('status does not show all four')
    wrong.push(
      ...results.flatMap(judge),
      ...spoken(gateway.words, certificates.key),
      ...(scraped?.wrong ?? []),
    )
    return { results, scraped, wrong }
  } finally {
    await gateway.end('SIGKILL')
    await scrape?.close()
    for (const place of places.all) await place.down()
  }
}

/** The chatter's numbers, in the order of arrival. */
function numbersOf(messages: readonly string[]): number[] {
  return messages.flatMap(message => {
    const number = /^number (\d+) /.exec(message)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
}

/** `full`: the first message that met a full spool. */
function resultOf(
  place: Place,
  { written, full }: { written: number; full: number },
  keyFile: string,
): PlaceResult {
  const messages = place.messages()
  const numbers = numbersOf(messages)
  const known = new Set(numbers)
  const fresh = [...known]
  const told = messages.map(message => Number(/^(\d+) messages? (?:is|are) missing/.exec(message)?.[1] ?? 0))
  const missing = Array.from({ length: written }, (_, n) => n).filter(n => !known.has(n))
  const bytes = place.bytes()
  return {
    name: place.name,
    counterpart: place.counterpart,
    written,
    arrived: known.size,
    shed: missing.filter(n => n >= full).length,
    told: told.reduce((sum, count) => sum + count, 0),
    lost: missing.filter(n => n < full).length,
    repeats: numbers.length - known.size,
    hidden: place.hidden(),
    inOrder: fresh.every((number, at) => at === 0 || number > (fresh[at - 1] ?? -1)),
    secrets: foundIn(bytes, keyFile).length,
    redacted: bytes.includes('[redacted]'),
  }
}

/** Forms of secrets that stand in what was sent. */
function foundIn(bytes: Buffer, keyFile: string): readonly string[] {
  const key = readFileSync(keyFile, 'utf8')
  // A part of the key tells as much as all of it.
  const all = [...Object.values(secrets), key, key.split('\n')[1] ?? '']
  const forms = all.flatMap(secret => [
    ...formsOf(secret),
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('base64'),
  ])
  return [...new Set(forms)].filter(form => form.length >= 6 && bytes.includes(form))
}

function spoken(words: string, keyFile: string): readonly string[] {
  return foundIn(Buffer.from(words), keyFile).map(() => 'a secret stands on standard error')
}

function judge(result: PlaceResult): readonly string[] {
  const { name, arrived, shed, told, lost, inOrder, secrets: found, redacted } = result
  return [
    ...(arrived === 0 ? [`${name} has nothing`] : []),
    ...(shed === 0 ? [`${name}: the spool was never full`] : []),
    ...(told < shed || told > shed + ownMessages ? [`${name} misses ${shed}, and was told of ${told}`] : []),
    ...(lost > lostByKill ? [`${name} misses ${lost} that nobody told it of`] : []),
    ...(inOrder ? [] : [`${name} has messages out of order`]),
    ...(found > 0 ? [`${name} was sent ${found} secrets`] : []),
    ...(redacted ? [] : [`${name} was sent nothing that ever held a secret: nothing is shown`]),
  ]
}
