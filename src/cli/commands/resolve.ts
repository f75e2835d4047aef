import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ResolvedConfig } from '../../config/check-config.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { RegisterLimits, Resolution } from '../../core/register.ts'
import { reportRegister } from '../../gateway/control-status.ts'
import type { RegisterReport } from '../../gateway/status-report.ts'
import { choice, defineCommand, parsed, requiredText, text, word } from '../command.ts'
import { assetNamed, configOption, openConfig } from '../configuration.ts'
import { parseCount } from '../count-argument.ts'
import { parseEnergyArgument, shownEnergy } from '../energy-argument.ts'
import type { CommandIo } from '../io.ts'
import { resolutionKinds, resolutionOf } from '../resolution-arguments.ts'
import { whoever } from '../whoever.ts'

interface Resolved {
  readonly appended: readonly { readonly index: number; readonly sequence: number; readonly kind: string }[]
  readonly register: RegisterReport
}

/** `energyweb resolve` */
export const resolveCommand = defineCommand({
  name: 'resolve',
  summary: 'Decide on readings that are held',
  description:
    'A reading that the register can not explain is kept and held; `status` shows it. `release` counts it as it is; `write-off` drops it; `reset` says that the counter began again at --initial; `rollover` that it passed its highest value and began at zero (--modulus is one above the highest); `swap` that a new meter, which began at --initial, took over from one that ended at --final. The decision becomes an entry of the log with its reason and who made it; it can not be taken back. It works while the gateway runs, and without it.',
  arguments: { asset: word('name of the asset'), kind: choice('the decision', resolutionKinds) },
  options: {
    ...configOption,
    reason: requiredText('text', 'why; it is kept in the log'),
    by: text('name', 'who decides; default user@host'),
    reading: parsed('number', 'sequence of the held reading; default the oldest', parseCount),
    readings: parsed('number', 'how many held readings to write off; default 1', parseCount),
    initial: parsed(
      'energy',
      "where the counter began again, or the new meter, like '0 kWh'",
      parseEnergyArgument,
    ),
    final: parsed('energy', 'the last value of the old meter', parseEnergyArgument),
    modulus: parsed(
      'energy',
      "one above the highest value that the counter shows, like '100000 kWh'",
      parseEnergyArgument,
    ),
  },
  examples: [
    {
      command: "resolve roof reset --initial '0 kWh' --reason 'new firmware'",
      description: 'the counter began again at zero',
    },
    {
      command: "resolve roof swap --final '48211.7 kWh' --initial '0 kWh' --reason 'meter replaced'",
      description: 'another meter took over',
    },
    {
      command: "resolve roof write-off --readings 3 --reason 'test of the installer'",
      description: 'drops three readings',
    },
  ],
  async run({ asset: name, kind, config: given, ...details }, { io, printer }) {
    const resolution = resolutionOf({ ...details, kind, by: details.by ?? whoever() })
    const config = await openConfig(given, io)
    const asset = assetNamed(config, name)
    const { appended, register } =
      (await throughGateway(config.data, name, resolution)) ??
      (await onLog({ config, asset, resolution }, io))
    const held =
      register.heldReadings === 0
        ? 'nothing is held any more'
        : `${register.heldReadings} still held (${register.holdReason}), ${shownEnergy(register.held)}`
    await printer.data(
      { asset: name, kind, appended, register },
      `${name}: ${kind} is entry ${appended[0]?.index}; total ${shownEnergy(register.total)}, ${held}`,
    )
  },
})

async function throughGateway(
  folder: string,
  asset: string,
  resolution: Resolution,
): Promise<Resolved | undefined> {
  const { askGateway } = await import('../control-client.ts')
  const { resolveParams } = await import('../../gateway/control-protocol.ts')
  const answer = await askGateway(folder, 'resolve', resolveParams({ asset, resolution }))
  if (!answer.running) return undefined
  const { resolvedSchema } = await import('../status-schema.ts')
  return resolvedSchema.parse(answer.result)
}

async function onLog(
  {
    config,
    asset,
    resolution,
  }: { config: ResolvedConfig; asset: ResolvedConfig['assets'][number]; resolution: Resolution },
  io: CommandIo,
): Promise<Resolved> {
  const { databaseName, openLog } = await import('../../storage/index.ts')
  if (!existsSync(join(config.data, databaseName))) {
    throw new EnergywebError('resolution-refused', `there is no log in ${config.data}`, {
      hint: 'Has the gateway ever run here?',
    })
  }
  const log = await openLog({ folder: config.data, clock: io.clock })
  try {
    const { appended, register } = await log.resolve(asset.name, resolution, limitsOf(asset))
    return { appended, register: reportRegister(register) }
  } finally {
    await log.close()
  }
}

function limitsOf({
  capacity,
  resolution = 0n,
  opening = 'zero',
}: ResolvedConfig['assets'][number]): RegisterLimits {
  return { resolution, opening, ...(capacity === undefined ? {} : { capacity }) }
}
