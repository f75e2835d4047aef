// A task without a class: with a deadline, removed after its third run; the app ends with its last task.
import { App, task } from 'energyweb'

let count = 0
const app = new App()
const counter = task({
  name: 'counter',
  every: '200ms',
  deadline: '1s',
  run: async ({ signal, tick, clock }) => {
    signal.throwIfAborted()
    count++
    console.log(`run ${count}, tick ${tick.number}, ${new Date(clock.now()).getUTCFullYear() > 2000}`)
    if (count === 3) void app.removeTask(counter)
  },
})

await app.addTask(counter).run()
console.log(app.statistics().length === 0 ? 'no tasks left' : 'still busy')
