import { isLoopbackHost } from '../connections/private-addresses.ts'
import { EnergywebError } from '../core/errors.ts'
import { printableUrl } from '../core/printable-url.ts'
import type { TlsPolicy } from '../core/tls-policy.ts'
import type { BlockSource } from '../ledgers/ipfs/block-source.ts'
import type { ResolvedConfig } from './check-config.ts'
import { remoteHttpOptions } from './compose-remote.ts'
import { didYouMean } from './nearest.ts'
import { isRemote } from './schema-ipfs.ts'
import type { SecretContext } from './secrets.ts'

/**
 * Opens the address of a gateway, or of kubo's RPC API where it ends with `/api/v0`.
 * @throws EnergywebError `argument-invalid` for no such address, and for plain HTTP to another machine that is not allowed
 */
export async function openBlockAddress(address: string, tls: TlsPolicy): Promise<BlockSource> {
  const { gatewayBlocks, kuboBlocks } = await import('../ledgers/ipfs/block-source.ts')
  const url = addressOf(address)
  const isAllowed = (typeof tls === 'object' && 'allow' in tls) || isLoopbackHost(new URL(url).hostname)
  if (url.startsWith('http:') && !isAllowed) {
    throw new EnergywebError('argument-invalid', `${printableUrl(url)}: plain HTTP is refused`, {
      hint: 'Give the address with https; --lan-http takes plain HTTP from private addresses.',
    })
  }
  return url.endsWith('/api/v0') ? kuboBlocks({ url, tls }) : gatewayBlocks({ url, tls })
}

function addressOf(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined
  const isPlain = url !== undefined && `${url.search}${url.hash}${url.username}${url.password}` === ''
  if (isPlain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '').replace(/\/ipfs$/, '')
  const shown = printableUrl(given).slice(0, 200)
  throw new EnergywebError('argument-invalid', `"${shown}" is not the address of a gateway or a node`, {
    hint: 'Write it like https://trustless-gateway.link, or http://127.0.0.1:5001/api/v0 for kubo.',
  })
}

/**
 * Opens a node that the configuration has among its ledgers, under the policy and with the token that stand there.
 * @throws EnergywebError `argument-invalid` for a name of none, and for a pinning service, which gives no bytes
 */
export async function openBlockRemote(
  config: ResolvedConfig,
  name: string,
  context: SecretContext,
): Promise<BlockSource> {
  const ledgers = config.ledgers ?? {}
  const ledger = Object.hasOwn(ledgers, name) ? ledgers[name] : undefined
  const nodes = Object.entries(ledgers).flatMap(([one, { kind }]) => (kind === 'kubo' ? [one] : []))
  if (!isRemote(ledger)) {
    throw new EnergywebError(
      'argument-invalid',
      `"${name.slice(0, 64)}" is no remote of IPFS in this configuration${didYouMean(name, nodes)}`,
      { hint: 'Give an address, a CAR file, or the name of a ledger of kind kubo.' },
    )
  }
  if (ledger.kind !== 'kubo') {
    throw new EnergywebError(
      'argument-invalid',
      `${name} is a pinning service: it pins content and gives none`,
      {
        hint: 'Fetch from a gateway: --from https://….',
      },
    )
  }
  const { kuboBlocks } = await import('../ledgers/ipfs/block-source.ts')
  return kuboBlocks(await remoteHttpOptions(config, ledger, context))
}
