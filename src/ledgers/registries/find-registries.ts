import { hexOf } from '../evm/answers.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { resultOf } from '../evm/views.ts'
import { notReady } from '../not-ready.ts'
import { namesAbi } from './abi-shared.ts'
import type { Release } from './roles.ts'
import { askViews, view } from './view.ts'

/** The contracts of one installation of Origin, as far as they can be found from what was given. Lower case. */
export interface FoundRegistries {
  readonly release: Release
  /**
   * True for a registry of our own: release A's interface, but no list of users; its owner alone administers it.
   */
  readonly standalone: boolean
  readonly users: string | undefined
  readonly producing: string | undefined
  readonly consuming: string | undefined
  readonly certificates: string | undefined
  /** Contracts that name the others: release A's CoO; release B's lookups of users, assets and certificates. */
  readonly lookups: readonly string[]
  /** Accounts that own a lookup. In release A the owner of the CoO passes every check of a role; in B it may do nothing by that. */
  readonly owners: readonly string[]
}

/** An address out of a configuration; `as` is what it says there, for contracts whose code does not tell. */
export interface GivenContract {
  readonly address: string
  readonly as?: 'producing' | 'consuming'
}

type WithSignal = { readonly signal?: AbortSignal }

/**
 * Finds an installation of Origin from one or more of its contracts, whichever they are; the release is found out. Every address that
 * a contract names is looked at: one without code would take every call in silence.
 * @throws EnergywebError `ledger-not-ready` for an address without code, a contract of another kind, or contracts of two releases;
 * `network-unreachable`, `network-refused`
 */
export async function findRegistries(
  network: EvmNetwork,
  given: readonly GivenContract[],
  options: WithSignal = {},
): Promise<FoundRegistries> {
  const search = new Search(network, options)
  for (const contract of given) await search.visit({ ...contract, from: 'the configuration' })
  return search.found()
}

type Kind = 'users' | 'producing' | 'consuming' | 'certificates'

// An installation has some nine contracts; whoever names each other without end is none.
const mostContracts = 24

class Search {
  readonly #network: EvmNetwork
  readonly #options: WithSignal
  readonly #visited = new Set<string>()
  readonly #contracts = new Map<Kind, string>()
  readonly #lookups = new Set<string>()
  readonly #owners = new Set<string>()
  readonly #releases = new Set<Release>()
  #standalone = false

  constructor(network: EvmNetwork, options: WithSignal) {
    this.#network = network
    this.#options = options
  }

  found(): FoundRegistries {
    const [release, other] = this.#releases
    if (release === undefined) throw notReady('no contract was given', 'Give the address of one.')
    if (other !== undefined) {
      throw notReady(
        'the contracts belong to two releases of Origin',
        'Configure each release as a ledger of its own.',
      )
    }
    const [users, producing, consuming, certificates] = (
      ['users', 'producing', 'consuming', 'certificates'] as const
    ).map(kind => this.#contracts.get(kind))
    const [lookups, owners] = [[...this.#lookups], [...this.#owners]]
    return {
      release,
      standalone: this.#standalone,
      users,
      producing,
      consuming,
      certificates,
      lookups,
      owners,
    }
  }

  async visit({ address: given, as, from }: GivenContract & { readonly from: string }): Promise<void> {
    const address = given.toLowerCase()
    if (this.#visited.has(address) || this.#visited.size > mostContracts) return
    this.#visited.add(address)
    const code = await this.#codeOf(address, from)
    const names = await this.#namesOf(address)
    await this.#owner(names.owner)
    if (names.cooContract !== undefined) return this.#releaseA(address, { names, code, as })
    if (names.demandRegistry !== undefined) return this.#centre(address, names)
    if (names.userContractLookup !== undefined) return this.#releaseB(address, { names, code, as })
    if (!(await this.#lookup(address, names))) {
      throw notReady(
        `the contract at ${address} on chain ${this.#network.chainId}, which ${from} names, is none of Origin's registries`,
        'Ask whoever runs the registries for their addresses on this chain.',
      )
    }
  }

  /** Logic contracts of release B belong to the lookup that names all of their kind; others to people, or to a contract of people. */
  async #owner(given: string | undefined): Promise<void> {
    const owner = given?.toLowerCase()
    if (owner === undefined || !isAccount(owner) || this.#visited.has(owner)) return
    const names = (await this.#code(owner)) === '0x' ? {} : await this.#namesOf(owner)
    const { userRegistry, assetProducingRegistry, originLogicRegistry } = names
    const isLookup = [userRegistry, assetProducingRegistry, originLogicRegistry].some(
      one => one !== undefined,
    )
    if (isLookup) await this.visit({ address: owner, from: owner })
    else this.#owners.add(owner)
  }

  /** A logic contract of release A: it names the centre, and what it is itself stands there. */
  async #releaseA(address: string, { names, code, as }: Looked): Promise<void> {
    const { cooContract = '', getAssetListLength } = names
    this.#releases.add('A')
    const isAssets = getAssetListLength !== undefined
    if (cooContract.toLowerCase() === address) this.#standalone = true
    else await this.visit({ address: cooContract, from: address })
    const known = [...this.#contracts.values()].includes(address)
    if (isAssets && !known) this.#set(kindOfAssets('A', code) ?? as, address)
  }

  /** Release A's CoO. */
  async #centre(address: string, names: Names): Promise<void> {
    this.#releases.add('A')
    this.#lookups.add(address)
    for (const kind of ['users', 'producing', 'consuming', 'certificates'] as const) {
      const named = names[gettersA[kind]]
      if (named === undefined || !isAccount(named)) continue
      await this.#codeOf(named.toLowerCase(), address)
      this.#set(kind, named)
    }
  }

  /** A logic contract of release B. */
  async #releaseB(address: string, { names, code, as }: Looked): Promise<void> {
    this.#releases.add('B')
    const { userContractLookup = '', assetContractLookup, getAssetListLength } = names
    if (getAssetListLength !== undefined) this.#set(kindOfAssets('B', code) ?? as, address)
    else this.#set(assetContractLookup === undefined ? 'users' : 'certificates', address)
    for (const named of [userContractLookup, assetContractLookup]) {
      if (named !== undefined && isAccount(named)) await this.visit({ address: named, from: address })
    }
  }

  /** One of release B's lookups; false when it is none. */
  async #lookup(address: string, names: Names): Promise<boolean> {
    const { userRegistry, assetProducingRegistry, assetConsumingRegistry } = names
    const { assetContractLookup, originLogicRegistry } = names
    const named = [userRegistry, assetProducingRegistry, assetConsumingRegistry]
    named.push(assetContractLookup, originLogicRegistry)
    if (named.every(one => one === undefined)) return false
    this.#lookups.add(address)
    // The lookup of users alone names nothing else than the user registry: it is the end of the chain.
    if (userRegistry !== undefined && assetProducingRegistry === undefined) {
      await this.#codeOf(userRegistry.toLowerCase(), address)
      this.#releases.add('B')
      this.#set('users', userRegistry)
      return true
    }
    for (const one of named)
      if (one !== undefined && isAccount(one)) await this.visit({ address: one, from: address })
    return true
  }

  #set(kind: Kind | undefined, address: string): void {
    if (kind === undefined) {
      throw notReady(
        `whether ${address} is a registry of producers or of consumers can't be told from its code`,
        'Configure it as `producing` or `consuming`.',
      )
    }
    const before = this.#contracts.get(kind)
    if (before !== undefined && before !== address.toLowerCase()) {
      throw notReady(
        `there are two ${kind} registries: ${before} and ${address}`,
        'They belong to two installations, or one of them was replaced: configure one ledger for each.',
      )
    }
    this.#contracts.set(kind, address.toLowerCase())
  }

  async #code(address: string): Promise<string> {
    const call = { method: 'eth_getCode', params: [address, 'latest'] }
    const [answer] = await this.#network.batch([call], this.#options)
    return hexOf(resultOf(answer), 'code')
  }

  async #codeOf(address: string, from: string): Promise<string> {
    const code = await this.#code(address)
    if (code !== '0x') return code
    throw notReady(
      `there is no contract at ${address} on chain ${this.#network.chainId}, which ${from} names`,
      'Is it the right network? An address without code takes every call in silence.',
    )
  }

  async #namesOf(address: string): Promise<Names> {
    const answers = await askViews(
      this.#network,
      getters.map(name => view(address, namesAbi, name)),
      this.#options,
    )
    const entries = getters.map((name, index) => [name, answers[index]] as const)
    return Object.fromEntries(
      entries.filter(([, answer]) => answer !== undefined).map(([name, answer]) => [name, String(answer)]),
    )
  }
}

const getters = [
  'cooContract',
  'owner',
  'userRegistry',
  'assetProducingRegistry',
  'assetConsumingRegistry',
  'certificateRegistry',
  'demandRegistry',
  'userContractLookup',
  'assetContractLookup',
  'originLogicRegistry',
  'getAssetListLength',
] as const

type Names = { readonly [Name in (typeof getters)[number]]?: string }
interface Looked {
  readonly names: Names
  readonly code: string
  readonly as: GivenContract['as'] | undefined
}

const gettersA = {
  users: 'userRegistry',
  producing: 'assetProducingRegistry',
  consuming: 'assetConsumingRegistry',
  certificates: 'certificateRegistry',
} as const

// The two registries answer the same getters. What only one has: in A the properties of plants, in B another `createAsset`.
// A compiler's table of functions holds each selector behind PUSH4.
const signs = {
  A: { producing: '63883583ce', consuming: '63244a613a' },
  B: { producing: '63705ffe61', consuming: '63ec0a14f6' },
} as const

function kindOfAssets(release: Release, code: string): 'producing' | 'consuming' | undefined {
  if (code.includes(signs[release].producing)) return 'producing'
  return code.includes(signs[release].consuming) ? 'consuming' : undefined
}

const isAccount = (address: string) => !/^0x0*$/.test(address)
