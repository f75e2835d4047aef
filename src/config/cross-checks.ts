import { join, relative, resolve } from 'node:path'
import { checkAnchor } from './check-anchor.ts'
import { checkCron } from './check-cron.ts'
import { checkLogging } from './check-logging.ts'
import { checkMetrics } from './check-metrics.ts'
import { checkNodeAddresses } from './check-node-addresses.ts'
import { checkRemote, checkRemoteLine } from './check-remotes.ts'
import { checkWitnessing } from './check-witnesses.ts'
import { findingsOf } from './issues.ts'
import { isLogKey, unknownName } from './known-names.ts'
import type { Finding, PathStep } from './problem.ts'
import type { PlainValue } from './read-node.ts'
import type { AssetConfig, Config, NetworkConfig, ReportConfig } from './schema.ts'
import { isRemote } from './schema-ipfs.ts'
import { originALine } from './schema-ledger.ts'

/** Checks what no single value shows: that names exist and are unique, that keys are kept apart, that nothing is missing. */
export function crossErrors(config: Config, options: { chainIdsAreAsked?: boolean } = {}): Finding[] {
  return [
    ...checkNetworks(config, options),
    ...checkNodeAddresses(config),
    ...checkLedgers(config),
    ...checkLog(config),
    ...checkWitnessing(config),
    ...checkLogging(config),
    ...checkMetrics(config),
    ...checkNames(config),
    ...checkTimes(config),
    ...checkReports(config),
    ...checkFiles(config),
  ]
}

function checkNetworks(
  { networks = {} }: Config,
  { chainIdsAreAsked = false }: { chainIdsAreAsked?: boolean },
): Finding[] {
  return Object.entries(networks).flatMap(([name, { preset, chainId, rpc, fees }]) => {
    const path = ['networks', name]
    const findings: Finding[] = []
    if (preset === undefined && chainId === undefined && !chainIdsAreAsked) {
      findings.push({
        path: [...path, 'chainId'],
        message: 'is missing: a network needs a preset or its chainId and rpc',
      })
    }
    if (preset === undefined && rpc === undefined) {
      findings.push({
        path: [...path, 'rpc'],
        message: 'is missing: a network without a preset needs its nodes',
      })
    }
    return [...findings, ...checkFees(fees, [...path, 'fees'])]
  })
}

function checkFees(fees: NetworkConfig['fees'], path: readonly PathStep[]): Finding[] {
  const findings: Finding[] = []
  if (fees?.floor !== undefined && fees.cap !== undefined && fees.floor > fees.cap) {
    findings.push({ path: [...path, 'floor'], message: 'is above the cap' })
  }
  if (fees?.type === 'fixed' && fees.price === undefined) {
    findings.push({ path, message: 'with `type: fixed` the price is missing' })
  }
  if (fees?.type !== 'fixed' && fees?.price !== undefined) {
    findings.push({ path: [...path, 'price'], message: 'is only for `type: fixed`' })
  }
  if (fees?.type !== 'fixed' && fees?.type !== 'free') return findings
  for (const name of ['floor', 'cap', 'tip', 'tipPercentile'] as const) {
    if (fees[name] === undefined) continue
    findings.push({
      path: [...path, name],
      message: `has no meaning with \`type: ${fees.type}\``,
      atKey: true,
    })
  }
  return findings
}

function checkLedgers(config: Config): Finding[] {
  const { ledgers = {}, networks } = config
  return Object.entries(ledgers).flatMap(([name, ledger]) => {
    const path = ['ledgers', name]
    if (isRemote(ledger)) return checkRemote(name, ledger)
    const findings = unknownName([...path, 'network'], 'networks', ledger.network, networks)
    if (ledger.kind === 'anchor') return [...findings, ...checkAnchor(config, { name, ledger })]
    // What else it has is for its kind to judge.
    if (ledger.kind === 'defined') return findings
    if (ledger.producing === undefined && ledger.consuming === undefined) {
      findings.push({ path, message: 'needs the address of a registry: producing or consuming' })
    }
    return findings
  })
}

function checkLog(config: Config): Finding[] {
  return [...checkLogKey(config), ...checkPublish(config)]
}

/** Whatever stands in the published folder is given to everybody: the record must not. */
function checkPublish({ log, data = './data' }: Config): Finding[] {
  if (log?.publish === undefined) return []
  const [folder, record] = [resolve('/', log.publish.folder), resolve('/', data)]
  if (!isInside(record, folder) && !isInside(folder, record)) return []
  const message = `must be apart from the data folder ${data}, which holds what is not for everybody`
  return [{ path: ['log', 'publish', 'folder'], message }]
}

/** True for the folder itself too. */
function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith('../')
}

function checkLogKey({ log, keys, assets }: Config): Finding[] {
  if (log?.key === undefined) {
    const { origin, checkpoint, checkpointEntries, publish, evidence } = log ?? {}
    const useless = [origin, checkpoint, checkpointEntries, publish, evidence].every(
      value => value === undefined,
    )
    return useless
      ? []
      : [{ path: ['log', 'key'], message: 'is missing: without it no checkpoint is signed' }]
  }
  const findings = [
    ...unknownName(['log', 'key'], 'keys', log.key, keys),
    ...checkEvidenceKey({ log, keys, assets }),
  ]
  if (log.origin === undefined) {
    findings.push({
      path: ['log', 'origin'],
      message: "is missing: checkpoints need the log's name, like gateway.example.org/roof",
    })
  }
  return findings
}

/** One key for both would say nothing twice, and no key is of two curves. */
function checkEvidenceKey({ log, keys, assets }: Pick<Config, 'log' | 'keys' | 'assets'>): Finding[] {
  if (log?.evidence === undefined) return []
  const { key, readings } = log.evidence
  const path = ['log', 'evidence']
  if (key === log.key) {
    return [{ path, message: 'is the log key: the evidence key is another one, of P-256' }]
  }
  const names = Object.fromEntries(assets.map(({ name }) => [name, true]))
  const asked = Array.isArray(readings) ? readings : []
  return [
    ...unknownName(path, 'keys', key, keys),
    ...asked.flatMap(name => unknownName([...path, 'readings'], 'assets', name, names)),
  ]
}

function checkNames({ assets }: Config): Finding[] {
  const seen = new Set<string>()
  return assets.flatMap(({ name }, index) => {
    const taken = seen.has(name)
    seen.add(name)
    return taken ? [{ path: ['assets', index, 'name'], message: `there is another asset "${name}"` }] : []
  })
}

/** An asset is read by interval or by wall clock. */
function checkTimes({ assets }: Config): Finding[] {
  return assets.flatMap((asset, index) => {
    const findings = checkCron(asset)
    if (asset.cron === undefined && asset.every === undefined) {
      findings.push({ path: ['every'], message: 'is missing: say how often it is read, or when, with cron' })
    }
    if (asset.cron !== undefined && asset.every !== undefined) {
      findings.push({ path: ['cron'], message: 'there is an interval too: give one of the two' })
    }
    if (asset.cron !== undefined && asset.aligned !== undefined) {
      findings.push({ path: ['aligned'], message: 'is for an interval; cron runs on the dot' })
    }
    return findings.map(finding => ({ ...finding, path: ['assets', index, ...finding.path] }))
  })
}

function checkReports(config: Config): Finding[] {
  const taken = new Map<string, string>()
  return config.assets.flatMap((asset, index) =>
    (asset.report ?? []).flatMap((_, line) =>
      checkReport(config, { asset, line, taken }, ['assets', index, 'report', line]),
    ),
  )
}

/** Two chains in one folder would be one broken chain. */
function checkFiles({ assets }: Config): Finding[] {
  const taken = new Map<string, string>()
  return assets.flatMap(({ name, report = [] }, index) =>
    report.flatMap(({ ledger, files }, line): Finding[] => {
      if (files === undefined) return []
      const folder = join('.', files)
      const holder = taken.get(folder)
      taken.set(folder, `${name}/${ledger}`)
      if (holder === undefined) return []
      return [
        {
          path: ['assets', index, 'report', line, 'files'],
          message: `is the folder of ${holder} already: each chain of files needs one of its own`,
        },
      ]
    }),
  )
}

/** What a line to Origin release A says of its own. */
function checkNumbered({ own }: ReportConfig, path: readonly PathStep[]): Finding[] {
  const checked = originALine.safeParse(own)
  if (checked.success) return []
  // From plain YAML values, which is what the cast says.
  const value = own as { readonly [key: string]: PlainValue }
  const schema = { properties: { ledger: {}, key: {}, assetId: {}, files: {} } }
  const findings = findingsOf(checked.error.issues, { value, schema })
  return findings.map(finding => ({ ...finding, path: [...path, ...finding.path] }))
}

function checkReport(
  config: Config,
  { asset, line, taken }: { asset: AssetConfig; line: number; taken: Map<string, string> },
  path: readonly PathStep[],
): Finding[] {
  const report = asset.report?.[line]
  if (report === undefined) return []
  const { ledger: name, key, assetId } = report
  const findings = [
    ...unknownName([...path, 'ledger'], 'ledgers', name, config.ledgers),
    ...(key === undefined ? [] : unknownName([...path, 'key'], 'keys', key, config.keys)),
  ]
  if (key !== undefined && isLogKey(config, key)) {
    const message = `"${key}" signs the log: an account of a chain needs a key of its own`
    findings.push({ path: [...path, 'key'], message })
  }
  const ledger = Object.hasOwn(config.ledgers ?? {}, name) ? config.ledgers?.[name] : undefined
  findings.push(...checkRemoteLine(report, ledger, path))
  const registry = asset.role === 'producer' ? 'producing' : 'consuming'
  if (ledger?.kind === 'anchor') {
    const message = `"${name}" anchors the log: no asset reports to it`
    return [...findings, { path: [...path, 'ledger'], message }]
  }
  if (ledger?.kind === 'origin-a') {
    findings.push(...checkNumbered(report, path))
    if (ledger[registry] === undefined) {
      const message = `a ${asset.role} needs ${registry} in ledgers.${name}`
      findings.push({ path: [...path, 'ledger'], message })
    }
  }
  if (asset.report?.slice(0, line).some(other => other.ledger === name)) {
    findings.push({ path: [...path, 'ledger'], message: `this asset reports to "${name}" already` })
    return findings
  }
  if (ledger?.kind !== 'origin-a' || assetId === undefined) return findings
  const place = `${name} ${registry} ${assetId}`
  const holder = taken.get(place)
  if (holder !== undefined) {
    findings.push({
      path: [...path, 'assetId'],
      message: `asset ${assetId} of "${name}" is taken by "${holder}"`,
    })
  }
  taken.set(place, asset.name)
  return findings
}
