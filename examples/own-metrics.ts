// An app with metrics of its own beside those of its tasks, for Prometheus: curl http://127.0.0.1:9464/metrics
import { App, openMetrics, task } from 'energyweb'

const metrics = await openMetrics({ version: '1.0.0' })
const sold = metrics.counter('charging_sold_joules_total', {
  help: 'Energy that was sold.',
  labels: ['plug'],
})
const queue = metrics.gauge('charging_waiting_cars', { help: 'Cars that wait.' })
const time = metrics.histogram('charging_session_seconds', {
  help: 'How long a car stays.',
  bounds: [600, 1_800, 3_600, 14_400],
})

const app = new App()
app.addTask(
  task({
    name: 'sell',
    every: '1s',
    run: () => {
      sold.add({ plug: 'left' }, 3_600)
      queue.set({}, 2)
      time.observe({}, 1_234)
    },
  }),
)
app.addTask(metrics.measure(app).served({ port: Number(process.env.METRICS_PORT ?? 9_464) }))
await app.run()
