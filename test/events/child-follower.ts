/*
 * A task that follows events, without an app: its effect is a note in the log, once for each announcement. It ends when nothing
 * has come of some looks at the chain. node child-follower.ts <folder> <node> <contract>
 */
import { contractEvent } from '../../src/ledgers/events/contract-event.ts'
import { EvmNetwork, networkPresets } from '../../src/ledgers/index.ts'
import { openLog } from '../../src/storage/index.ts'
import { say } from '../support/say.ts'
import { Looks } from './looks.ts'

const [folder = '', rpc = '', address = ''] = process.argv.slice(2)
const log = await openLog({ folder })
await log.openStream({ name: 'roof' })
const looks = new Looks()
const network = await EvmNetwork.open({
  name: 'local',
  ...networkPresets.local,
  confirmations: 3,
  rpc: [rpc],
  headAge: 3_600_000,
  async fetch(url, init) {
    try {
      return await fetch(url, init)
    } finally {
      // One that fails counts too: a follower must not outlive its node.
      looks.saw(init?.body)
    }
  },
})
const pongs = contractEvent({
  network,
  address,
  event: 'Pong(uint256 indexed number)',
  confirmations: 1,
  cursors: log,
  poll: 20,
})
for (;;) {
  const taken = await pongs.take({ signal: looks.after(15) }).catch(() => undefined)
  if (taken === undefined) break
  const { key, args, occurrence, reverted } = taken.item
  const deed = `${reverted ? 'shut' : 'open'} ${args.number}`
  await log.appendOnce(`${key} ${occurrence} ${reverted}`, 'roof', 'note', { by: null, text: deed })
  await taken.settle(true)
  say(deed)
}
await log.close()
