import { doubtfulMetrics } from './check-metrics.ts'
import type { Finding, PathStep } from './problem.ts'
import type { AssetConfig, Config } from './schema.ts'
import { isRemote } from './schema-ipfs.ts'
import { usedKeys } from './used-keys.ts'

/** What works, and yet should be looked at. */
export function crossWarnings(config: Config): Finding[] {
  return [
    ...unusedNames(config),
    ...plainNodes(config),
    ...doubtfulMetrics(config),
    ...config.assets.flatMap((asset, index) => doubtful(asset, ['assets', index])),
  ]
}

const unusedWords = {
  keys: 'is used nowhere but by commands that are given it (--key)',
  ledgers: 'is used nowhere: no asset reports to it',
  networks: 'is used nowhere: no ledger is on it, and no task waits for its events',
} as const

function unusedNames(config: Config): Finding[] {
  const { keys = {}, ledgers = {}, networks = {}, assets, tasks = [] } = config
  const reports = assets.flatMap(({ report }) => report ?? [])
  const anchors = Object.keys(ledgers).filter(name => ledgers[name]?.kind === 'anchor')
  const used = {
    keys: [...usedKeys(config).keys()],
    ledgers: [...reports.map(({ ledger }) => ledger), ...anchors],
    networks: [
      ...Object.values(ledgers).flatMap(ledger => (isRemote(ledger) ? [] : [ledger.network])),
      ...tasks.flatMap(({ on }) => on?.network ?? []),
    ],
  }
  const unused = (section: 'keys' | 'ledgers' | 'networks', names: string[]): Finding[] =>
    names
      .filter(name => !used[section].includes(name))
      .map(name => ({ path: [section, name], message: unusedWords[section], atKey: true }))
  return [
    ...unused('keys', Object.keys(keys)),
    ...unused('networks', Object.keys(networks)),
    ...unused('ledgers', Object.keys(ledgers)),
  ]
}

function plainNodes({ networks = {} }: Config): Finding[] {
  return Object.entries(networks).flatMap(([name, { rpc = [] }]) =>
    rpc.flatMap((node, index) => {
      const address = typeof node === 'string' ? node : node.url
      // What a secret holds is seen when it is opened.
      if (typeof address !== 'string') return []
      const { protocol, hostname } = new URL(address)
      if (protocol === 'https:' || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) return []
      const message = 'plain HTTP: whoever sits on the way can tell lies about the chain'
      return [{ path: ['networks', name, 'rpc', index], message }]
    }),
  )
}

function doubtful(
  { capacity, role, channel, source, carbon, report }: AssetConfig,
  path: readonly PathStep[],
): Finding[] {
  const findings: Finding[] = []
  if (capacity === undefined) {
    findings.push({
      path,
      message: 'has no capacity: no rise of its meter will ever be held, however absurd',
    })
  }
  if ((role === 'producer') !== (channel === 'export')) {
    findings.push({ path: [...path, 'channel'], message: `a ${role} that counts ${channel}: is that meant?` })
  }
  if (source.kind === 'simulator' && report !== undefined && report.length > 0) {
    findings.push({
      path: [...path, 'report'],
      message: 'reports invented energy: only to a registry of your own',
      atKey: true,
    })
  }
  if (isRecord(source.tls) && source.tls.allow === 'lan-http') {
    findings.push({
      path: [...path, 'source', 'tls'],
      message: 'reads over plain HTTP; every document of this asset will say so',
    })
  }
  if (isRecord(carbon?.tls) && carbon.tls.allow === 'lan-http') {
    findings.push({
      path: [...path, 'carbon', 'tls'],
      message: 'reads factors over plain HTTP; every document that is priced with them will say so',
    })
  }
  return findings
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
