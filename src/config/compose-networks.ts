import { EnergywebError } from '../core/errors.ts'
import { secretsInAddress } from '../core/printable-url.ts'
import type { FeeSettings, fixedPrice, freeOfCharge, NodeSettings, networkPresets } from '../ledgers/index.ts'
import { isNodeAddress, isSocketAddress } from './fields.ts'
import type { NetworkConfig } from './schema.ts'
import { openTls } from './schema-tls.ts'
import { resolveSecret, type SecretContext } from './secrets.ts'

/** What the ledgers' room knows of networks; handed over so that it is loaded only when a network is opened. */
export interface NetworkCatalogue {
  readonly networkPresets: typeof networkPresets
  readonly freeOfCharge: typeof freeOfCharge
  readonly fixedPrice: typeof fixedPrice
}

/**
 * The settings of a configured network (its chain may still be open): its preset's, with what the configuration says instead, and secrets in place.
 * @throws EnergywebError `config-invalid`, `secret-unavailable`
 */
export async function networkSettings(
  name: string,
  network: NetworkConfig,
  { catalogue, secrets }: { catalogue: NetworkCatalogue; secrets: SecretContext },
) {
  const { networkPresets } = catalogue
  const preset = network.preset === undefined ? undefined : networkPresets[network.preset]
  const { confirmations, fees, headAge } = preset ?? networkPresets.energyweb
  const chainId = network.chainId ?? preset?.chainId
  const nodes = network.rpc ?? preset?.rpc
  if (nodes === undefined) {
    throw new EnergywebError('config-invalid', `network ${name} needs a preset or its rpc`)
  }
  const where = { ...secrets, where: `network ${name}` }
  const tls = network.tls && (await openTls(network.tls, where))
  return {
    chainId,
    ...(tls !== undefined && { tls }),
    rpc: await Promise.all(nodes.map(node => nodeSettings(node, where))),
    confirmations: network.confirmations ?? confirmations,
    fees: feeSettings(network.fees, fees, catalogue),
    headAge: network.headAge ?? headAge,
    ...(network.timeout !== undefined && { timeout: network.timeout }),
    ...(network.ws !== undefined && { ws: await socketOf(network.ws, where) }),
  }
}

function feeSettings(
  given: NetworkConfig['fees'],
  preset: FeeSettings,
  { freeOfCharge, fixedPrice }: NetworkCatalogue,
): FeeSettings {
  const { type, price = 0n, tipPercentile = preset.tipPercentile } = given ?? {}
  if (type === 'free') return freeOfCharge
  if (type === 'fixed') return fixedPrice(price)
  return {
    type: type ?? preset.type,
    floor: given?.floor ?? preset.floor,
    cap: given?.cap ?? preset.cap,
    tip: given?.tip ?? preset.tip,
    ...(tipPercentile !== undefined && { tipPercentile }),
  }
}

type NodeConfig = NonNullable<NetworkConfig['rpc']>[number]

async function nodeSettings(node: NodeConfig, secrets: SecretContext): Promise<NodeSettings> {
  if (typeof node === 'string') return { url: node }
  const { url, rate, headers = {}, tls } = node
  const entries = Object.entries(headers).map(
    async ([name, secret]) =>
      [name, headerValue(name, await resolveSecret(secret, secrets), secrets)] as const,
  )
  return {
    url: typeof url === 'string' ? url : address(await resolveSecret(url, secrets), secrets),
    headers: Object.fromEntries(await Promise.all(entries)),
    ...(rate !== undefined && { rate }),
    ...(tls !== undefined && { tls: await openTls(tls, secrets) }),
  }
}

async function socketOf(ws: NonNullable<NetworkConfig['ws']>, secrets: SecretContext): Promise<string> {
  if (typeof ws === 'string') return ws
  const secret = await resolveSecret(ws, secrets)
  for (const part of secretsInAddress(secret)) secrets.addSecret?.(part)
  if (isSocketAddress(secret)) return secret
  throw new EnergywebError(
    'config-invalid',
    `${secrets.where ?? 'a network'}: the secret behind ws is no ws or wss address`,
  )
}

function address(secret: string, { where = 'a network', addSecret }: SecretContext): string {
  // What is told of it later may be a part.
  for (const part of secretsInAddress(secret)) addSecret?.(part)
  if (isNodeAddress(secret)) return secret
  throw new EnergywebError(
    'config-invalid',
    `${where}: the secret behind a node's url is no http or https address`,
  )
}

function headerValue(name: string, secret: string, { where = 'a network' }: SecretContext): string {
  // RFC 9110, 5.5: visible characters, spaces and tabs; anything else would end the header or the request.
  if (/^[\t\x20-\x7e]+$/.test(secret)) return secret
  throw new EnergywebError(
    'config-invalid',
    `${where}: the value of the header ${name} has characters that none may have`,
  )
}
