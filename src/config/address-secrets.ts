import type { Config } from './schema.ts'

/** A part of an address that is this long and has a digit in it may be the token of a provider of nodes. */
const shortestToken = 16

/** What could be a token in the addresses of nodes: long parts of their paths, and all values of their queries. */
export function addressSecrets({ networks = {} }: Config): readonly string[] {
  return Object.values(networks).flatMap(({ rpc = [], ws }) =>
    [...rpc, ...(ws === undefined ? [] : [{ url: ws }])].flatMap(tokensOf),
  )
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
