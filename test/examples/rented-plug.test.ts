import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bike, UsnWorld } from '../ledgers/usn-world.ts'
import { temporaryFolder } from '../prove/support.ts'

const root = join(import.meta.dirname, '../..')

/** Has Node find the package's doors in its sources. */
const hooks = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  const doors = { energyweb: 'src/index.ts', 'energyweb/evm': 'src/evm.ts' }
  registerHooks({
    resolve: (specifier, context, next) =>
      next(Object.hasOwn(doors, specifier) ? ${JSON.stringify(`file://${root}/`)} + doors[specifier] : specifier, context),
  })`)}`

/** A plug that does what the maker's documentation says of Switch.Set, and can be out of reach. */
const plug = { isOn: false, isBroken: false, asked: 0 }
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://plug')
  plug.asked += 1
  if (pathname !== '/rpc/Switch.Set' || searchParams.get('id') !== '0' || plug.isBroken) {
    response.writeHead(plug.isBroken ? 503 : 404).end()
    return
  }
  const was = plug.isOn
  plug.isOn = searchParams.get('on') === 'true'
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ was_on: was }))
})

let world: UsnWorld
const children: ChildProcess[] = []
const patience = { timeout: 20_000 }

beforeAll(async () => {
  world = await UsnWorld.open()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  await world?.anvil.stop()
  await new Promise(done => server.close(done))
})

/** The example in a process of its own, and what it prints. */
function start(folder: string) {
  const { port } = server.address() as AddressInfo
  const words = [world.anvil.url, world.double.address, bike, `http://127.0.0.1:${port}`, folder]
  const child = spawn(process.execPath, ['--import', hooks, join(root, 'examples/rented-plug.ts'), ...words])
  children.push(child)
  let output = ''
  child.stdout.on('data', data => {
    output += data
  })
  child.stderr.on('data', data => {
    output += data
  })
  return { child, output: () => output }
}

test('a plug is on while somebody has rented it, over a crash, and when it was out of reach', {
  timeout: 120_000,
}, async () => {
  const folder = temporaryFolder()
  const first = start(folder)
  // The rental begins at the machine's time, as the plug's program goes by that.
  const now = async () => {
    await world.clock.advance(Math.max(0, Date.now() - world.clock.now()))
  }
  await expect.poll(() => plug.asked, patience).toBeGreaterThan(0)
  expect(plug.isOn).toBe(false)
  await now()
  plug.isBroken = true
  await world.rent(1, 600)
  const asked = plug.asked
  await expect.poll(() => plug.asked, patience).toBeGreaterThan(asked)
  expect(plug.isOn).toBe(false)
  plug.isBroken = false
  await expect.poll(() => plug.isOn, patience).toBe(true)
  await expect.poll(first.output, patience).toContain(`started by ${world.account(1)}`)
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')

  // Returned while nobody looks: the next start finds out, and switches off.
  await now()
  await world.giveBack(1)
  const second = start(folder)
  await expect.poll(() => plug.isOn, patience).toBe(false)
  await expect.poll(second.output, patience).toContain(`ended (returned) by ${world.account(1)}`)

  // One whose time runs out: no event says so.
  await now()
  await world.rent(2, 6)
  await expect.poll(() => plug.isOn, patience).toBe(true)
  await expect.poll(() => plug.isOn, patience).toBe(false)
  await expect.poll(second.output, patience).toContain(`ended (over) by ${world.account(2)}`)
  second.child.kill('SIGTERM')
  const [code] = await once(second.child, 'exit')
  expect([code, second.output().match(/started by/g)?.length]).toEqual([0, 1])
})
