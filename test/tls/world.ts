import { isEnergywebError } from '../../src/core/errors.ts'
import { addressFaults } from './address-faults.ts'
import { makeCertificates } from './certificates.ts'
import { connectionKinds } from './connection-kinds.ts'
import { faultTable } from './fault-table.ts'
import { hasServers, type Servers, startServers } from './servers.ts'
import { startUpstream, type Upstream } from './upstream.ts'

if (!hasServers) {
  console.warn(
    '!!! nginx or openssl is missing: TLS is not tried against them (scripts/install-test-tools.sh)',
  )
}

/** True when the counterparts are here. */
export const worldTools = hasServers

/** What came of one kind of connection before one fault. */
export interface TlsRow {
  readonly fault: string
  readonly kind: string
  readonly expected: string
  /** `let in`, the reason of a refusal, or what else happened. */
  readonly found: string
  readonly hint: string | undefined
  /** True when what stands behind the server was reached. */
  readonly wasReached: boolean
}

/** Servers with every fault, and what stands behind them. */
export class TlsWorld {
  readonly #made: ReturnType<typeof makeCertificates>
  readonly #upstream: Upstream
  readonly #servers: Servers

  private constructor(made: ReturnType<typeof makeCertificates>, upstream: Upstream, servers: Servers) {
    this.#made = made
    this.#upstream = upstream
    this.#servers = servers
  }

  static async open(folder: string): Promise<TlsWorld> {
    const made = makeCertificates(folder)
    const upstream = await startUpstream()
    return new TlsWorld(made, upstream, await startServers(made, { folder, upstream: upstream.port }))
  }

  /** Where the server of a fault listens. */
  port(server: string): number {
    return this.#servers.ports[server] ?? 0
  }

  async close(): Promise<void> {
    await this.#servers.close()
    this.#upstream.close()
  }

  /** Every fault before every kind of connection that it concerns. */
  async table(): Promise<readonly TlsRow[]> {
    const rows: TlsRow[] = []
    for (const { name, server, tls, expected, without = [] } of faultTable(this.#made)) {
      const place = { host: '127.0.0.1', port: this.#servers.ports[server] ?? 0 }
      for (const [kind, attempt] of Object.entries(connectionKinds)) {
        if (without.includes(kind)) continue
        rows.push(await this.#row({ fault: name, kind, expected }, () => attempt(place, tls)))
      }
    }
    const ports = { good: this.#servers.ports.good ?? 0, plain: this.#upstream.port }
    for (const { name, kind, expected, attempt } of addressFaults(this.#made, ports)) {
      rows.push(await this.#row({ fault: name, kind, expected }, attempt))
    }
    return rows
  }

  async #row(
    about: Pick<TlsRow, 'fault' | 'kind' | 'expected'>,
    attempt: () => Promise<void>,
  ): Promise<TlsRow> {
    const before = this.#upstream.requests()
    const result = await attempt().then(
      () => ({ found: 'let in', hint: undefined }),
      (error: unknown) => ({
        found: (isEnergywebError(error) ? error.reason : undefined) ?? String(error),
        hint: isEnergywebError(error) ? error.hint : undefined,
      }),
    )
    return { ...about, ...result, wasReached: this.#upstream.requests() > before }
  }
}
