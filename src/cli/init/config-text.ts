import { stringify } from 'yaml'
import type { AnsweredAsset } from './ask-asset.ts'
import type { AnsweredCarbon } from './ask-carbon.ts'
import type { AnsweredLedger } from './ask-ledger.ts'

/** All that was answered. */
export interface Answers {
  readonly asset: AnsweredAsset
  /** Undefined: its CO2 is not counted. */
  readonly carbon: AnsweredCarbon | undefined
  /** The log's name in its checkpoints; undefined: none are signed. */
  readonly origin: string | undefined
  readonly ledger: AnsweredLedger | undefined
}

/** Where the readings are reported, once that is known. */
export interface Registration {
  readonly address: string
  readonly assetId: bigint
}

export const passwordFile = 'keys.password'
/** The name of the key that administers a registry of one's own. */
export const ownerKey = 'owner'

/** Names of the keys that the answers need, with what they are for. */
export function keysOf({
  asset,
  origin,
  ledger,
}: Answers): readonly { name: string; algorithm: 'ed25519' | 'secp256k1' }[] {
  return [
    ...(origin === undefined ? [] : [{ name: 'log', algorithm: 'ed25519' as const }]),
    ...(ledger === undefined ? [] : [{ name: meterKey(asset), algorithm: 'secp256k1' as const }]),
    ...(ledger === undefined || ledger.registry !== undefined
      ? []
      : [{ name: ownerKey, algorithm: 'secp256k1' as const }]),
  ]
}

/** The name of the key whose account writes the asset's readings; `log` and `owner` are taken. */
export function meterKey({ slug }: AnsweredAsset): string {
  return slug === 'log' || slug === ownerKey ? `${slug}-meter` : slug
}

/** The file of a key. */
export function keyFile(name: string): string {
  return `${name}-key.json`
}

/** The configuration that the answers make. */
export function configText(answers: Answers, registration: Registration | undefined): string {
  const { asset, origin, ledger } = answers
  const keys = Object.fromEntries(
    keysOf(answers).map(({ name }) => [
      name,
      { keystore: `./${keyFile(name)}`, password: { file: `./${passwordFile}` } },
    ]),
  )
  return [
    '# energyweb: which meters are read, how often, and where they report. Check it with: energyweb check',
    section({ energyweb: 1, info: { title: `Gateway of ${asset.name}` } }),
    '# Everything that must survive: the log, its registers, what was sent. Back it up.',
    section({ data: './data' }),
    ...(origin === undefined
      ? []
      : [
          '# Checkpoints: size and root of the log, signed, so that nobody can quietly rewrite it.',
          section({ log: { key: 'log', origin, checkpoint: '15m' } }),
        ]),
    ...(Object.keys(keys).length === 0 ? [] : [section({ keys })]),
    ...(ledger === undefined ? [] : [section({ networks: { [ledger.network]: networkOf(ledger) } })]),
    ...(ledger === undefined || registration === undefined
      ? []
      : [section({ ledgers: { origin: ledgerOf(asset, ledger, registration) } })]),
    section({ assets: [assetOf(answers, registration)] }),
  ].join('\n')
}

function section(value: object): string {
  return stringify(value, { lineWidth: 120, defaultStringType: 'PLAIN', defaultKeyType: 'PLAIN' })
}

function networkOf({ preset, chainId, rpc }: AnsweredLedger) {
  if (preset === undefined) return { chainId, rpc: [rpc] }
  return { preset, rpc: [rpc] }
}

function ledgerOf({ role }: AnsweredAsset, { network }: AnsweredLedger, { address }: Registration) {
  const side = role === 'producer' ? 'producing' : 'consuming'
  return { kind: 'origin-a', network, [side]: address }
}

function assetOf({ asset, carbon: factors }: Answers, registration: Registration | undefined) {
  const { name, role, channel, capacity, every, kind, source } = asset
  const report =
    registration === undefined
      ? {}
      : { report: [{ ledger: 'origin', assetId: registration.assetId, key: meterKey(asset) }] }
  const carbon = factors && { carbon: { kind: factors.kind, ...factors.source.options } }
  return { name, role, channel, capacity, every, source: { kind, ...source.options }, ...carbon, ...report }
}
