/** A task that computes for long does it in a thread: the other tasks don't notice. */
import { App, task } from 'energyweb'
import type { Plant } from './simulate-years.ts'

const plant: Plant = { kilowattPeak: 10, years: 200 }

class ForecastApp extends App {
  override configure() {
    const forecast = task({
      every: '1h',
      name: 'forecast',
      runForever: false,
      deadline: '1m',
      worker: new URL('./simulate-years.ts', import.meta.url),
      parameters: plant,
      handleResult: kilowattHours => {
        console.log(`${Math.round(Number(kilowattHours) / 1_000)} MWh a year`)
        void this.removeTask(heartbeat)
      },
    })
    const heartbeat = task({ every: '100ms', name: 'heartbeat', run: () => console.log('on time') })
    this.addTask(heartbeat).addTask(forecast)
  }
}

// What the thread logs comes out here too; by default only warnings and errors are shown.
const write = (_fields: object, message: string) => console.log(message)
const log = { debug: () => undefined, info: write, warn: write, error: write }
// At most one thread; it may hold 256 MB, and is given back after a second without work.
await new ForecastApp({ log, workers: { max: 1, memory: 256, idle: '1s' } }).run()
