import type { Channel } from '../../core/reading.ts'
import { didYouMean } from '../nearest.ts'
import type { PathStep } from '../problem.ts'
import type { PlainValue } from '../read-node.ts'
import type { AssetContext } from './asset-context.ts'
import type { OldPart } from './old-file.ts'
import { Parameters } from './parameters.ts'

/** A meter as an asset of ours has it. */
export interface TranslatedMeter {
  readonly source: { [option: string]: PlainValue }
  readonly channel: Channel
  /** What continues the old application's count: it registered what the meter showed. */
  readonly opening?: 'meter'
}

type Translate = (parameters: Parameters, context: AssetContext) => TranslatedMeter

const classes: Readonly<Record<string, Translate>> = {
  BondAPIv1: energyApi,
  DataLoggerV1: (parameters, context) => eumel('eumel-v1', parameters, context),
  DataLoggerV2d1d1: (parameters, context) => eumel('eumel-v2', parameters, context),
  EnergyMeterSimulator: simulator,
}

/** The meter of an asset; undefined, with an error noted, for a class that nobody knows. */
export function translateMeter(
  part: OldPart,
  at: readonly PathStep[],
  context: AssetContext,
): TranslatedMeter | undefined {
  const { class_name: name } = part
  const translate = Object.hasOwn(classes, name) ? classes[name] : undefined
  if (translate === undefined) {
    const known = Object.keys(classes)
    const near = didYouMean(name, known) || `; there are ${known.join(', ')}`
    context.notes.error([...at, 'class_name'], `no meter has this class name${near}`)
    return undefined
  }
  const parameters = new Parameters(part, at, context.notes)
  context.notes.came([...context.path, 'source'], parameters.path)
  const meter = translate(parameters, context)
  parameters.warnOfOthers()
  return meter
}

/** The class is called version 1, what it speaks is version 2 of the contract. */
function energyApi(parameters: Parameters, context: AssetContext): TranslatedMeter {
  const { notes, path } = context
  const from = parameters.text('source')
  if (from !== '' && from !== 'consumed' && from !== 'produced') {
    notes.error(parameters.at('source'), 'expected consumed or produced')
  }
  const device = parameters.id('device_id')
  notes.came([...path, 'source', 'device'], parameters.at('device_id'))
  notes.came([...path, 'opening'], parameters.at('source'))
  notes.warn(
    parameters.path,
    'BondAPIv1 becomes energy-api version 2; the register opens with the counter, so its values must be accumulated; if they are not, a converted file can give interval and opening: zero',
  )
  return {
    source: { kind: 'energy-api', version: 2, ...address('base_url', parameters, context), device },
    channel: from === 'produced' ? 'export' : 'import',
    opening: 'meter',
  }
}

function eumel(
  kind: 'eumel-v1' | 'eumel-v2',
  parameters: Parameters,
  context: AssetContext,
): TranslatedMeter {
  const { role, slug, notes, keeper } = context
  const channel = role === 'producer' ? 'export' : 'import'
  const user = parameters.optionalText('user')
  const password = parameters.optionalText('password')
  const auth = user !== undefined && password !== undefined
  if (auth) notes.plain(parameters.at('password'), 'the password')
  notes.warn(
    parameters.path,
    `becomes ${kind}, channel ${channel}, exact Wh; the old application read the import register of every meter`,
  )
  return {
    source: {
      kind,
      ...address('ip', parameters, context),
      ...(auth && { auth: { user, password: { ...keeper.password(`${slug}-meter`, password) } } }),
    },
    channel,
    opening: 'meter',
  }
}

/** It could never be made in the old application, so that nobody knows its parameters: none is looked at. */
function simulator(parameters: Parameters, { role, index, notes }: AssetContext): TranslatedMeter {
  const profile = role === 'producer' ? 'solar' : 'load'
  notes.warn(
    parameters.path,
    `becomes simulator with profile ${profile} and a peak of 10 kW: its energy is invented`,
  )
  return {
    source: { kind: 'simulator', profile, peak: '10 kW', seed: index + 1 },
    channel: role === 'producer' ? 'export' : 'import',
  }
}

/** `url`, and what follows from it: credentials move out, plain HTTP needs a reason. */
function address(
  name: string,
  parameters: Parameters,
  { notes, path, keeper, slug }: AssetContext,
): { [option: string]: PlainValue } {
  const given = parameters.text(name)
  notes.came([...path, 'source', 'url'], parameters.at(name))
  if (given === '') return {}
  const text = /^[a-z]+:\/\//i.test(given) ? given : `http://${given}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) {
    notes.error(parameters.at(name), 'expected an address')
    return {}
  }
  const { username, password } = url
  url.username = ''
  url.password = ''
  const secret = username === '' || password === '' ? undefined : decodeURIComponent(password)
  if (secret !== undefined) notes.plain(parameters.at(name), 'the password in this address')
  if (url.protocol === 'http:') {
    notes.came([...path, 'source', 'tls'], parameters.at(name))
    notes.warn(parameters.at(name), 'plain HTTP is allowed to private addresses only; prefer https')
  }
  return {
    url: url.href.replace(/\/+$/, ''),
    ...(url.protocol === 'http:' && {
      tls: { allow: 'lan-http', reason: 'the old configuration had no TLS' },
    }),
    ...(secret !== undefined && {
      auth: { user: decodeURIComponent(username), password: { ...keeper.password(`${slug}-meter`, secret) } },
    }),
  }
}
