/** All figures of the table. Each measures ours and its counterpart interleaved, in this one run. */
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { boundRow, type Figure, marginRow, ratioRow } from './figure.ts'

export const figures: readonly Figure[] = [
  {
    name: 'append',
    measure: async () => (await import('./append.ts')).appendFigure(),
  },
  {
    name: 'growth',
    measure: async () => (await import('./append-growth.ts')).appendGrowthFigure(),
  },
  {
    name: 'check',
    measure: async () => (await import('./check.ts')).checkFigure(),
  },
  {
    name: 'field-proofs',
    measure: async () => (await import('./field-proofs.ts')).fieldProofFigure(),
  },
  {
    name: 'evidence',
    measure: async () => (await import('./evidence.ts')).evidenceFigure(),
  },
  {
    name: 'signed-readings',
    measure: async () => (await import('./signed-readings.ts')).signedReadingsFigure(),
  },
  {
    name: 'polling',
    async measure() {
      const { ours, theirs } = await (await import('./polling.ts')).pollingFigure()
      const name = 'polls of 500 meters over loopback, parsed, per CPU second'
      return [ratioRow(name, { ours, theirs, unit: '/s', goal: 5, better: 'more' })]
    },
  },
  {
    name: 'dispatcher',
    async measure() {
      const figure = await (await import('./dispatcher.ts')).dispatcherFigure()
      const of = '10,000 tasks of 1 s for 60 s'
      return [
        boundRow(`${of}: CPU`, { value: figure.cpuShare * 100, unit: '%', goal: 3 }),
        boundRow(`${of}: missed`, { value: figure.missed, unit: 'slots', goal: 0 }),
        boundRow(`${of}: p99 late, spread`, { value: figure.p99SpreadMilliseconds, unit: 'ms', goal: 5 }),
        boundRow(`${of}: p99 late, aligned`, { value: figure.p99AlignedMilliseconds, unit: 'ms', goal: 30 }),
      ]
    },
  },
  {
    name: 'soak',
    async measure() {
      const { threadSoakFigure } = await import('./thread-soak.ts')
      const { failureSoakFigure } = await import('./failure-soak.ts')
      const { thread, process, nothing, blocked } = await threadSoakFigure()
      const { failures, heapBefore, heapAfter } = await failureSoakFigure()
      const late = `1,000 tasks of 1 s beside a thread that was blocked ${blocked} times for 2 s`
      const failing = `heap after ${failures.toLocaleString('en')} failures, against before`
      const [ms, MB] = [
        { unit: 'ms', margin: 10 },
        { unit: 'MB', margin: 1 },
      ]
      return [
        marginRow(`${late}: p99.9 late, against beside a process that computes`, {
          ours: thread.p999,
          theirs: process.p999,
          ...ms,
        }),
        marginRow(`${late}: longest`, { ours: thread.longest, theirs: process.longest, ...ms }),
        marginRow(`${late}: p99.9 late, against beside nothing`, {
          ours: thread.p999,
          theirs: nothing.p999,
          ...ms,
        }),
        marginRow(failing, { ours: heapAfter, theirs: heapBefore, ...MB }),
      ]
    },
  },
  {
    name: 'submission',
    async measure() {
      const { ours, counterpart } = await (await import('./submission.ts')).submissionFigure()
      const name = 'our CPU for a registered reading'
      return [ratioRow(name, { ours, theirs: counterpart, unit: 'ms', goal: 1.5, better: 'less' })]
    },
  },
  {
    name: 'throughput',
    async measure() {
      const { perSecond, bound } = await (await import('./throughput.ts')).throughputFigure(
        10_000,
        30_000_000n,
      )
      const name = 'registered by one account, blocks of 1 s and 30,000,000 gas, against what they could hold'
      return [ratioRow(name, { ours: perSecond, theirs: bound, unit: '/s', goal: 0.9, better: 'more' })]
    },
  },
  {
    name: 'own-keys',
    measure: async () => (await import('./own-keys.ts')).ownKeysRows(),
  },
  {
    name: 'sign',
    measure: async () => (await import('./sign.ts')).signRows(),
  },
  {
    name: 'signers',
    measure: async () => (await import('./signers.ts')).signerRows(),
  },
  {
    name: 'gas',
    measure: async () => (await import('./gas.ts')).gasRows(),
  },
  {
    name: 'inclusion',
    measure: async () => (await import('./tree.ts')).inclusionRows(),
  },
  {
    name: 'verify',
    measure: async () => (await import('./tree.ts')).verifyRows(),
  },
  {
    name: 'tree',
    measure: async () => (await import('./tree.ts')).buildRows(),
  },
  {
    name: 'offline',
    measure: async () => (await import('./offline.ts')).offlineRows(),
  },
  {
    name: 'year',
    measure: async () => (await import('./year.ts')).yearRows(),
  },
  {
    name: 'startup',
    async measure() {
      execFileSync(process.execPath, ['scripts/build.js'], { cwd: resolve(import.meta.dirname, '..') })
      const { runFigure, versionFigure } = await import('./startup.ts')
      const version = versionFigure()
      const [few, many] = [await runFigure(3), await runFigure(1_000)]
      return [
        ratioRow('energyweb --version from dist, against node -e 0', {
          ours: version.ours,
          theirs: version.bare,
          unit: 'ms',
          goal: 1.2,
          better: 'less',
        }),
        boundRow('run to first poll', { value: few.firstPoll, unit: 'ms', goal: 1_000 }),
        boundRow('memory with 3 assets, keys open', { value: few.memory, unit: 'MB', goal: 120 }),
        boundRow('memory with 1,000 assets, keys open', { value: many.memory, unit: 'MB', goal: 200 }),
      ]
    },
  },
  {
    name: 'metrics',
    measure: async () => (await import('./metrics.ts')).metricsRows(),
  },
  {
    name: 'events',
    measure: async () => (await import('./events.ts')).eventsRows(),
  },
  {
    name: 'published',
    measure: async () => (await import('./published-log.ts')).publishedLogFigure(),
  },
]
