import { setTimeout as wait } from 'node:timers/promises'
import { EnergywebError } from '../../../src/core/errors.ts'
import type { WorkerRun } from '../../../src/dispatcher/index.ts'

const ways: Record<string, (run: WorkerRun<string>) => unknown> = {
  energyweb() {
    const cause = new TypeError('the line is dead')
    throw new EnergywebError('source-timeout', 'roof: no answer', {
      hint: 'Is it on?',
      retryable: true,
      cause,
    })
  },
  type() {
    throw new TypeError('not a number')
  },
  text() {
    throw 'just text'
  },
  code() {
    throw Object.assign(new Error('no such file'), { name: 'FileError', code: 'ENOENT' })
  },
  exit() {
    process.exit(3)
  },
  async uncaught() {
    setImmediate(() => {
      throw new RangeError('nobody catches this')
    })
    await wait(60_000)
  },
  memory() {
    const hoard: string[][] = []
    for (;;) hoard.push(Array.from({ length: 100_000 }, (_, index) => `${index} ${hoard.length}`))
  },
  async buffers() {
    const hoard: Uint8Array[] = []
    for (;;) {
      hoard.push(new Uint8Array(2 ** 20).fill(1))
      await wait(1)
    }
  },
  churn() {
    const end = performance.now() + 2_000
    let text = ''
    while (performance.now() < end)
      text = Array.from({ length: 10_000 }, (_, index) => `${index} ${text.length}`).join()
  },
  hang() {
    for (;;);
  },
  async heed({ signal }) {
    await wait(60_000, undefined, { signal })
  },
  async deaf() {
    await wait(60_000)
  },
  function: () => () => undefined,
}

export default ({ parameters, ...run }: WorkerRun<string>) => ways[parameters]?.({ parameters, ...run })
