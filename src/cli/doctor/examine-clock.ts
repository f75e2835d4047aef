import type { ResolvedConfig } from '../../config/check-config.ts'
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
export async function examineClock(
  { networks = {} }: ResolvedConfig,
  io: CommandIo,
): Promise<readonly Finding[]> {
  const addresses = Object.values(networks).flatMap(({ rpc = [] }) => rpc.flatMap(plainAddress))
  const said = await Promise.all(addresses.map(address => dateOf(address)))
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

/** A node whose whole address is a secret is left out. */
function plainAddress(node: string | { readonly url: unknown }): readonly string[] {
  const address = typeof node === 'string' ? node : node.url
  return typeof address === 'string' ? [address] : []
}

async function dateOf(address: string): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(patience)
    const response = await fetch(address, { method: 'HEAD', redirect: 'manual', signal })
    const date = Date.parse(response.headers.get('date') ?? '')
    return Number.isNaN(date) ? undefined : date
  } catch {
    // It does not answer: the look at the ledgers says so, and why.
    return undefined
  }
}
