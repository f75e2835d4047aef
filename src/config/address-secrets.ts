import type { Config } from './schema.ts'

/** A part of an address that is this long and has a digit in it may be the token of a provider of nodes. */
const shortestToken = 16

/** What could be a token in the addresses of nodes and of log servers: long parts of their paths, and all values of their queries. */
export function addressSecrets({ networks = {}, logging }: Config): readonly string[] {
  const ofNodes = Object.values(networks).flatMap(({ rpc = [], ws }) =>
    [...rpc, ...(ws === undefined ? [] : [{ url: ws }])].flatMap(tokensOf),
  )
  const remotes = logging?.remote ?? []
  return [...ofNodes, ...remotes.flatMap(remote => ('url' in remote ? tokensOf(remote.url) : []))]
}

function tokensOf(node: string | { readonly url: unknown }): readonly string[] {
  const address = typeof node === 'string' ? node : node.url
  // One that is a secret as a whole is told when it is opened.
  if (typeof address !== 'string') return []
  const { pathname, searchParams } = new URL(address)
  const parts = pathname.split('/').map(part => decodeURIComponent(part))
  return [
    ...parts.filter(part => part.length >= shortestToken && /\d/.test(part)),
    ...[...searchParams.values()].filter(value => value.length >= 4),
  ]
}
