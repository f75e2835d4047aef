import { Worker } from 'node:worker_threads'

/** How soon a process notices that its parent is gone, ms. */
const every = 1_000

/** Text, as a thread of its own that loads nothing costs the least. */
const watch = `
  const { workerData } = require('node:worker_threads')
  setInterval(() => {
    if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
  }, ${every})
`

/**
 * Ends this process when its parent is gone, also while a library hangs in the middle of a call: no event is heard then, and the
 * token would stay with a process that nobody has any more.
 */
export function endWithParent(): void {
  const watcher = new Worker(watch, { eval: true, workerData: process.ppid, name: 'parent watch' })
  watcher.unref()
}
