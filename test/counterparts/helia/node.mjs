/*
 * A node of IPFS (helia) as a process of its own, on loopback: TCP, noise, yamux, bitswap. It takes one JSON command a line:
 * { put: base64 } { get: cid } { has: cid } { delete: cid } { load: path of a CAR file } { read: cid, path } { dial: address }; it
 * answers one JSON line each.
 */
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { withBitswap } from '@helia/bitswap'
import { car } from '@helia/car'
import { withLibp2pLight } from '@helia/libp2p'
import { unixfs } from '@helia/unixfs'
import { CarReader } from '@ipld/car'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'

// Who asks is told an address: there is no network to find anybody in.
const nowhere = {
  provide: async () => undefined,
  cancelReprovide: async () => undefined,
  findProviders: async function* () {
    yield* []
  },
}

const node = withBitswap(
  withLibp2pLight(createHeliaLight(), {
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    contentRouters: [() => nowhere],
    services: { identify: identify() },
  }),
)
await node.start()

async function bytesOf(given) {
  if (given instanceof Uint8Array) return given
  const parts = []
  for await (const part of given) parts.push(part)
  return Buffer.concat(parts)
}

async function answer({ put, cid, get, has, remove, load, read, path, dial }) {
  if (put !== undefined) {
    await node.blockstore.put(CID.parse(cid), Buffer.from(put, 'base64'))
    return {}
  }
  if (get !== undefined) {
    const block = await node.blockstore.get(CID.parse(get), { signal: AbortSignal.timeout(20_000) })
    return { bytes: Buffer.from(await bytesOf(block)).toString('base64') }
  }
  if (load !== undefined) {
    const reader = await CarReader.fromBytes(await readFile(load))
    await car(node).import(reader)
    return { roots: (await reader.getRoots()).map(String) }
  }
  if (read !== undefined) {
    const file = unixfs(node).cat(CID.parse(read), { path, signal: AbortSignal.timeout(20_000) })
    return { bytes: Buffer.from(await bytesOf(file)).toString('base64') }
  }
  if (has !== undefined) return { has: await node.blockstore.has(CID.parse(has)) }
  if (remove !== undefined) {
    await node.blockstore.delete(CID.parse(remove))
    return {}
  }
  await node.libp2p.dial(multiaddr(dial))
  return {}
}

console.log(JSON.stringify({ addresses: node.libp2p.getMultiaddrs().map(String) }))
for await (const line of createInterface({ input: process.stdin })) {
  const said = await answer(JSON.parse(line)).catch(error => ({ error: String(error) }))
  console.log(JSON.stringify(said))
}
await node.stop()
process.exit(0)
