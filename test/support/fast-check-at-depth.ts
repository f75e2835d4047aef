import real, { type IAsyncProperty, type IProperty, type Parameters, type RunDetails } from 'fast-check'
import { expect } from 'vitest'

/*
 * Stands where tests import fast-check, by `npm run properties`: each property is tried for so long, with new examples, however
 * few runs a test of every day gives it.
 */
const seconds = Number(process.env.PROPERTY_SECONDS ?? 20)
if (!(seconds > 0)) throw new TypeError('PROPERTY_SECONDS is a number above 0')

function tell<T>(details: RunDetails<T>): void {
  // One example may take longer than there is time: that says nothing.
  const isFalse = details.failed && !(details.interrupted && details.counterexample === null)
  if (isFalse) throw new Error(real.defaultReportMessage(details) ?? '', { cause: details.errorInstance })
  process.stdout.write(`${String(details.numRuns).padStart(9)} runs: ${expect.getState().currentTestName}\n`)
}

function atDepth<T>(given?: Parameters<T>): Parameters<T> {
  return {
    ...given,
    numRuns: 100_000_000,
    maxSkipsPerRun: 100,
    interruptAfterTimeLimit: seconds * 1_000,
    reporter: tell,
  }
}

function assert<T>(property: IAsyncProperty<T>, parameters?: Parameters<T>): Promise<void>
function assert<T>(property: IProperty<T>, parameters?: Parameters<T>): void
function assert<T>(property: IAsyncProperty<T> | IProperty<T>, given?: Parameters<T>): Promise<void> | void {
  return property.isAsync() ? real.assert(property, atDepth(given)) : real.assert(property, atDepth(given))
}

export * from 'fast-check'
export default { ...real, assert }
