import { EnergywebError } from '../../core/errors.ts'
import { didYouMean } from '../nearest.ts'
import type { WrappedKey } from './sealed-header.ts'

/** An opener as it is asked for in a word of the command line. */
export type OpenerWord =
  | { readonly kind: 'passphrase' }
  | { readonly kind: 'pkcs11' }
  | { readonly kind: 'tpm'; readonly pcrs: string | undefined }
  | { readonly kind: 'systemd'; readonly with: Extract<WrappedKey, { kind: 'systemd' }>['with'] }

/** What can be said of an opener, for the help. */
export const openerWords = 'passphrase, pkcs11, tpm, tpm:sha256:7, systemd, systemd:host'

const systemdKeys = ['auto', 'host', 'tpm2', 'host+tpm2'] as const

/**
 * Reads `passphrase`, `pkcs11`, `tpm`, `tpm:sha256:7,16`, `systemd`, `systemd:host+tpm2`.
 * @throws EnergywebError `argument-invalid`
 */
export function parseOpener(given: string): OpenerWord {
  const [kind = '', rest] = [
    given.split(':', 1)[0],
    given.includes(':') ? given.slice(given.indexOf(':') + 1) : undefined,
  ]
  if ((kind === 'passphrase' || kind === 'pkcs11') && rest === undefined) return { kind }
  if (kind === 'tpm') return { kind, pcrs: rest === undefined ? undefined : readPcrs(rest) }
  if (kind === 'systemd') {
    const key = systemdKeys.find(one => one === (rest ?? 'auto'))
    if (key !== undefined) return { kind, with: key }
    throw refusal(given, `after systemd: comes one of ${systemdKeys.join(', ')}`)
  }
  const near = didYouMean(kind, ['passphrase', 'pkcs11', 'tpm', 'systemd'])
  throw refusal(given, `it is one of ${openerWords}${near}`)
}

/** A bank and its registers, 0 to 23. */
function readPcrs(given: string): string {
  const match = /^(?:(sha1|sha256|sha384|sha512):)?(\d{1,2}(?:,\d{1,2})*)$/.exec(given)
  const registers = match?.[2]?.split(',').map(Number) ?? []
  if (
    registers.length > 0 &&
    registers.every(register => register < 24) &&
    new Set(registers).size === registers.length
  )
    return `${match?.[1] ?? 'sha256'}:${registers.join(',')}`
  throw refusal(`tpm:${given}`, 'after tpm: come registers like sha256:7,16, each from 0 to 23')
}

function refusal(given: string, why: string): EnergywebError {
  return new EnergywebError('argument-invalid', `"${given}" opens nothing: ${why}`)
}
