import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { tlsPolicy } from '../connections/connection-fields.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { TlsPolicy } from '../core/tls-policy.ts'
import { flag, type OptionDefinition, text } from './command.ts'
import type { CommandIo } from './io.ts'

/** The options by which a command is told what a server must prove whose address stands on the command line. */
export const connectionOptions = {
  ca: text(
    'file',
    'PEM file of the authority behind a server that is named here, in place of those that the system knows',
  ),
  pin: text('sha256/…', "SHA-256 of the server's public key: in place of an authority, or with --ca on top"),
  crl: text('file', "PEM file of revocation lists, one of each authority of the server's chain"),
  clientCertificate: text('file', 'PEM file of the certificate that we show the server (mutual TLS)'),
  clientKey: text('file', 'PEM file of its private key'),
  lanHttp: flag('take plain HTTP from loopback and private addresses'),
} satisfies Readonly<Record<string, OptionDefinition<unknown>>>

/** What these options hold. */
export type ConnectionInput = {
  readonly [Name in keyof typeof connectionOptions]: ReturnType<(typeof connectionOptions)[Name]['read']>
}

const saidHere = 'said on the command line'

/**
 * The policy that the options come to; `required` where none is given.
 * @throws EnergywebError `argument-invalid` for options that don't go together; `secret-unavailable`
 */
export async function connectionPolicy(given: ConnectionInput, io: CommandIo): Promise<TlsPolicy> {
  const { ca, pin, crl, clientCertificate: certificate, clientKey, lanHttp } = given
  const file = (path: string | undefined) => (path === undefined ? undefined : resolve(io.cwd, path))
  const key = clientKey === undefined ? undefined : await readKey(clientKey, io)
  const proofs = { ca: file(ca), pin, crl: file(crl), certificate: file(certificate), key }
  const proof = Object.fromEntries(Object.entries(proofs).filter(([, value]) => value !== undefined))
  const isProven = Object.keys(proof).length > 0
  if (lanHttp && isProven) {
    throw new EnergywebError('argument-invalid', 'plain HTTP proves nothing: --lan-http stands alone')
  }
  if (lanHttp) return { allow: 'lan-http', reason: saidHere }
  const read = tlsPolicy().safeParse(isProven ? proof : 'required')
  if (read.success) return read.data
  throw new EnergywebError('argument-invalid', flawOf(proof), {
    hint: 'See docs/tls.md: --ca, --pin and --crl, and --client-certificate with --client-key.',
  })
}

/** The same as it is written for a network of a configuration; `place` makes a file's path what stands there. */
export function writtenTls(given: ConnectionInput, place: (file: string) => string) {
  const { ca, pin, crl, clientCertificate, clientKey, lanHttp } = given
  if (lanHttp) return { allow: 'lan-http', reason: saidHere }
  const written = {
    ...(ca !== undefined && { ca: place(ca) }),
    ...(pin !== undefined && { pin }),
    ...(crl !== undefined && { crl: place(crl) }),
    ...(clientCertificate !== undefined && { certificate: place(clientCertificate) }),
    ...(clientKey !== undefined && { key: { file: place(clientKey) } }),
  }
  return Object.keys(written).length === 0 ? undefined : written
}

/** In words of the command line, where the schema has those of a configuration. */
function flawOf({ pin, certificate, key }: Readonly<Record<string, string | undefined>>): string {
  if ((certificate === undefined) !== (key === undefined)) {
    return '--client-certificate and --client-key belong together'
  }
  if (pin !== undefined && !/^sha256\/[A-Za-z0-9+/]{43}=$/.test(pin)) {
    return '--pin is no SHA-256 of a public key, like sha256/ and 44 characters of base64'
  }
  return '--crl is a list of an authority, and --pin alone looks at none: give --ca too'
}

async function readKey(path: string, io: CommandIo): Promise<string> {
  try {
    const key = await readFile(resolve(io.cwd, path), 'utf8')
    io.hide(key)
    return key
  } catch (cause) {
    throw new EnergywebError('secret-unavailable', `--client-key can't be read: ${messageOf(cause)}`, {
      hint: 'It is a PEM file without a password.',
      cause,
    })
  }
}
