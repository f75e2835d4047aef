import type { Channel } from '../../core/reading.ts'
import { goldenText } from './golden-template.ts'
import type { MiniserverOptions } from './miniserver.ts'
import type { MiniserverReply } from './miniserver-session.ts'
import { structureMeters } from './miniserver-states.ts'

/** The structure file of the golden files. */
export const structure = goldenText('loxone/LoxAPP3.json')

export interface MiniserverFace extends MiniserverOptions {
  readonly version: string
  /** SubjectPublicKeyInfo, DER, in Base64. */
  readonly publicKey: string
}

/** What a Miniserver answers over HTTP; all but its version and its key to its user alone. */
export function answerHttp(
  face: MiniserverFace,
  { path, authorization }: { readonly path: string; readonly authorization: string | undefined },
): { readonly status: number; readonly body: string } {
  if (path === '/jdev/cfg/apiKey' || path === '/jdev/cfg/api') {
    const value = `{'snr': '50:4F:94:A0:00:01', 'version':'${face.version}', 'key':'00'}`
    return { status: 200, body: envelope('dev/cfg/api', { code: 200, value }) }
  }
  if (path === '/jdev/sys/getPublicKey') {
    const value = `-----BEGIN CERTIFICATE-----${face.publicKey}-----END CERTIFICATE-----`
    return { status: 200, body: envelope('dev/sys/getPublicKey', { code: 200, value }) }
  }
  const basic = `Basic ${Buffer.from(`${face.user}:${face.password}`).toString('base64')}`
  if (authorization !== basic) return { status: 401, body: envelope(path, { code: 401 }) }
  if (path === '/data/LoxAPP3.json') return { status: 200, body: structure }
  const [, wanted] = /^\/jdev\/sps\/io\/([^/]+)\/all$/.exec(path) ?? []
  const outputs = wanted === undefined ? undefined : outputsOf(wanted, face)
  return outputs === undefined
    ? { status: 404, body: envelope(path, { code: 404 }) }
    : { status: 200, body: envelope(path.slice(2), { code: 200, value: 0.5 }, outputs) }
}

/** How it wraps all that it answers. */
export function envelope(control: string, { code, value = '' }: MiniserverReply, more: object = {}): string {
  return JSON.stringify({ LL: { control, value, Code: String(code), ...more } })
}

function outputsOf(wanted: string, options: MiniserverOptions): object | undefined {
  const meter = structureMeters(structure).find(({ uuid, name }) => uuid === wanted || name === wanted)
  if (meter === undefined) return undefined
  const now = options.clock.now()
  const kilowattHours = (channel: Channel) => Number(options.energyAt(meter.name, channel, now)) / 3.6e9
  const names = meter.totalNeg === undefined ? ['Mr'] : ['Mrc', 'Mrd']
  const outputs = names.map((name, index) => [
    `output${index + 1}`,
    { name, nr: index + 2, value: kilowattHours(index === 0 ? 'import' : 'export') },
  ])
  return { output0: { name: 'Pf', nr: 1, value: 0.5 }, ...Object.fromEntries(outputs) }
}
