import { gatewayStream } from '../../core/log.ts'

/** How an asset is called in metrics: by its name, or by its place in the configuration, from 1. */
export type AssetLabels = 'names' | 'numbers'

/** What stands for an asset's name; the gateway's own stream keeps its name. */
export function assetLabel(kind: AssetLabels, assets: readonly string[]): (asset: string) => string {
  if (kind === 'names') return asset => asset
  const numbers = new Map(assets.map((asset, index) => [asset, String(index + 1)]))
  // One that was removed from the configuration still has lines: its name must not come out for that.
  return asset => (asset === gatewayStream ? asset : (numbers.get(asset) ?? 'removed'))
}
