/*
 * Catching up with past events of one contract on anvil, against bare getLogs over the same blocks, page for page, parsed.
 * Ours keeps order, keys, decoded arguments and a cursor in a log on the disk. Each runs in a process of its own, by turns.
 */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { EventWorld } from '../test/events/event-world.ts'
import { boundRow, type FigureResult, ratioRow } from './figure.ts'
import { median } from './median.ts'

const perBlock = 2_000
const here = import.meta.dirname

interface Run {
  readonly events: number
  readonly seconds: number
  /** Resident megabytes before the first event, and at most. */
  readonly baseline: number
  readonly most: number
}

export interface EventsFigure {
  readonly ours: readonly Run[]
  readonly theirs: readonly Run[]
  /** Ours started as the unit of systemd and the container start it. */
  readonly small: Run
}

/** Rounds in turn; the node's output must flow meanwhile, so that nothing here may block. */
export async function eventsFigure(events: number, rounds: number): Promise<EventsFigure> {
  const world = await EventWorld.open({ gasLimit: 60_000_000n })
  try {
    const first = (await world.height()) + 1
    for (let number = 0; number < events; number += perBlock) {
      await world.send('pongs', BigInt(number), BigInt(perBlock))
      await world.anvil.mine()
    }
    const last = await world.height()
    // So many blocks on top that all of them are beyond any reorg.
    await world.anvil.rpc('anvil_mine', ['0x64'])
    const run = (way: string, ...flags: readonly string[]) =>
      runChild([way, world.anvil.url, world.address, `${first}`, `${last}`, `${events}`], flags)
    const [ours, theirs]: [Run[], Run[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      theirs.push(await run('bare'))
      ours.push(await run('ours'))
    }
    return { ours, theirs, small: await run('ours', '--max-semi-space-size=8') }
  } finally {
    await world.anvil.stop()
  }
}

async function runChild(words: readonly string[], flags: readonly string[] = []): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-events-'))
  try {
    const script = resolve(here, 'events-child.js')
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, ...words, folder])
    return JSON.parse(stdout)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The rows of the table. */
export async function eventsRows(events = 1_000_000, rounds = 3): Promise<readonly FigureResult[]> {
  execFileSync(process.execPath, ['scripts/build.js'], { cwd: resolve(here, '..') })
  const { ours, theirs, small } = await eventsFigure(events, rounds)
  const bare = median(theirs.map(run => run.events / run.seconds))
  const ratios = ours.map((our, round) => (theirs[round]?.seconds ?? Number.NaN) / our.seconds)
  const of = `${events.toLocaleString('en')} past events`
  const memory = (name: string, runs: readonly Run[]) => {
    const before = Math.round(median(runs.map(run => run.baseline)))
    const title = `${of}: most memory of the process${name} (${before} MB before the first one)`
    return boundRow(title, { value: Math.max(...runs.map(run => run.most)), unit: 'MB', goal: 200 })
  }
  return [
    ratioRow(`${of}, in order, with keys and a durable cursor, against bare getLogs`, {
      ours: bare * median(ratios),
      theirs: bare,
      unit: '/s',
      goal: 0.5,
      better: 'more',
    }),
    memory('', ours),
    memory(' with --max-semi-space-size=8', [small]),
  ]
}

if (import.meta.main) {
  const [events = '100000', rounds = '2'] = process.argv.slice(2)
  console.log(await eventsFigure(Number(events), Number(rounds)))
}
