import { isLoopbackHost } from '../connections/private-addresses.ts'
import type { ListenAddress } from './fields.ts'
import type { Finding } from './problem.ts'
import type { Config } from './schema.ts'

/** Where metrics are given unless told otherwise: what Prometheus's list of ports has for exporters by OpenTelemetry. */
export const usualMetricsAddress: ListenAddress = { host: '127.0.0.1', port: 9464 }

/** Checks that metrics don't go where nobody meant them to. */
export function checkMetrics({ metrics }: Config): Finding[] {
  if (metrics === undefined) return []
  const { listen, token, otlp } = metrics
  const findings: Finding[] = []
  if (listen !== undefined && !isLoopbackHost(listen.host) && token === undefined) {
    findings.push({
      path: ['metrics', 'listen'],
      message: 'is beyond this machine: whoever scrapes there must bring a `token`',
    })
  }
  if (token !== undefined && listen === undefined && otlp !== undefined) {
    findings.push({ path: ['metrics', 'token'], message: 'is for `listen`, which is not given', atKey: true })
  }
  if (otlp === undefined) return findings
  const leavesPlainly = otlp.url.startsWith('http:') && !isLoopbackHost(new URL(otlp.url).hostname)
  if (leavesPlainly && !(typeof otlp.tls === 'object' && 'allow' in otlp.tls)) {
    findings.push({
      path: ['metrics', 'otlp', 'url'],
      message: 'plain HTTP: use https, or say why not with tls: { allow: lan-http, reason: … }',
    })
  }
  if (leavesPlainly && otlp.headers !== undefined) {
    findings.push({
      path: ['metrics', 'otlp', 'headers'],
      message: 'would travel in plain text: use https',
      atKey: true,
    })
  }
  return findings
}

/** What works, and yet should be looked at. */
export function doubtfulMetrics({ metrics }: Config): Finding[] {
  const { listen, token } = metrics ?? {}
  if (listen === undefined || token === undefined || isLoopbackHost(listen.host)) return []
  const message = 'the token travels in plain text: give the metrics out through a proxy that speaks TLS'
  return [{ path: ['metrics', 'listen'], message }]
}
