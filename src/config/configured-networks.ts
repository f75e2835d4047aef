import type { EvmNetwork } from '../ledgers/index.ts'

/** Networks by name, each opened once, when it is first asked for: its nodes' limits are kept in one place. */
export function networksOf(
  open: (name: string) => Promise<EvmNetwork>,
): (name: string) => Promise<EvmNetwork> {
  const networks = new Map<string, Promise<EvmNetwork>>()
  return name => {
    const known = networks.get(name)
    if (known !== undefined) return known
    const network = open(name)
    networks.set(name, network)
    network.catch(() => networks.delete(name))
    return network
  }
}
