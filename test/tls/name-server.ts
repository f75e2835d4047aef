import { createSocket, type Socket } from 'node:dgram'
import { isIPv4, SocketAddress } from 'node:net'

/** What a name server says of a name each time it is asked, addresses of both families; the last for ever. */
export type Zone = Readonly<Record<string, readonly (readonly string[])[]>>

const types = { A: 1, AAAA: 28 }

/**
 * A name server (RFC 1035, over UDP) that changes its mind: each time that a client looks a name up it gets the next answer. Nothing
 * that it says may be remembered, as its time to live is 0.
 */
export async function startNameServer(zone: Zone, { port = 53, host = '127.0.0.1' } = {}): Promise<Socket> {
  const asked = new Map<string, number>()
  const server = createSocket('udp4')
  server.on('message', (query, client) => {
    const { name, type, end } = questionOf(query)
    // A client asks for both families; one lookup is one of A.
    const times = asked.get(name) ?? 0
    if (type === types.A) asked.set(name, times + 1)
    const answers = zone[name]
    const now = type === types.A ? times : Math.max(0, times - 1)
    const said = answers?.[Math.min(now, answers.length - 1)] ?? []
    const fitting = said.filter(address => isIPv4(address) === (type === types.A))
    const known = type === types.A || type === types.AAAA ? fitting : []
    server.send(answerTo(query.subarray(0, end), known, type), client.port, client.address)
  })
  await new Promise<void>(done => server.bind(port, host, done))
  return server
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function answerTo(question: Buffer, addresses: readonly string[], type: number): Buffer {
  const head = Buffer.from(question)
  head.writeUInt16BE(0x8580, 2)
  head.writeUInt16BE(addresses.length, 6)
  head.writeUInt16BE(0, 8)
  head.writeUInt16BE(0, 10)
  const records = addresses.map(address => {
    const bytes = isIPv4(address) ? Buffer.from(address.split('.').map(Number)) : ipv6Bytes(address)
    const record = Buffer.alloc(12)
    record.writeUInt16BE(0xc00c, 0)
    record.writeUInt16BE(type, 2)
    record.writeUInt16BE(1, 4)
    record.writeUInt16BE(bytes.length, 10)
    return Buffer.concat([record, bytes])
  })
  return Buffer.concat([head, ...records])
}

function ipv6Bytes(address: string): Buffer {
  const { address: shown } = new SocketAddress({ address, family: 'ipv6' })
  const short = shown.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [a, b, c, d]
      .map(part => Number(part).toString(16).padStart(2, '0'))
      .join('')
      .replace(/^.{4}/, '$&:'),
  )
  const [left = '', right] = short.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const gap = right === undefined ? 0 : 8 - groups(left).length - groups(right).length
  const all = [...groups(left), ...Array.from({ length: gap }, () => '0'), ...groups(right ?? '')]
  return Buffer.from(all.map(group => group.padStart(4, '0')).join(''), 'hex')
}
