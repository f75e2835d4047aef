import { setTimeout } from 'node:timers/promises'
import { until } from '../logs/support.ts'
import { alertExpressions, examples, readExample } from '../support/examples.ts'
import { noPrometheus, Prometheus, prometheusVersion, promtool } from '../support/prometheus.ts'
import type { ChattyGateway } from './gateway.ts'

/** What a real Prometheus saw of the gateway meanwhile. */
export interface ScrapeResult {
  readonly counterpart: string
  readonly scrapes: number
  readonly series: number
  /** What is proved, a sentence each. */
  readonly proved: readonly string[]
  readonly wrong: readonly string[]
}

/** Why nothing can be scraped here; undefined when it can. */
export const missingPrometheus = noPrometheus

/** A Prometheus that scrapes the gateway through all that befalls it. */
export class Scrape {
  readonly #prometheus: Prometheus
  readonly #gateway: ChattyGateway
  readonly #proved: string[] = []
  readonly #wrong: string[] = []

  private constructor(prometheus: Prometheus, gateway: ChattyGateway) {
    this.#prometheus = prometheus
    this.#gateway = gateway
  }

  static async start(gateway: ChattyGateway): Promise<Scrape> {
    const { target, token } = gateway.metrics
    return new Scrape(await Prometheus.start({ target, token }), gateway)
  }

  /** Asks Prometheus what it has, and promtool what it thinks of it. */
  async judge(): Promise<ScrapeResult> {
    await this.#sameAsStatus()
    await this.#outagesSeen()
    await this.#tools()
    const scrapes = await this.#value('sum(count_over_time(up[30m]))')
    const series = await this.#value('scrape_samples_scraped')
    const counterpart = `Prometheus and promtool ${prometheusVersion()}`
    return { counterpart, scrapes, series, proved: this.#proved, wrong: this.#wrong }
  }

  /** Waits until Prometheus has seen each destination away: an outage may be shorter than the time between two scrapes. */
  async untilAllAreAway(): Promise<void> {
    const isSeen = async () => (await this.#away()) === 4
    await until(isSeen, 'all four are seen away', { patience: 60_000, every: 500 })
  }

  /** How many destinations it has seen away. */
  async #away(): Promise<number> {
    const expression = 'max_over_time(energyweb_messages_trouble[30m]) == 1'
    return (await this.#prometheus.query(expression)).length
  }

  close(): Promise<void> {
    return this.#prometheus.close()
  }

  /** Each destination's counts are what the status says; the gateway goes on meanwhile, so that it may take a few scrapes. */
  async #sameAsStatus(): Promise<void> {
    let different: string | undefined = 'nothing was compared'
    for (const end = Date.now() + 30_000; different !== undefined && Date.now() < end; ) {
      different = await this.#difference()
      if (different !== undefined) await setTimeout(200)
    }
    const proved = 'delivered, shed and refused of each destination are what status says'
    this.#check(different === undefined, proved, different ?? '')
  }

  /** The first count that differs; undefined when none does. */
  async #difference(): Promise<string | undefined> {
    const destinations = await this.#gateway.destinations()
    if (destinations.length !== 4) return `status shows ${destinations.length} destinations`
    for (const { destination, delivered, shed, refused } of destinations) {
      for (const [what, said] of Object.entries({ delivered, shed, refused })) {
        const name = `energyweb_messages_${what}_total{destination="${destination}"}`
        const scraped = await this.#value(name)
        if (scraped !== said) return `${name} is ${scraped}, status says ${said}`
      }
    }
    return undefined
  }

  async #outagesSeen(): Promise<void> {
    const away = await this.#away()
    this.#check(away === 4, 'the outage of each destination was seen', `outages of ${away} of 4 were seen`)
    const shed = alertExpressions.get('EnergywebMessagesShed') ?? ''
    const { length: firing } = await this.#prometheus.query(shed)
    this.#check(
      firing === 4,
      'the alert of a full spool fires for each',
      `${firing} of 4 alerts of a full spool`,
    )
    const starts = await this.#value('changes(process_start_time_seconds{job="energyweb"}[30m])')
    this.#check(starts === 1, 'kill -9 was seen as one new start', `${starts} new starts were seen`)
  }

  async #tools(): Promise<void> {
    const { target, token } = this.#gateway.metrics
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`http://${target}/metrics`, { headers })
    const input = await answer.text()
    const { good, said } = promtool(['check', 'metrics'], { input })
    this.#check(
      good && said === '',
      'promtool check metrics has nothing to say',
      `promtool check metrics: ${said}`,
    )
    const folder = `${examples}prometheus`
    for (const words of [
      ['check', 'rules', 'alerts.yml'],
      ['test', 'rules', 'alerts.test.yml'],
      ['check', 'config', 'prometheus.yml'],
    ]) {
      const result = promtool(words, { folder })
      const what = `promtool ${words.join(' ')}`
      this.#check(result.good, `${what} is content`, `${what}: ${result.said}`)
    }
    const rules = readExample('prometheus/alerts.yml').match(/- alert: /g)?.length ?? 0
    this.#check(rules > 20, `${rules} alert rules were looked at`, `${rules} alert rules`)
  }

  #check(isSo: boolean, proved: string, wrong: string): void {
    if (isSo) this.#proved.push(proved)
    else this.#wrong.push(`metrics: ${wrong}`)
  }

  async #value(expression: string): Promise<number> {
    if ((await this.#prometheus.ask('query?query=up')) === undefined) return Number.NaN
    return (await this.#prometheus.query(expression))[0]?.value ?? Number.NaN
  }
}
