import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TlsRow } from './world.ts'

/** A network of its own, in which this machine has public addresses and asks a name server of ours. */
const inside = [
  'ip link set lo up',
  'ip addr add 9.9.9.9/32 dev lo',
  'ip addr add 10.0.0.1/32 dev lo',
  // Else the resolver leaves IPv6 out.
  'ip addr add 2600::9/128 dev lo nodad',
  'ip addr add fd00::1/128 dev lo nodad',
  'mount --bind "$1" /etc/resolv.conf',
]
const unshare = ['-Urnm', 'sh', '-ec']

/** True where namespaces may be made: not in every container, and not on every desktop. */
export const hasNamespaces =
  spawnSync('unshare', [...unshare, 'ip link set lo up && mount --bind /dev/null /etc/resolv.conf'])
    .status === 0

if (!hasNamespaces) {
  console.warn(
    '!!! unshare or ip may not make a network here: names that change their mind are not tried (iproute2)',
  )
}

/** Every change of mind before every kind of connection; the authority of the certificate is one that the system knows. */
export async function rebindingRows(folder: string): Promise<readonly TlsRow[]> {
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const names = 'subjectAltName=DNS:*.meter.example'
  const files = ['-keyout', 'names.key', '-out', 'names.pem']
  const words = ['req', '-x509', ...ec, '-days', '3', '-subj', '/CN=names', '-addext', names, ...files]
  execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:2 attempts:1\n')
  const world = join(import.meta.dirname, 'rebinding-world.ts')
  const run = `${inside.join(' && ')} && exec "$2" "$3" "$4" "$5"`
  const rest = [process.execPath, world, join(folder, 'names.pem'), join(folder, 'names.key')]
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'names.pem') }
  const text = await new Promise<string>((resolve, reject) => {
    execFile(
      'unshare',
      [...unshare, run, 'sh', join(folder, 'resolv.conf'), ...rest],
      { env },
      (error, out, err) => (error === null ? resolve(out) : reject(new Error(`${error.message}\n${err}`))),
    )
  })
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as TlsRow)
}
