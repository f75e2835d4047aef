import { afterAll, expect } from 'vitest'

/* A test file that shares its process leaves it as it found it: the next one starts from there. */

const before = stateOfProcess()

afterAll(() => {
  expect(stateOfProcess(), 'the file leaves its process changed for the next one').toEqual(before)
})

function stateOfProcess() {
  const listeners = process.eventNames().map(event => [String(event), process.listenerCount(event)] as const)
  return {
    folder: process.cwd(),
    umask: process.umask(),
    exitCode: process.exitCode,
    environment: { ...process.env },
    listeners: Object.fromEntries(listeners),
    globals: { Date, fetch, setTimeout, setInterval, setImmediate, queueMicrotask },
  }
}
