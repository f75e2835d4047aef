/*
 * One way to all events of a contract, from dist and without a compiler in memory, as a gateway runs:
 * node events-child.js bare|ours <node> <contract> <first block> <last block> <events> <folder>
 */

const [way, rpc = '', address = '', ...rest] = process.argv.slice(2)
const [first = 0, last = 0, expected = 0] = rest.map(Number)
const folder = rest[3] ?? ''
/** As ours has it where a block has 2,000 events. */
const blocksOfPage = 1

const megabytes = () => process.memoryUsage.rss() / 1_024 ** 2
let baseline = 0
let begin = 0
const events = way === 'bare' ? await bare() : await ours()
const seconds = (performance.now() - begin) / 1_000
const most = process.resourceUsage().maxRSS / 1_024
console.log(JSON.stringify({ events, seconds, baseline, most }))

function ready() {
  baseline = megabytes()
  begin = performance.now()
}

async function bare() {
  ready()
  let found = 0
  for (let block = first; block <= last; block += blocksOfPage) {
    const [fromBlock, toBlock] = [block, Math.min(block + blocksOfPage - 1, last)].map(
      number => `0x${number.toString(16)}`,
    )
    const params = [{ address, fromBlock, toBlock }]
    const response = await fetch(rpc, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_getLogs', params }),
    })
    const { result } = await response.json()
    found += result.length
  }
  return found
}

async function ours() {
  const { openLog } = await import('../dist/index.js')
  const { contractEvent, EvmNetwork, networkPresets } = await import('../dist/evm.js')
  const log = await openLog({ folder })
  const options = { name: 'local', ...networkPresets.local, rpc: [rpc], headAge: 3_600_000 }
  const source = contractEvent({
    network: await EvmNetwork.open(options),
    address,
    event: 'Pong(uint256 indexed number)',
    from: first,
    cursors: log,
  })
  const { signal } = new AbortController()
  let next = 0
  ready()
  while (next < expected) {
    const taken = await source.take({ signal })
    if (taken?.item.args.number !== BigInt(next)) {
      throw new Error(`expected ${next}, got ${taken?.item.args.number}`)
    }
    next += 1
    await taken.settle(true)
  }
  await log.close()
  return next
}
