import { isEnergywebError } from '../../core/errors.ts'
import { ethereumAddress, parsePrivateKey, secp256k1Signer } from '../../keys/index.ts'
import { didYouMean } from '../nearest.ts'
import type { PathStep } from '../problem.ts'
import type { PlainValue } from '../read-node.ts'
import type { AssetContext } from './asset-context.ts'
import { networkOf } from './network-of.ts'
import type { OldPart } from './old-file.ts'
import { Parameters } from './parameters.ts'

type Section = { [name: string]: PlainValue }

const roles: Readonly<Record<string, AssetContext['role']>> = {
  OriginProducer: 'producer',
  OriginConsumer: 'consumer',
}

/** Collects the chains, registries and keys of all assets of an old file: what is the same is there once. */
export class TranslatedChains {
  readonly networks: Section = {}
  readonly ledgers: Section = {}
  readonly keys: Section = {}
  /** The accounts, by the names of their keys. */
  readonly accounts = new Map<string, string>()
  /** The nodes, by the names of their networks. */
  readonly nodes = new Map<string, string>()
  readonly #names = new Map<string, string>()

  /** The asset's report line; undefined where something is wrong, which is noted. */
  async report(part: OldPart, at: readonly PathStep[], context: AssetContext): Promise<Section | undefined> {
    const { notes, path } = context
    if (!checkClass(part, at, context)) return undefined
    const parameters = new Parameters(part, at, notes)
    const line = [...path, 'report', 0]
    notes.came([...path, 'report'], parameters.path)
    notes.came([...line, 'assetId'], parameters.at('asset_id'))
    notes.came([...line, 'key'], parameters.at('wallet_pwd'))
    const assetId = parameters.id('asset_id')
    const key = await this.#key(parameters, context)
    const network = this.#network(parameters, context)
    const ledger = network === undefined ? undefined : this.#ledger(network, parameters, context)
    parameters.warnOfOthers()
    return key === undefined || ledger === undefined ? undefined : { ledger, assetId, key }
  }

  async #key(parameters: Parameters, { notes, keeper }: AssetContext): Promise<string | undefined> {
    const wallet = parameters.optionalText('wallet_add')
    const secret = parameters.text('wallet_pwd')
    const account = secret === '' ? undefined : await accountOf(secret)
    if (account === undefined) {
      // What stands there may be nearly a key: it is not shown.
      if (secret !== '') notes.error(parameters.at('wallet_pwd'), 'expected a private key: 64 hex digits')
      return undefined
    }
    if (wallet !== undefined && wallet.toLowerCase() !== account.toLowerCase()) {
      notes.error(parameters.at('wallet_add'), `the private key beside it is that of ${account}`)
      return undefined
    }
    notes.plain(parameters.at('wallet_pwd'), 'the private key')
    const name = `account-${account.slice(2, 8).toLowerCase()}`
    if (!this.accounts.has(name)) {
      this.keys[name] = { ...keeper.key(name, secret.replace(/^0x/, '')) }
      this.accounts.set(name, account)
      notes.came(['keys', name], parameters.at('wallet_pwd'))
    }
    return name
  }

  #network(parameters: Parameters, context: AssetContext): string | undefined {
    const found = networkOf(parameters, context)
    if (found === undefined) return undefined
    const { node, isSecret, chain } = found
    const { tls } = context.assumptions
    const name = this.#name(this.networks, 'chain', [chain, node])
    // The address of a node that holds a key is kept like one, once.
    this.networks[name] ??= {
      ...chain,
      rpc: [isSecret ? { url: { ...context.keeper.password(`${name}-node`, node) } } : node],
      ...(tls !== undefined && { tls }),
    }
    this.nodes.set(name, node)
    context.notes.came(['networks', name], parameters.at('client_url'))
    return name
  }

  #ledger(network: string, parameters: Parameters, context: AssetContext): string | undefined {
    const { notes, role, assumptions } = context
    const addresses = parameters.any('addresses')
    const producing = addressIn(addresses, 'producer') ?? assumptions.producing
    const consuming = addressIn(addresses, 'consumer') ?? assumptions.consuming
    const mine = role === 'producer' ? producing : consuming
    if (mine === undefined) {
      const flag = role === 'producer' ? '--producing' : '--consuming'
      notes.error(
        addresses === undefined ? parameters.path : parameters.at('addresses'),
        `the registry's address is missing, and the one that the old application knew is on a chain that is gone: add "addresses": { "${role}": { "address": "0x…" } }, or convert the file with ${flag} 0x…`,
      )
      return undefined
    }
    const ledger = {
      kind: 'origin-a',
      network,
      ...(producing !== undefined && { producing }),
      ...(consuming !== undefined && { consuming }),
    }
    const name = this.#name(this.ledgers, 'origin', ledger)
    this.ledgers[name] ??= ledger
    notes.came(['ledgers', name], parameters.at('addresses'))
    return name
  }

  /** The name in a section for what is told by `value`: that of an equal one, or a new one. */
  #name(section: Section, base: string, value: PlainValue): string {
    const text = `${base} ${JSON.stringify(value)}`
    const known = this.#names.get(text)
    if (known !== undefined) return known
    const count = Object.keys(section).length
    const name = count === 0 ? base : `${base}-${count + 1}`
    this.#names.set(text, name)
    return name
  }
}

function checkClass({ class_name: name }: OldPart, at: readonly PathStep[], context: AssetContext): boolean {
  const { notes, role } = context
  const path = [...at, 'class_name']
  const known = Object.hasOwn(roles, name) ? roles[name] : undefined
  if (known === role) return true
  if (known !== undefined) notes.error(path, `a ${role} can't report as a ${known}`)
  else {
    const near = didYouMean(name, Object.keys(roles)) || `; there are ${Object.keys(roles).join(', ')}`
    notes.error(path, `no registry has this class name${near}`)
  }
  return false
}

async function accountOf(secret: string): Promise<string | undefined> {
  try {
    const privateKey = parsePrivateKey(secret)
    const signer = await secp256k1Signer(privateKey)
    privateKey.fill(0)
    return await ethereumAddress(signer.publicKey('secp256k1'))
  } catch (error) {
    if (isEnergywebError(error, 'key-invalid')) return undefined
    throw error
  }
}

/** `{ producer: { address } }` or `{ producer: address }`; what is no address is told by the check that follows. */
function addressIn(addresses: unknown, name: string): string | undefined {
  const found = memberOf(addresses, name)
  const address = typeof found === 'string' ? found : memberOf(found, 'address')
  return typeof address === 'string' && address !== '' ? address : undefined
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}
