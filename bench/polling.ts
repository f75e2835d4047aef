/**
 * Polls per second of the client's own CPU, over loopback, to 500 meters; parse and reading included. Meters, our
 * client and the counterpart are a process each, so that nobody pays for another's garbage; rounds alternate.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../src/core/clock.ts'
import { silentLogger } from '../src/core/logger.ts'
import { loadSource } from '../src/sources/catalogue.ts'
import { sourceContext } from '../src/sources/context.ts'
import { startEumelMeter } from '../src/testing/meters/eumel-meter.ts'
import { poll } from './counterpart-polling.ts'

const meters = 500
const cycles = 6
const rounds = 17
const warmUp = 4
const auth = { user: 'admin', password: 'admin' }
const here = fileURLToPath(import.meta.url)

/** Polls a CPU-second, ours and the counterpart's: medians of alternating rounds without the first ones. */
export async function pollingFigure(): Promise<{ ours: number; theirs: number; ratio: number }> {
  const children = ['meters', 'ours', 'theirs'].map(role => fork(here, [role], { stdio: 'inherit' }))
  const [server, ourClient, theirClient] = children
  if (server === undefined || ourClient === undefined || theirClient === undefined)
    throw new Error('no processes')
  try {
    const urls = await ask(server, [])
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < rounds; round++) {
      ours.push(Number(await ask(ourClient, urls)))
      theirs.push(Number(await ask(theirClient, urls)))
    }
    const ratios = ours.map((our, round) => our / (theirs[round] ?? Number.NaN))
    return { ours: median(ours), theirs: median(theirs), ratio: median(ratios) }
  } finally {
    for (const child of children) child.kill()
  }
}

async function ask(child: ChildProcess, urls: readonly string[]): Promise<string[]> {
  const answer = once(child, 'message')
  child.send(urls)
  const [value]: string[][] = await answer
  return value ?? []
}

function median(values: number[]): number {
  const settled = values.slice(warmUp).toSorted((a, b) => a - b)
  return settled[settled.length >> 1] ?? Number.NaN
}

/** Polls all meters at once, cycle after cycle; the answer is polls a CPU-second. */
async function rate<Meter>(all: readonly Meter[], read: (meter: Meter) => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  for (let cycle = 0; cycle < cycles; cycle++) await Promise.all(all.map(read))
  const { user, system } = process.cpuUsage(before)
  return (all.length * cycles) / ((user + system) / 1e6)
}

async function startMeters(): Promise<string[]> {
  const started = Array.from({ length: meters }, () =>
    startEumelMeter({ clock: systemClock, auth, energyAt: (_, instant) => BigInt(instant) * 4_000n }),
  )
  return (await Promise.all(started)).map(({ url }) => url)
}

async function openSources(urls: readonly string[]) {
  const { open } = await loadSource('eumel-v2')
  const context = sourceContext({ clock: systemClock, log: silentLogger })
  return urls.map(url => open({ url, tls: { allow: 'lan-http', reason: 'loopback' }, auth }, context))
}

function answering(work: (urls: readonly string[]) => Promise<unknown>): void {
  process.on('message', async (urls: readonly string[]) => process.send?.(await work(urls)))
  process.on('disconnect', () => process.exit())
}

if (process.argv[1] === here) {
  const role = process.argv[2]
  if (role === 'meters') answering(startMeters)
  else if (role === 'theirs') answering(async urls => [await rate(urls, poll)])
  else if (role === 'ours') {
    let sources: Awaited<ReturnType<typeof openSources>> | undefined
    answering(async urls => {
      sources ??= await openSources(urls)
      const signal = () => new AbortController().signal
      return [await rate(sources, source => source.read({ channel: 'export', signal: signal() }))]
    })
  } else console.log(await pollingFigure())
}
