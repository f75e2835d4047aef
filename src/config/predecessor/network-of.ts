import type { PlainValue } from '../read-node.ts'
import type { AssetContext } from './asset-context.ts'
import type { Parameters } from './parameters.ts'

/** Hosts whose chain everybody knows. */
const knownHosts: Readonly<Record<string, 'energyweb' | 'volta'>> = {
  'rpc.energyweb.org': 'energyweb',
  'volta-rpc.energyweb.org': 'volta',
}

/** What a class's `client_url` leads to. */
export interface OldNetwork {
  readonly node: string
  /** True for an address that holds a password or what looks like an API key. */
  readonly isSecret: boolean
  /** Preset or chain id; empty while nobody knows it. */
  readonly chain: { [key: string]: PlainValue }
}

/**
 * The chain that a class's `client_url` leads to. Old files don't tell chain ids: where neither the host nor whoever converts
 * the file does, the id stays open, and is asked of the node when the network is first used.
 */
export function networkOf(
  parameters: Parameters,
  { notes, assumptions }: AssetContext,
): OldNetwork | undefined {
  const at = parameters.at('client_url')
  const given = parameters.optionalText('client_url')
  const node = assumptions.rpc ?? given
  if (node === undefined) {
    notes.error(at, 'is missing: the address of a node of the chain, or convert the file with --rpc')
    return undefined
  }
  const url = URL.canParse(node) ? new URL(node) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    notes.error(at, 'expected the address of a node, http or https')
    return undefined
  }
  if (/tobalaba/i.test(node)) {
    notes.error(
      at,
      'the test chain Tobalaba is gone: name a node of another chain, or convert the file with --rpc',
    )
    return undefined
  }
  const isSecret = holdsKey(url)
  if (isSecret && assumptions.rpc === undefined) notes.plain(at, 'what looks like a key in this address')
  const preset = assumptions.network ?? knownHosts[url.hostname]
  const { chainId } = assumptions
  const chain = preset !== undefined ? { preset } : chainId !== undefined ? { chainId: Number(chainId) } : {}
  return { node, isSecret, chain }
}

/** Keys of services are long words in the path or the query. */
function holdsKey({ username, password, pathname, search }: URL): boolean {
  return username !== '' || password !== '' || /[A-Za-z0-9_-]{20,}/.test(pathname + search)
}
