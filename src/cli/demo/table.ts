import { formatEnergy } from '../../core/energy.ts'
import { formatInstant } from '../../core/time.ts'
import type { GatewayStatus } from '../../gateway/index.ts'
import type { ChainAsset } from './chain.ts'
import { plants } from './plants.ts'

/** What one look at everything shows, as lines of text without colours. */
export function tableLines(status: GatewayStatus, chain: ReadonlyMap<string, ChainAsset>): readonly string[] {
  const rows = plants.map(({ name }) => {
    const asset = status.assets.find(other => other.asset === name)
    const line = status.ledgers
      .flatMap(ledger => ledger.lines)
      .find(other => other.line.startsWith(`${name}/`))
    const onChain = chain.get(name)
    return [
      name,
      asset?.newest === undefined ? '-' : formatInstant(asset.newest).slice(11, 16),
      asset?.register === undefined ? '-' : formatEnergy(asset.register.total),
      onChain === undefined ? '-' : formatEnergy(onChain.total * 3_600_000n),
      onChain === undefined ? '-' : String(onChain.events),
      line === undefined ? '-' : String(line.backlog),
      asset?.outage?.reason ?? line?.stopped ?? line?.trouble ?? (asset?.register?.held ? 'held' : 'ok'),
    ]
  })
  const head = ['asset', 'read at', 'register', 'on chain', 'registered', 'waiting', 'state']
  return columns([head, ...rows])
}

/** Pads the cells of each column to one width; figures stand to the right. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map(row => (row[at] ?? '').length)))
  return rows.map(row =>
    row
      .map((cell, at) => (at >= 2 && at <= 5 ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('   ')
      .trimEnd(),
  )
}
