import { join, relative, resolve } from 'node:path'
import { parseDuration } from '../../core/duration.ts'
import { EnergywebError } from '../../core/errors.ts'
import { onTermination } from '../../dispatcher/signals.ts'
import { defineCommand, flag, parsed, text } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Output } from '../io.ts'
import type { Printer } from '../printer.ts'
import { proofExample } from './proof-example.ts'
import type { DemoResult } from './run-demo.ts'
import type { DemoStage } from './serve-demo.ts'
import { summaryLines } from './summary.ts'
import { tableLines } from './table.ts'

const defaultFolder = 'data/demo'
/** A quarter of an hour in five seconds. */
const defaultFactor = 180

/** `energyweb demo` */
export const demoCommand = defineCommand({
  name: 'demo',
  summary: 'Run everything on this machine: meters, gateway, chain',
  description:
    'Starts an EVM node with a registry, meters that speak Eumel 2.1.1 and Energy API v3 for two plants and a consumer, and the gateway on them, all on loopback. Gateway and meters share a clock that runs faster than the calendar; the chain mines in real time. Ctrl-C or --for ends it: then every figure is compared with the chain. Everything is kept in a folder, so that the next start goes on.',
  arguments: {},
  options: {
    for: parsed('duration', 'ends by itself after so long, like 30s', parseDuration),
    fresh: flag('forgets what earlier starts left'),
    folder: text('folder', `where everything is kept; default ${defaultFolder}`),
    factor: parsed(
      'number',
      `how many times faster than the calendar; default ${defaultFactor}`,
      parseFactor,
    ),
    withoutGateway: flag('only the meters and an empty chain, in real time, for a gateway of your own'),
  },
  examples: [
    { command: 'demo', description: 'runs until Ctrl-C' },
    { command: 'demo --for 30s --fresh', description: 'begins anew and ends after half a minute' },
    {
      command: 'demo --without-gateway',
      description: 'shows what to answer `energyweb init` in another terminal',
    },
  ],
  async run(
    { for: milliseconds, fresh, folder = defaultFolder, factor = defaultFactor, withoutGateway },
    { io, printer },
  ) {
    const stop = new AbortController()
    const release = onTermination(() => stop.abort())
    if (withoutGateway) return serve(stop.signal, { milliseconds, printer }).finally(release)
    const { runDemo } = await import('./run-demo.ts')
    const screen = new Screen(io.stdout, printer.json)
    let config = ''
    try {
      const result = await runDemo({
        folder: resolve(io.cwd, folder),
        fresh,
        factor,
        milliseconds,
        signal: stop.signal,
        onStart: async ({ folder: demo, rpc }) => {
          config = relative(io.cwd, demo.config)
          await screen.print(startLines({ config, rpc, factor }))
        },
        onLook: (status, chain) => screen.refresh(tableLines(status, chain)),
        onDrain: () => screen.print(['', 'The polls have stopped; waiting until everything is final …']),
      })
      const example = await proofExample({ config, file: join(folder, 'roof.evidence.json') }, io)
      const words = example.length === 0 ? [] : ['', ...example]
      await printer.data(jsonOf(result), ['', ...resultLines(result), ...words].join('\n'))
      return result.differences.length === 0 ? exitCodes.ok : exitCodes.failed
    } finally {
      release()
    }
  },
})

async function serve(
  signal: AbortSignal,
  { milliseconds, printer }: { milliseconds: number | undefined; printer: Printer },
): Promise<number> {
  const { serveDemo } = await import('./serve-demo.ts')
  const over =
    milliseconds === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(milliseconds)])
  await serveDemo({ signal: over, onStart: stage => printer.data(stage, stageLines(stage).join('\n')) })
  return exitCodes.ok
}

function stageLines({ eumel, energyApi, user, password, rpc }: DemoStage): string[] {
  return [
    'Meters and a chain to try a gateway of your own with, in real time. Ctrl-C ends it.',
    '',
    `  a plant on a roof      eumel-v2    ${eumel}`,
    `                                     user ${user}, password ${password}`,
    `  a field of panels      energy-api  ${energyApi}`,
    `                                     version 3, asset 1, interval 15m`,
    `  a house                energy-api  ${energyApi}`,
    `                                     version 3, asset 2`,
    `  a test chain           local       ${rpc}`,
    '',
    'In another terminal:',
    '  npx energyweb init --dir my-gateway',
  ]
}

function startLines({ config, rpc, factor }: { config: string; rpc: string; factor: number }): string[] {
  return [
    `Two plants and a consumer, read every quarter of an hour;`,
    `${factor} times as fast as the calendar.`,
    `The chain is at ${rpc}.`,
    'Kill this process as you like and start it again: it goes on.',
    '',
    'In another terminal:',
    `  npx energyweb status --config ${config}`,
    `  npx energyweb log ls --config ${config}`,
    `  npx energyweb log check --config ${config}`,
    `  npx energyweb ledger show roof --config ${config}`,
    `  npx energyweb ledger show gateway --config ${config}`,
    'Ctrl-C ends it, compares every figure with the chain, and says how to prove a reading.',
    '',
  ]
}

function resultLines({ figures, anchors, differences, entries }: DemoResult): string[] {
  const verdict =
    differences.length === 0
      ? [
          'Log and chain agree: every total on the chain is the register,',
          'every reading is registered once.',
          `The log was worked out anew from its ${entries} entries and is sound.`,
        ]
      : ['Log and chain differ:', ...differences]
  return [...summaryLines(figures, anchors), ...verdict]
}

function jsonOf({ figures, anchors, differences, entries }: DemoResult) {
  return {
    assets: figures.map(({ name, readings, gaps, receipts, total, chain }) => {
      return {
        name,
        readings,
        gaps,
        receipts,
        register: total,
        chainWattHours: chain.total,
        chainEvents: chain.events,
      }
    }),
    anchors: anchors.chain,
    entries,
    differences,
  }
}

/** On a terminal the table stands still and its figures change; elsewhere it is printed now and then. */
class Screen {
  readonly #output: Output
  readonly #silent: boolean
  #lines = 0
  #looks = 0

  constructor(output: Output, silent: boolean) {
    this.#output = output
    this.#silent = silent
  }

  async print(lines: readonly string[]): Promise<void> {
    if (this.#silent) return
    this.#lines = 0
    await this.#output.write(`${lines.join('\n')}\n`)
  }

  async refresh(lines: readonly string[]): Promise<void> {
    const { isTerminal, columns } = this.#output
    if (this.#silent || (!isTerminal && this.#looks++ % 10 !== 0)) return
    // Back to the first line of the table; each line is cleared to its end (ECMA-48: CUU, EL). The terminal's own "^C"
    // may have moved the cursor to the right.
    const back = isTerminal && this.#lines > 0 ? `\r\u001b[${this.#lines}A` : ''
    const clear = isTerminal ? '\u001b[K' : ''
    this.#lines = lines.length
    const shown = isTerminal ? lines.map(line => line.slice(0, columns)) : lines
    await this.#output.write(`${back}${shown.map(line => `${line}${clear}\n`).join('')}`)
  }
}

function parseFactor(given: string): number {
  const factor = Number(given)
  if (Number.isFinite(factor) && factor >= 1 && factor <= 1_000) return factor
  throw new EnergywebError('argument-invalid', `"${given}" is not a number from 1 to 1000`)
}
