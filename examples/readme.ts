import { App, LifeCycle, Task } from 'energyweb'

class MyTask extends Task {
  override coroutine() {
    console.log(`Task ${this.interval}: ${new Date().toISOString()}\n`)
  }
}

class MyApp extends App {
  override prepare() {
    console.log(`${this.constructor.name} Prepared`)
  }
  override configure() {
    const t1 = new MyTask({ interval: LifeCycle.FIVE_SECONDS })
    const t2 = new MyTask({ interval: LifeCycle.ONE_MINUTE, isEager: false })
    for (const task of [t2, t1]) this.addTask(task)
  }
  override finish() {
    console.log(`${this.constructor.name} Finished`)
  }
}

await new MyApp().run()
