import { toBase64 } from '../../core/bytes.ts'
import { formatEnergy } from '../../core/energy.ts'
import { silentLogger } from '../../core/logger.ts'
import type { SourceReading } from '../../core/reading.ts'
import { formatInstant } from '../../core/time.ts'
import { defineCommand, flag, word } from '../command.ts'
import { assetNamed, configOption, openConfig } from '../configuration.ts'
import { printable } from '../printable.ts'
import { formatTable } from '../table.ts'

const patience = 30_000

/** `energyweb read` */
export const readCommand = defineCommand({
  name: 'read',
  summary: "Read an asset's source once and show what it says",
  description:
    'Asks the meter as the gateway would, and writes nothing: not into the log, not to a chain. Good for trying a new meter.',
  arguments: { asset: word('name of the asset') },
  options: { ...configOption, raw: flag('show the bytes too, as they came') },
  examples: [
    { command: 'read roof', description: 'shows the reading of the asset roof' },
    { command: 'read roof --raw --json', description: 'gives it to a program, with the raw bytes in base64' },
  ],
  async run({ asset: name, config: given, raw }, { io, printer }) {
    const config = await openConfig(given, io)
    const { composeAsset } = await import('../../config/compose-assets.ts')
    const { environmentOf } = await import('../../config/secrets.ts')
    const { sourceContext } = await import('../../sources/index.ts')
    const context = sourceContext({ clock: io.clock, log: silentLogger })
    const { source, channel } = await composeAsset(assetNamed(config, name), {
      environment: environmentOf(config, io.env),
      addSecret: io.hide,
      source: context,
      extensions: config.extensions,
    })
    try {
      const { readings, warnings } = await source.read({ channel, signal: AbortSignal.timeout(patience) })
      for (const warning of warnings) await printer.warning(warning)
      for (const exception of source.exceptions) await printer.warning(exception)
      const shown = { asset: name, source: source.kind, readings: readings.map(one => plain(one, raw)) }
      await printer.data(
        shown,
        readings.length === 0 ? 'the source has nothing new' : forPeople(readings, raw),
      )
    } finally {
      await source.close()
    }
  },
})

function plain(
  { energy, fraction, channel, kind, measuredAt, from, device, quality, raw }: SourceReading,
  bytes: boolean,
) {
  return {
    channel,
    kind,
    energy: String(energy),
    fraction: fraction || undefined,
    from: from === undefined ? undefined : formatInstant(from),
    measuredAt: formatInstant(measuredAt),
    device: { ...device },
    quality,
    mediaType: raw.mediaType,
    raw: bytes ? toBase64(raw.bytes) : undefined,
  }
}

function forPeople(readings: readonly SourceReading[], bytes: boolean): string {
  const table = formatTable(
    ['measured at', 'channel', 'kind', 'energy', 'device'],
    readings.map(({ measuredAt, channel, kind, energy, device, quality }) => [
      formatInstant(measuredAt),
      channel,
      kind,
      formatEnergy(energy),
      printable([device.manufacturer, device.model, device.serial, quality].filter(Boolean).join(' ')),
    ]),
    { right: [3] },
  )
  const payloads = [...new Set(readings.map(({ raw }) => raw))]
  return bytes
    ? [table, ...payloads.map(({ bytes: content }) => printable(new TextDecoder().decode(content)))].join(
        '\n\n',
      )
    : table
}
