import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'

// The examples name the package, which isn't built here: the name leads to this room instead.
const room = new URL('./index.ts', import.meta.url).href
const resolvePackage = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({ resolve: (name, context, next) => next(name === 'energyweb' ? '${room}' : name, context) })`)}`

const children: ChildProcess[] = []

function run(...parameters: string[]) {
  const child = spawn(process.execPath, ['--import', resolvePackage, ...parameters])
  children.push(child)
  let output = ''
  let errors = ''
  child.stdout.on('data', data => {
    output += data
  })
  child.stderr.on('data', data => {
    errors += data
  })
  const seen = async (text: string) => {
    while (!output.includes(text)) await once(child.stdout, 'data')
  }
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return { child, seen, ended, output: () => output, errors: () => errors }
}

function example(name: string) {
  return run(new URL(`../../examples/${name}`, import.meta.url).pathname)
}

function script(body: string) {
  return run('--input-type=module', '--eval', `import { App, task } from 'energyweb'\n${body}`)
}

const hanging = `
  await new App().addTask(task({ every: '1h', run: () => console.log('up'), finish: () => {
    console.log('finishing')
    return new Promise(() => undefined)
  } })).run()`

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

test('the example of the README prints what it must; SIGTERM finishes it and it exits with 0', async () => {
  const { child, seen, ended, output, errors } = example('readme.ts')
  await seen('Task 5s')
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(errors()).toBe('')
  expect(output()).toMatch(/^MyApp Prepared\nTask 5s: \d{4}-\d\d-\d\dT[\d:.]+Z\n\nMyApp Finished\n$/)
})

test('the example of a task without a class ends by itself', async () => {
  const { ended, output } = example('functional-task.ts')
  expect(await ended).toBe(0)
  expect(output()).toBe('run 1, tick 0, true\nrun 2, tick 1, true\nrun 3, tick 2, true\nno tasks left\n')
})

// Fails when the app leaves its threads behind: the process would not end.
test('the example of a task in a thread ends by itself, and its other task went on meanwhile', async () => {
  const { ended, output, errors } = example('threads/app.ts')
  expect(await ended).toBe(0)
  expect(errors()).toBe('')
  expect(output()).toMatch(/^(on time\n){2,}simulated\n(on time\n)*\d+ MWh a year\n(task .* ended\n)*$/)
})

test('an app without threads does not load the library for them, nor the one for patterns', async () => {
  const { ended, output } = script(`
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    const once = task({ runForever: false, run: () => undefined })
    await new App().addTask(once).run()
    console.log(loaded.filter(url => /piscina|croner/.test(url)))`)
  expect(await ended).toBe(0)
  expect(output()).toBe('[]\n')
})

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('a second %s ends the process at once with %i', async (signal, code) => {
  const { child, seen, ended } = script(hanging)
  await seen('up')
  child.kill(signal)
  await seen('finishing')
  await new Promise(resolve => setTimeout(resolve, 60))
  const before = performance.now()
  child.kill(signal)
  expect(await ended).toBe(code)
  expect(performance.now() - before).toBeLessThan(2_000)
})

test('a Ctrl-C that arrives twice within a moment is one', async () => {
  const { child, seen, ended, output } = script(`
    await new App().addTask(task({ every: '1h', run: () => console.log('up'), finish: async () => {
      console.log('finishing')
      await new Promise(resolve => setTimeout(resolve, 100))
      console.log('finished')
    } })).run()`)
  await seen('up')
  child.kill('SIGINT')
  await seen('finishing')
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(output()).toContain('finished')
})

test('with { signals: false } a signal does what it does by default', async () => {
  const { child, seen, ended } = script(
    `await new App().addTask(task({ every: '1h', run: () => console.log('up') })).run({ signals: false })`,
  )
  await seen('up')
  child.kill('SIGTERM')
  expect(await ended).toBe(null)
})

test('by default a failing task is heard of on standard error, and an app whose tasks hold no handle stays alive', async () => {
  const { child, seen, ended, errors } = script(`
    async function* silence() { await new Promise(() => undefined) }
    const failing = task({ name: 'failing', every: '1h', run: () => { console.log('up'); throw new TypeError('no luck') } })
    const app = new App().addTask(failing).addTask(task({ name: 'silent', trigger: silence, run: () => undefined }))
    setTimeout(() => void app.removeTask(failing).then(() => console.log('alone')), 20)
    await app.run()`)
  await seen('alone')
  await new Promise(resolve => setTimeout(resolve, 100))
  expect(child.exitCode).toBe(null)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(errors()).toContain('error: task "failing" failed in run: no luck; next try in')
})
