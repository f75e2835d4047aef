import { BlockList, isIP, SocketAddress } from 'node:net'

type Range = readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6']

const loopbackRanges: readonly Range[] = [
  ['127.0.0.0', 8, 'ipv4'],
  ['::1', 128, 'ipv6'],
]

/** Loopback, private and link-local ranges: RFC 1122, RFC 1918, RFC 3927, RFC 4193, RFC 4291. */
const privateRanges: readonly Range[] = [
  ...loopbackRanges,
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
]

/** What else is nobody's public address: the special-purpose registries of IANA (RFC 6890), multicast, and dead tunnels. */
const specialRanges: readonly Range[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'], // a provider's own network (RFC 6598)
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'], // documentation (RFC 5737)
  ['192.88.99.0', 24, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  ['2001::', 23, 'ipv6'], // Teredo, benchmarks, ORCHID
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'], // 6to4: any IPv4 address may be inside
  ['3fff::', 20, 'ipv6'],
]

/**
 * Only these of IPv6 are anybody's public address (RFC 4291, 2.4; IANA has given out nothing else). It leaves out IPv4 in dresses of
 * old (RFC 4291, 2.5.5.1; RFC 2765, 2.1) and translation inside of a network (RFC 8215), which may lead into ours.
 */
const globalUnicast = listOf([['2000::', 3, 'ipv6']])
const mapped = listOf([['::ffff:0:0', 96, 'ipv6']])

const translated = listOf([['64:ff9b::', 96, 'ipv6']])
const loopback = listOf(loopbackRanges)
const own = listOf(privateRanges)
const special = listOf([...privateRanges, ...specialRanges])

function listOf(ranges: readonly Range[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix, family] of ranges) list.addSubnet(network, prefix, family)
  return list
}

/** The IP address that a host literally is, without brackets and zone; undefined for a name. */
export function addressLiteral(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return isIP(bare) === 0 ? undefined : withoutZone(bare)
}

/** True for an address of this machine itself. */
export function isLoopbackAddress(address: string): boolean {
  return isIn(loopback, address)
}

/** True for a host that is meant to be this machine; where a name leads is judged when it is connected to (RFC 6761, 6.3). */
export function isLoopbackHost(hostname: string): boolean {
  const literal = addressLiteral(hostname)
  return literal === undefined ? /^([^.]+\.)*localhost\.?$/i.test(hostname) : isLoopbackAddress(literal)
}

/** True for a loopback, private or link-local address; an IPv4 address inside IPv6 counts as what it is. */
export function isPrivateAddress(address: string): boolean {
  return isIn(own, address)
}

/** True for an address that anybody on the internet may have; what a translator (NAT64, RFC 6052) reaches counts as what it is. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !isIn(special, address)
  if (family === 0) return false
  if (isIn(translated, address) || isIn(mapped, address)) {
    return isPublicAddress(lastFourBytes(withoutZone(address)))
  }
  return isIn(globalUnicast, address) && !isIn(special, address)
}

function isIn(list: BlockList, address: string): boolean {
  const family = isIP(address)
  return family !== 0 && list.check(withoutZone(address), family === 6 ? 'ipv6' : 'ipv4')
}

function withoutZone(address: string): string {
  return address.split('%', 1)[0] ?? address
}

/** Of an IPv6 address, as an IPv4 one. */
function lastFourBytes(address: string): string {
  const { address: short } = new SocketAddress({ address, family: 'ipv6' })
  const tail = short.slice(short.lastIndexOf(':') + 1)
  if (isIP(tail) === 4) return tail
  const [high = '0', low = '0'] = short.replace('::', ':0:').split(':').slice(-2)
  const bytes = [high, low].flatMap(group => {
    const value = Number.parseInt(group || '0', 16)
    return [value >> 8, value & 0xff]
  })
  return bytes.join('.')
}
