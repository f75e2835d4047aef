// A contract from its creation to its events: node evm-client.ts RPC DATA-FOLDER, with the private key of an account in KEY.
import { readFile } from 'node:fs/promises'
import { openLog } from 'energyweb'
import { EvmError, EvmNetwork, environmentSigner } from 'energyweb/evm'

const [rpc = 'http://127.0.0.1:8545', folder = './data'] = process.argv.slice(2)
const network = await EvmNetwork.open({ preset: 'local', rpc: [rpc] })
console.log(`synced: ${await network.isSynced()}`)

const abi = [
  'event Anchored(address indexed account, bytes32 indexed log, uint64 indexed size, bytes32 root, uint64 previous)',
  'function anchor(bytes32 log, uint64 size, bytes32 root)',
  'function newest(address account, bytes32 log) view returns (uint64 size, bytes24 root)',
] as const
const file = new URL('../contracts/generated/CheckpointAnchor.json', import.meta.url)
const { bytecode } = JSON.parse(await readFile(file, 'utf8'))

const signer = await environmentSigner({ variable: 'KEY', algorithm: 'secp256k1' })
const { contract, transaction } = await network.deploy({ abi, bytecode, signer })

// Kept in the log before anything is signed: made once, whatever happens to this program.
const name = `0x${'ab'.repeat(32)}` as const
const root = `0x${'cd'.repeat(32)}` as const
const log = await openLog({ folder })
const call = await contract.sendRaw('anchor', [name, 12n, root], { signer, log, callKey: 'first anchor' })
const made = await call.wait()
const [anchored] = made.events
console.log(`${anchored?.eventName}: ${anchored?.args.size} entries, ${anchored?.args.previous} before`)

// Signed and sent at once, and forgotten when this program ends.
const sent = await contract.sendRaw('anchor', [name, 30n, root], { signer })
await sent.wait({ confirmations: 2 })

const account = anchored?.args.account ?? '0x'
const { size } = await contract.call('newest', [account, name])
console.log(`newest: ${size} entries`)

try {
  await contract.sendRaw('anchor', [name, 20n, root], { signer })
} catch (error) {
  if (!(error instanceof EvmError)) throw error
  console.log(`refused: ${error.revert?.kind === 'error' ? error.revert.text : error.message}`)
}

const { number: to } = await network.ready()
const range = { from: transaction.block, to, confirmations: 1 }
for await (const { args } of contract.createEventFilter({ event: 'Anchored', ...range })) {
  console.log(`event: ${args.size} entries`)
}
await log.close()
