import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Logger } from '../../core/logger.ts'
import type { GatewayMetrics } from '../../gateway/metrics/index.ts'
import { BoundedServer, plainText, type ServerAnswer } from '../bounded-server.ts'
import { acceptedFormat } from './accepted-format.ts'
import { expositionTypes, formatExposition } from './exposition.ts'

export interface MetricsServerOptions {
  readonly metrics: Pick<GatewayMetrics, 'collect'>
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** What a scrape must bring as `Authorization: Bearer …`; without it everybody who reaches the address may ask. */
  readonly token?: string
  readonly log: Logger
}

/** Shorter answers gain nothing by being packed. */
const worthPacking = 1_024
const pack = promisify(gzip)

/** Gives metrics to whoever scrapes them: `GET /metrics`. @throws EnergywebError `environment-unsuitable` */
export function openMetricsServer(options: MetricsServerOptions): Promise<BoundedServer> {
  const { host, port, log } = options
  return BoundedServer.open({
    host,
    port,
    log,
    what: 'the metrics server',
    answer: request => answerOf(request, options),
  })
}

async function answerOf(
  request: IncomingMessage,
  { metrics, token }: MetricsServerOptions,
): Promise<ServerAnswer> {
  const refused = token === undefined ? refuseForeignName(request) : refuseStranger(request, token)
  if (refused !== undefined) return refused
  const [path] = (request.url ?? '').split('?', 1)
  if (path !== '/metrics') return { status: 404, type: plainText, body: 'look at /metrics\n' }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, type: plainText, body: 'GET only\n', headers: { allow: 'GET, HEAD' } }
  }
  const format = acceptedFormat(request.headers.accept)
  const { series } = await metrics.collect()
  const body = formatExposition(series, format)
  const answer = { status: 200, type: expositionTypes[format] }
  const vary = { vary: 'accept, accept-encoding', 'cache-control': 'no-store' }
  if (body.length < worthPacking || !acceptsGzip(request.headers['accept-encoding'])) {
    return { ...answer, body, headers: vary }
  }
  return { ...answer, body: await pack(body), headers: { ...vary, 'content-encoding': 'gzip' } }
}

/**
 * Without a token the address is all that protects it: a web page whose name was bound to a loopback address must not read here what
 * its own machine may.
 */
function refuseForeignName({ headers: { host = '' } }: IncomingMessage): ServerAnswer | undefined {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  if (name === 'localhost' || isIP(name) !== 0) return undefined
  return { status: 403, type: plainText, body: 'ask by address, or set a token\n' }
}

function refuseStranger({ headers: { authorization = '' } }: IncomingMessage, token: string) {
  if (timingSafeEqual(digest(authorization), digest(`Bearer ${token}`))) return undefined
  const headers = { 'www-authenticate': 'Bearer' }
  return { status: 401, type: plainText, body: 'a token is needed\n', headers }
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}

function acceptsGzip(header: string | readonly string[] | undefined): boolean {
  return String(header ?? '')
    .split(',')
    .some(part => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(part))
}
