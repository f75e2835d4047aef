// A smart plug that is on while somebody has rented it: node rented-plug.ts RPC CONTRACT DEVICE PLUG DATA-FOLDER
import { App, on, openLog, task } from 'energyweb'
import { EvmNetwork, UsnDevice } from 'energyweb/evm'

const [rpc = '', address = '', name = '', plug = '', folder = './data'] = process.argv.slice(2)
const network = await EvmNetwork.open({ preset: 'local', rpc: [rpc] })
const log = await openLog({ folder })
// With the log it is remembered over a restart which rental was told, so that its end is not missed.
const device = await UsnDevice.open({ network, address, device: name, cursors: log, poll: '1s' })

/** As plugs of Shelly's second generation take it over HTTP; saying it twice does no harm. */
async function turn(isOn: boolean, signal: AbortSignal): Promise<void> {
  const answer = await fetch(new URL(`/rpc/Switch.Set?id=0&on=${isOn}`, plug), { signal })
  if (!answer.ok) throw new Error(`the plug answers ${answer.status}`)
}

const app = new App()
app.addTask(
  task({
    name: 'plug',
    trigger: on(device),
    deadline: '10s',
    // A plug that can't be reached is tried again: the item comes again until this has succeeded.
    run: async ({ item, signal }) => {
      await turn(item.kind === 'started', signal)
      console.log(
        `${item.kind}${item.why === undefined ? '' : ` (${item.why})`} by ${item.rental.controller}`,
      )
    },
  }),
)
// After a start, and should the plug itself have lost power: off unless somebody has it now.
app.addTask(
  task({
    name: 'reconcile',
    every: '1m',
    run: async ({ signal }) => {
      await device.mayUse(`0x${'0'.repeat(40)}`, { signal })
      await turn(device.rental !== undefined, signal)
    },
  }),
)
await app.run()
await log.close()
