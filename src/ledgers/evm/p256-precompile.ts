import { concatBytes, fromHex, toHex } from '../../core/bytes.ts'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import { quantityOf } from './answers.ts'
import type { EvmNetwork } from './network.ts'
import type { NodeSettings } from './node-address.ts'
import type { RpcAnswer, RpcCall } from './rpc-calls.ts'
import { openNode, type RpcNode } from './rpc-node.ts'

/** A signature by ECDSA over P-256, as numbers of 32 bytes. */
export interface P256Signature {
  /** SHA-256 of the message. */
  readonly digest: Uint8Array
  /** r || s, 64 bytes. */
  readonly signature: Uint8Array
  /** X || Y of the public key, 64 bytes. */
  readonly point: Uint8Array
}

/** What a node says of a signature. */
export interface PrecompileLook {
  readonly node: string
  /** Undefined when it could not be told. */
  readonly chainId: bigint | undefined
  /** `absent`: the chain has no such precompile, and nothing is said of the signature. */
  readonly outcome: 'holds' | 'false' | 'absent' | 'unknown'
  /** Why it is unknown. */
  readonly why: string
}

/** Where EIP-7951 has it, and RIP-7212 on chains of layer 2. */
const precompile = `0x${'100'.padStart(40, '0')}`

/** RFC 6979 appendix A.2.5, the message "sample" with SHA-256: an absent precompile answers like one that refuses. */
const good: P256Signature = {
  digest: fromHex('af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf'),
  signature: fromHex(
    'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  ),
  point: fromHex(
    '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
  ),
}
const tampered: P256Signature = { ...good, digest: good.digest.map(byte => byte ^ 1) }

/**
 * Has chains verify a signature by their P-256 precompile. Each node says itself which chain it is on.
 * @returns for each node, in order, what it says
 * @throws EnergywebError `config-invalid` for an address that is none; `aborted`
 */
export async function askPrecompile(
  signature: P256Signature,
  {
    nodes,
    timeout,
    signal,
  }: {
    readonly nodes: readonly NodeSettings[]
    readonly timeout?: number
    readonly signal?: AbortSignal
  },
): Promise<readonly PrecompileLook[]> {
  const opened = nodes.map(settings =>
    openNode(settings, { network: 'rpc', ...(timeout !== undefined && { timeout }) }),
  )
  return Promise.all(opened.map(node => lookOf(node, signature, signal)))
}

/**
 * True where a network's chain has the precompile: it takes a good signature, and refuses the same of another digest.
 * @throws EnergywebError as the network's requests do
 */
export async function hasPrecompile(network: Pick<EvmNetwork, 'request'>): Promise<boolean> {
  const ask = async (signature: P256Signature) => {
    const { method, params } = callOf(signature)
    return isOne(await network.request(method, params))
  }
  return (await ask(good)) && !(await ask(tampered))
}

async function lookOf(
  node: RpcNode,
  asked: P256Signature,
  signal: AbortSignal | undefined,
): Promise<PrecompileLook> {
  const calls = [{ method: 'eth_chainId', params: [] }, ...[good, tampered, asked].map(callOf)]
  try {
    const answers = await node.batch(calls, signal === undefined ? {} : { signal })
    const [chain, ...words] = answers.map(resultOf)
    const chainId = quantityOf(chain, 'chain id')
    const [isGood, isTampered, isAsked] = words.map(word => isOne(word))
    const outcome = isGood !== true || isTampered === true ? 'absent' : isAsked === true ? 'holds' : 'false'
    return { node: node.name, chainId, outcome, why: '' }
  } catch (error) {
    signal?.throwIfAborted()
    return { node: node.name, chainId: undefined, outcome: 'unknown', why: messageOf(error) }
  }
}

function resultOf({ error, result }: RpcAnswer): unknown {
  if (error === undefined) return result
  throw new EnergywebError('network-refused', `the node refuses to answer: ${error.message.slice(0, 200)}`, {
    retryable: true,
  })
}

function callOf({ digest, signature, point }: P256Signature): RpcCall {
  const data = `0x${toHex(concatBytes(digest, signature, point))}`
  return { method: 'eth_call', params: [{ to: precompile, data }, 'latest'] }
}

/** One word that says 1; nothing at all where it does not hold. */
function isOne(word: unknown): boolean {
  return word === `0x${'1'.padStart(64, '0')}`
}
