/*
 * A program with calls that must be made once: node durable-child.ts <folder> <rpc> <contract> <calls>. It asks for all of them
 * at every start, as a program would that does not know how far it came, and says `done` when they are final.
 */

import { fromHex } from '../../src/core/bytes.ts'
import { secp256k1Signer } from '../../src/evm.ts'
import { openLog } from '../../src/storage/index.ts'
import { say } from '../support/say.ts'
import { key, networkOf, probeAbi } from './probe.ts'

const [folder = '', rpc = '', address = '', count = '3'] = process.argv.slice(2)
const log = await openLog({ folder })
const network = await networkOf(rpc, { confirmations: 3 })
const contract = await network.contract({ address, abi: probeAbi })
const signer = await secp256k1Signer(fromHex(process.env.CHILD_KEY ?? ''))
const options = { signer, log, pollEvery: 100, settings: { inFlight: 2 } }

const calls = []
for (let i = 0; i < Number(count); i++) {
  const value = BigInt(i)
  calls.push(
    await contract.sendRaw('write', [key(`w${i}`), value], { ...options, value, callKey: `write ${i}` }),
  )
  // Tells nobody: its receipt is all there is.
  calls.push(await contract.sendRaw('count', [], { ...options, callKey: `count ${i}` }))
}
say('asked')
await Promise.all(calls.map(call => call.wait({ pollEvery: 100 })))
say('done')
await (await network.durableCalls(options)).close()
await log.close()
