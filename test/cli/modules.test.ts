import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

// Real processes of the bin on the example's configuration, copied to where nothing is installed.
const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))
const example = fileURLToPath(new URL('../../examples/modules/', import.meta.url))
const env = { ...process.env, ENERGYWEB_SOURCE: '1' }

let cwd: string
let gateway: ChildProcess | undefined
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'modules-test-'))
  await cp(example, cwd, { recursive: true, mode: 0 })
})
afterEach(async () => {
  gateway?.kill('SIGKILL')
  gateway = undefined
  await rm(cwd, { recursive: true, maxRetries: 3 })
})

function energyweb(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [bin, ...words], { cwd, env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}

/** A configuration with these modules and these tasks besides; answers what check says about it. */
async function findings(modules: string, rest = ''): Promise<string[]> {
  const text = `energyweb: 1
assets: [{ name: a, role: producer, channel: export, capacity: 1 kW, every: 1s, source: { kind: simulator, profile: solar, peak: 1 kW } }]
modules: ${modules}
${rest}`
  await writeFile(join(cwd, 'energyweb.yml'), text)
  const { stdout } = await energyweb('check')
  return stdout.split('\n').filter(line => line.startsWith('error'))
}

test("a third party's source and task: check, read and run, without any installation beside the file", async () => {
  expect((await energyweb('check')).stdout).toBe('energyweb.yml: good\n')
  const read = await energyweb('read', 'clock', '--json')
  expect(JSON.parse(read.stdout)).toMatchObject({ source: 'clock-meter', readings: [{ kind: 'counter' }] })

  gateway = spawn(process.execPath, [bin, 'run'], { cwd, env })
  let said = ''
  gateway.stderr?.on('data', chunk => {
    said += chunk
  })
  await expect.poll(() => said, { timeout: 15_000 }).toContain('still here, every 1000 ms')
  const status = await energyweb('status', '--json')
  expect(JSON.parse(status.stdout)).toMatchObject({ running: true, assets: [{ asset: 'clock' }] })
})

test('a task that fails takes nothing else down', async () => {
  await writeFile(
    join(cwd, 'bad.ts'),
    `import { Task } from 'energyweb'
export class Bad extends Task { override coroutine() { throw new Error('as meant') } }
export class Floating extends Task { override coroutine() { void Promise.reject(new Error('nobody waits')) } }`,
  )
  await writeFile(
    join(cwd, 'energyweb.yml'),
    `energyweb: 1
assets: [{ name: clock, role: consumer, channel: import, capacity: 10 kW, every: 1s, source: { kind: clock-meter, power: 1 kW } }]
modules: [./clock-meter.ts, ./bad.ts, ./heartbeat.ts]
tasks: [{ class: Heartbeat, cron: '* * * * * *', zone: UTC, parameters: { greeting: by the clock } }, { class: Bad, every: 1s }, { class: Floating, every: 1s }, { class: Heartbeat, parameters: { interval: 1s } }]`,
  )
  gateway = spawn(process.execPath, [bin, 'run'], { cwd, env })
  let said = ''
  gateway.stderr?.on('data', chunk => {
    said += chunk
  })
  await expect.poll(() => said, { timeout: 15_000 }).toContain('as meant')
  await expect
    .poll(() => said, { timeout: 15_000 })
    .toContain('rejected and nobody waits for it: nobody waits')
  await expect.poll(() => said.split('by the clock').length, { timeout: 15_000 }).toBeGreaterThan(2)
  await expect.poll(() => said.split('hello, every').length, { timeout: 15_000 }).toBeGreaterThan(2)
  expect(gateway.exitCode).toBeNull()
})

test('what is wrong with modules, sources and tasks is said with line and column', async () => {
  await writeFile(join(cwd, 'broken.ts'), 'export class {\n')
  await writeFile(join(cwd, 'throws.mjs'), '\nthrow new TypeError("no luck")\n')
  await writeFile(join(cwd, 'lost.mjs'), 'import "./nowhere.js"\n')
  await writeFile(join(cwd, 'clash.mjs'), clashing('simulator'))
  await writeFile(join(cwd, 'again.mjs'), 'export class Heartbeat { coroutine() {} }\n')
  const lines = await findings(
    '\n  - ./broken.ts\n  - ./throws.mjs\n  - ./lost.mjs\n  - ./clash.mjs\n  - ./heartbeat.ts\n  - ./again.mjs\n  - no-such-package\n',
  )
  expect(lines.map(line => line.replaceAll(cwd, '…'))).toEqual([
    expect.stringMatching(/energyweb\.yml:4:5: modules\[0\]: …\/broken\.ts:1: SyntaxError: /),
    expect.stringMatching(/:5:5: modules\[1\]: …\/throws\.mjs:2: TypeError: no luck/),
    expect.stringMatching(/:6:5: modules\[2\]: .*Cannot find module '…\/nowhere\.js'/),
    expect.stringContaining(':7:5: modules[3]: the source kind "simulator" belongs to energyweb'),
    expect.stringContaining(':9:5: modules[5]: the task class "Heartbeat" belongs to another module'),
    expect.stringContaining(':10:5: modules[6]: there is no package no-such-package in the installation'),
  ])
  expect(
    await findings(
      '[./heartbeat.ts]',
      "tasks: [{ class: Heartbeat, cron: '61 * * * *' }, { class: Heartbeat, cron: '@daily', zone: Europe/Wien }, { class: Heartbeat, every: 1s, cron: '@daily' }, { class: Heartbeat, every: 1s, zone: UTC }]",
    ),
  ).toEqual([
    expect.stringContaining('tasks[0].cron: '),
    expect.stringContaining('tasks[1].cron: '),
    expect.stringContaining('tasks[2].cron: there is an interval too: give one of the two'),
    expect.stringContaining('tasks[3].zone: a time zone is for cron only'),
  ])
  expect(
    await findings(
      '[./heartbeat.ts]',
      'tasks: [{ class: Hartbeat, every: 1s }, { class: Heartbeat, parameters: { interval: soon } }]',
    ),
  ).toEqual([
    expect.stringContaining('4:18: tasks[0].class: no module exports it; did you mean "Heartbeat"?'),
    expect.stringContaining('4:85: tasks[1].parameters.interval: '),
  ])
})

const clashing = (name: string) => `import { defineSource } from 'energyweb'
import { z } from 'zod'
export const source = defineSource({ name: '${name}', title: '', description: '', proof: { level: 'simulator', text: '' },
  values: ['counter'], channels: ['import'], options: z.strictObject({}), example: '', create: () => undefined })
`

test("options of a third party's source are checked like any other's", async () => {
  await writeFile(
    join(cwd, 'energyweb.yml'),
    `energyweb: 1
modules: [./clock-meter.ts]
assets:
  - { name: a, role: consumer, channel: import, capacity: 1 kW, every: 1s, source: { kind: clock-meter, pover: 1 kW } }
  - { name: b, role: consumer, channel: export, capacity: 1 kW, every: 1s, source: { kind: clock-metr, power: 1 kW } }
`,
  )
  const { stdout, code } = await energyweb('check')
  expect(code).toBe(3)
  expect(stdout).toContain('4:105: assets[0].source.pover: unknown key; did you mean "power"?')
  expect(stdout).toContain('5:92: assets[1].source.kind: expected one of')
  expect(stdout).toContain('did you mean "clock-meter"?')
})

test('a constructor that fails stops the start, and says which task it was', async () => {
  await writeFile(
    join(cwd, 'energyweb.yml'),
    `energyweb: 1
assets: [{ name: a, role: producer, channel: export, capacity: 1 kW, every: 1s, source: { kind: simulator, profile: solar, peak: 1 kW } }]
modules: [./heartbeat.ts]
tasks: [{ class: Heartbeat }]`,
  )
  const { stderr, code } = await energyweb('run')
  expect(stderr).toContain('tasks[0] (Heartbeat): task "Heartbeat" has neither an interval nor a trigger')
  expect(code).toBe(3)
})
