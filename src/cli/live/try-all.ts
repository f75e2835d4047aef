import type { ResolvedConfig } from '../../config/check-config.ts'
import { tellSecrets } from '../../config/configured-secrets.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import { placedAnchorsOf } from '../anchor-look.ts'
import type { CommandIo } from '../io.ts'
import type { Printer } from '../printer.ts'
import { placedLinesOf } from '../report-line-look.ts'
import { CarbonTrials } from './carbon-trial.ts'
import { type ConnectionTrial, tryConnections } from './connection-trial.ts'
import { LineTrials } from './line-trial.ts'
import { type Trial, trySource } from './source-trial.ts'

/** So many are tried at once: a thousand meters take a minute, and no gateway of theirs is overrun. */
const atOnce = 16

/** What came of a configuration's sources, carbon sources, report lines, witnesses and destinations of messages. */
export interface Trials {
  readonly sources: readonly Trial[]
  readonly carbon: readonly Trial[]
  readonly lines: readonly Trial[]
  readonly witnesses: readonly Trial[]
  readonly remoteLogs: readonly Trial[]
  /** What each connection must prove, and what was found. */
  readonly connections: readonly ConnectionTrial[]
}

/** Reads every source once, carbon sources too, and looks at every report line and witness, side by side; nothing is written anywhere but one test message where messages are sent to. */
export async function tryAll(
  config: ResolvedConfig,
  { io, printer }: { io: CommandIo; printer: Printer },
): Promise<Trials> {
  await tellSecrets(config, { environment: io.env, addSecret: io.hide })
  const lineTrials = new LineTrials(config, { io, printer })
  const carbonTrials = new CarbonTrials(config, { io })
  const counted = config.assets.filter(asset => asset.carbon !== undefined)
  const placed = config.assets.flatMap(({ name }) => placedLinesOf(config, name))
  try {
    const [sources, carbon, lines, anchors, witnesses, remoteLogs, connections] = await Promise.all([
      each(config.assets, asset => trySource(asset, { io, config })),
      each(counted, asset => carbonTrials.try(asset)),
      each(placed, line => lineTrials.try(line)),
      each(placedAnchorsOf(config), anchor => lineTrials.tryAnchor(anchor)),
      witnessesOf(config),
      remoteLogsOf(config, io),
      tryConnections(config, io),
    ])
    return { sources, carbon, lines: [...lines, ...anchors], witnesses, remoteLogs, connections }
  } finally {
    await carbonTrials.close()
  }
}

/** What speaks to witnesses is loaded where there are any. */
async function witnessesOf(config: ResolvedConfig): Promise<readonly Trial[]> {
  if (config.log?.witnesses === undefined) return []
  return (await import('./witness-trial.ts')).tryWitnesses(config)
}

/** So is what sends messages away. */
async function remoteLogsOf(config: ResolvedConfig, io: CommandIo): Promise<readonly Trial[]> {
  if (config.logging?.remote === undefined) return []
  return (await import('./remote-log-trial.ts')).tryRemoteLogs(config, io)
}

async function each<Item>(
  items: readonly Item[],
  tryOne: (item: Item) => Promise<Trial>,
): Promise<readonly Trial[]> {
  const trials = new Map<Item, Trial>()
  await sideBySide(items, atOnce, async item => {
    trials.set(item, await tryOne(item))
  })
  return items.flatMap(item => trials.get(item) ?? [])
}
