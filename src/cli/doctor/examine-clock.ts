import type { ResolvedConfig } from '../../config/check-config.ts'
import { openTls, type TlsConfig } from '../../config/schema-tls.ts'
import { environmentOf, type SecretContext } from '../../config/secrets.ts'
import { openFetch } from '../../connections/index.ts'
import { spanInWords } from '../../core/span-in-words.ts'
import type { CommandIo } from '../io.ts'
import { bad, type Finding, good } from './finding.ts'

const hour = 3_600_000
const patience = 5_000
/** More than a slow answer and the seconds that HTTP leaves out. */
const mostApart = 60_000

/**
 * Compares the machine's clock with those of the configured nodes, by the date of their answers (RFC 9110, 6.6.1). Any
 * answer has one, also a refusal; a node that does not answer is somebody else's finding.
 */
export async function examineClock(config: ResolvedConfig, io: CommandIo): Promise<readonly Finding[]> {
  const secrets = { environment: environmentOf(config, io.env), addSecret: io.hide }
  const nodes = Object.values(config.networks ?? {}).flatMap(({ rpc = [], tls = 'required' }) =>
    rpc.flatMap(node => plainNode(node, tls)),
  )
  const said = await Promise.all(nodes.map(node => dateOf(node, secrets)))
  const dates = said.filter(date => date !== undefined)
  if (dates.length === 0) return []
  const now = io.clock.now()
  // One node may be wrong itself: the one that is nearest to us speaks for all.
  const nearest = dates.toSorted((a, b) => Math.abs(a - now) - Math.abs(b - now))[0] ?? now
  const apart = now - nearest
  if (Math.abs(apart) <= mostApart) return [good("the nodes' clocks agree with this machine's")]
  const how = apart > 0 ? 'ahead of' : 'behind'
  const what = `this machine's clock is ${spanInWords(Math.abs(apart) / hour)} ${how} those of all nodes`
  return [bad(what, 'timedatectl set-ntp true, and let NTP (UDP 123) through the firewall')]
}

interface PlainNode {
  readonly address: string
  readonly tls: TlsConfig
}

/** A node whose whole address is a secret is left out. */
function plainNode(
  node: string | { readonly url: unknown; readonly tls?: TlsConfig | undefined },
  common: TlsConfig,
): readonly PlainNode[] {
  if (typeof node === 'string') return [{ address: node, tls: common }]
  const { url: address, tls = common } = node
  return typeof address === 'string' ? [{ address, tls }] : []
}

async function dateOf({ address, tls }: PlainNode, secrets: SecretContext): Promise<number | undefined> {
  try {
    const policy = { tls: await openTls(tls, secrets), plainLoopback: true }
    const ask = openFetch({ policy, timeout: patience })
    const response = await ask(address, { method: 'HEAD', signal: AbortSignal.timeout(patience) })
    const date = Date.parse(response.headers.get('date') ?? '')
    return Number.isNaN(date) ? undefined : date
  } catch {
    // It does not answer: the look at the ledgers says so, and why.
    return undefined
  }
}
