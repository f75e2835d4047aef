import { p256 } from '@noble/curves/nist.js'
import { concatBytes, toBase64, toHex } from '../../src/core/bytes.ts'
import type { ProofFailure } from '../../src/proof/proof-failure.ts'
import { formatVerifierKey } from '../../src/proof/verifier-key.ts'
import { ecdsaSigner, logSigner, rawKey, rawLine, spkiPrefix, witnessSigner } from './evil-signers.ts'

/** A note in JSON; a part that is an object is a text many times over. */
export interface NoteExample {
  readonly name: string
  readonly failure: ProofFailure | null
  readonly note: readonly (string | { readonly of: string; readonly times: number })[]
  /** Verifier keys that are trusted. */
  readonly keys: readonly string[]
}

export interface KeyExample {
  readonly name: string
  readonly failure: ProofFailure | null
  readonly key: string
}

const log = logSigner('log.example')
const hardware = ecdsaSigner('hardware.example')
const witness = witnessSigner('witness.example', { byte: 1, time: 1_700_000_000 })

const typed = (type: number, bytes: Uint8Array) => concatBytes(Uint8Array.of(type), bytes)

function rawEcdsaKey(spki: Uint8Array): string {
  return rawKey('hardware.example', typed(2, spki), spki)
}

export function keyExamples(): readonly KeyExample[] {
  const good = formatVerifierKey(log.key)
  const [name = '', id = '', material = ''] = good.split('+', 3)
  const { publicKey } = log.key
  const identity = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0))
  const spki = hardware.key.publicKey
  const compressed = p256.getPublicKey(new Uint8Array(32).fill(8), true)
  const offCurve = spki.map((byte, i) => (i === spki.length - 1 ? byte ^ 1 : byte))
  const otherCurve = spki.map((byte, i) => (i === 22 ? 6 : byte))
  const rows: readonly (readonly [string, ProofFailure | null, string])[] = [
    ['Ed25519', null, 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['ECDSA P-256', null, formatVerifierKey(hardware.key)],
    ['witness', null, formatVerifierKey(witness.key)],
    ['nothing', 'key-malformed', ''],
    ['two parts', 'key-malformed', `${name}+${id}`],
    ['upper-case id', 'key-malformed', `${name}+${id.toUpperCase()}+${material}`],
    ['short id', 'key-malformed', `${name}+${id.slice(1)}+${material}`],
    ['line feed behind it', 'key-malformed', `${good}\n`],
    ['carriage return behind it', 'base64-invalid', `${good}\r`],
    ['longer than any key', 'key-malformed', `${'n'.repeat(1_000)}+${id}+${material}`],
    ['no name', 'key-name-invalid', `+${id}+${material}`],
    ['space in the name', 'key-name-invalid', rawKey('log example', typed(1, publicKey))],
    ['no-break space in the name', 'key-name-invalid', rawKey('log\u00a0example', typed(1, publicKey))],
    ['control character in the name', 'key-name-invalid', rawKey('log\u0007example', typed(1, publicKey))],
    ['lone surrogate in the name', 'key-name-invalid', rawKey('log\ud800', typed(1, publicKey))],
    ['base64 without padding', 'base64-invalid', formatVerifierKey(hardware.key).replace(/=+$/, '')],
    ['base64url', 'base64-invalid', `${name}+${id}+${'-'.repeat(44)}`],
    ['id of another key', 'key-id-differs', `${name}+00000000+${material}`],
    ['name of another key', 'key-id-differs', `other.example+${id}+${material}`],
    ['type changed to that of a witness', 'key-id-differs', `${name}+${id}+${toBase64(typed(4, publicKey))}`],
    ['ML-DSA', 'key-type-unknown', rawKey(name, typed(6, publicKey))],
    ['private type', 'key-type-unknown', rawKey(name, typed(0xff, publicKey))],
    ['short Ed25519 key', 'key-bytes-invalid', rawKey(name, typed(1, publicKey.slice(1)))],
    ['Ed25519 key of small order', 'key-bytes-invalid', rawKey(name, typed(1, identity))],
    ['Ed25519 key that is no point', 'key-bytes-invalid', rawKey(name, typed(1, new Uint8Array(32).fill(2)))],
    ['Ed25519 key not reduced', 'key-bytes-invalid', rawKey(name, typed(1, new Uint8Array(32).fill(0xff)))],
    ['witness key of small order', 'key-bytes-invalid', rawKey(name, typed(4, identity))],
    ['bare P-256 point', 'key-bytes-invalid', rawEcdsaKey(spki.slice(spkiPrefix.length))],
    ['compressed P-256 point', 'key-bytes-invalid', rawEcdsaKey(concatBytes(spkiPrefix, compressed))],
    ['P-256 point off the curve', 'key-bytes-invalid', rawEcdsaKey(offCurve)],
    ['key of another curve', 'key-bytes-invalid', rawEcdsaKey(otherCurve)],
    ['bytes behind a P-256 key', 'key-bytes-invalid', rawEcdsaKey(concatBytes(spki, Uint8Array.of(0)))],
  ]
  return rows.map(([called, failure, key]) => ({ name: called, failure, key }))
}

const text = 'A text.\n\nWith an empty line in it.\n'
const keys = [log.key, hardware.key].map(formatVerifierKey)
const signed = (...lines: readonly string[]) => [`${text}\n${lines.join('')}`]
const logLine = rawLine(log.sign(text))
const hardwareLine = rawLine(hardware.sign(text))
const stranger = rawLine(logSigner('stranger.example', 9).sign(text))

export function noteExamples(): readonly NoteExample[] {
  const rows: readonly (readonly [string, ProofFailure | null, NoteExample['note'], string[]?])[] = [
    ['signed by Ed25519', null, signed(logLine)],
    ['signed by ECDSA', null, signed(hardwareLine)],
    ['signed by both and a stranger', null, signed(stranger, logLine, hardwareLine)],
    ['longer than any note', 'note-too-long', [{ of: 'a', times: 1_000_001 }, '\n\n', logLine]],
    ['no line feed at the end', 'text-unterminated', [signed(logLine).join('').slice(0, -1)]],
    ['nothing', 'text-unterminated', ['']],
    ['lone surrogate', 'text-ill-formed', [`\ud800${text}\n${logLine}`]],
    ['carriage returns', 'control-character', [`${text}\n${logLine}`.replaceAll('\n', '\r\n')]],
    ['carriage return behind the signature', 'control-character', [`${text}\n${logLine.trimEnd()}\r\n`]],
    ['tabulator', 'control-character', [`\t${text}\n${logLine}`]],
    ['NUL', 'control-character', [`A\u0000text\n\n${logLine}`]],
    ['no empty line', 'separator-missing', [`A text.\n${logLine}`]],
    ['empty text', 'text-empty', [`\n\n${logLine}`]],
    ['no signatures', 'signatures-missing', [`${text}\n`]],
    ['empty line behind the signatures', 'signatures-missing', [`${text}\n${logLine}\n`]],
    ['empty line between the signatures', 'signer-unknown', [`${text}\n${logLine}\n${stranger}`]],
    ['too many signatures', 'signatures-too-many', [`${text}\n`, { of: stranger, times: 101 }]],
    ['hyphen in place of the dash', 'signature-malformed', signed(logLine.replace('—', '-'))],
    ['two spaces', 'signature-malformed', signed(logLine.replace('— ', '—  '))],
    ['something behind the base64', 'signature-malformed', signed(`${logLine.trimEnd()} more\n`)],
    ['no base64', 'signature-malformed', signed('— log.example \n')],
    ['plus in the name', 'key-name-invalid', signed(logLine.replace('log.example', 'log+example'))],
    ['no-break space in the name', 'key-name-invalid', signed(logLine.replace('log.', 'log\u00a0'))],
    ['base64 without padding', 'base64-invalid', signed('— log.example AAAAAAA\n')],
    ['base64 with set unused bits', 'base64-invalid', signed('— log.example AAAAAAB=\n')],
    ['base64url', 'base64-invalid', signed('— log.example AAAA-_8=\n')],
    ['padding in the middle', 'base64-invalid', signed('— log.example AAA=AAAA\n')],
    ['no signature behind the key id', 'signature-too-short', signed('— log.example AAAAAA==\n')],
    ['the same signature twice', 'signature-repeated', signed(logLine, logLine)],
    ['two signatures of a stranger', 'signature-repeated', signed(logLine, stranger, stranger)],
    ...signatureRows(),
  ]
  return rows.map(([name, failure, note, trusted = keys]) => ({ name, failure, note, keys: trusted }))
}

type Row = readonly [string, ProofFailure, NoteExample['note'], string[]?]

function signatureRows(): readonly Row[] {
  const other = log.sign('Another text.\n')
  const ours = log.sign(text)
  const theirs = hardware.sign(text)
  const changed = (signature: Uint8Array, at: number) =>
    rawLine({ ...ours, signature: signature.map((byte, i) => (i === at ? byte ^ 1 : byte)) })
  const ecdsa = (signature: Uint8Array) => signed(rawLine({ ...theirs, signature }))
  const plain = p256.Signature.fromBytes(theirs.signature, 'der').toBytes('compact')
  const [tag = 0, length = 0, ...rest] = theirs.signature
  return [
    ['signature of another text', 'signature-wrong', signed(rawLine(other))],
    ['one letter of the text changed', 'signature-wrong', [`${text.replace('text', 'test')}\n${logLine}`]],
    ['one bit of R changed', 'signature-wrong', signed(changed(ours.signature, 3))],
    ['one bit of S changed', 'signature-wrong', signed(changed(ours.signature, 40))],
    ['a good signature beside a wrong one', 'signature-wrong', signed(hardwareLine, rawLine(other))],
    [
      'S above the order of the group',
      'signature-wrong',
      signed(rawLine({ ...ours, signature: malleated(ours.signature) })),
    ],
    [
      'R not reduced',
      'signature-wrong',
      signed(rawLine({ ...ours, signature: ours.signature.map((byte, i) => (i < 32 ? 0xff : byte)) })),
    ],
    ['zeros', 'signature-wrong', signed(rawLine({ ...ours, signature: new Uint8Array(64) }))],
    [
      'short Ed25519 signature',
      'signature-bytes-invalid',
      signed(rawLine({ ...ours, signature: ours.signature.slice(1) })),
    ],
    [
      'bytes behind an Ed25519 signature',
      'signature-bytes-invalid',
      signed(rawLine({ ...ours, signature: concatBytes(ours.signature, Uint8Array.of(0)) })),
    ],
    ['ECDSA signature of another text', 'signature-wrong', signed(rawLine(hardware.sign('Another text.\n')))],
    ['ECDSA signature without DER', 'signature-bytes-invalid', ecdsa(plain)],
    [
      'byte behind an ECDSA signature',
      'signature-bytes-invalid',
      ecdsa(concatBytes(theirs.signature, Uint8Array.of(0))),
    ],
    [
      'ECDSA signature with a long length',
      'signature-bytes-invalid',
      ecdsa(Uint8Array.from([tag, 0x81, length, ...rest])),
    ],
    ['ECDSA signature with a leading zero', 'signature-bytes-invalid', ecdsa(padded(theirs.signature))],
    ['ECDSA signature cut short', 'signature-bytes-invalid', ecdsa(theirs.signature.slice(0, -1))],
    ['ECDSA signature of zeros', 'signature-bytes-invalid', ecdsa(Uint8Array.of(0x30, 6, 2, 1, 0, 2, 1, 0))],
    ['signed by a stranger', 'signer-unknown', signed(stranger)],
    ['known name, another id', 'signer-unknown', signed(rawLine({ ...ours, keyId: new Uint8Array(4) }))],
    ['known id, another name', 'signer-unknown', signed(rawLine({ ...ours, name: 'other.example' }))],
    ['nobody is trusted', 'signer-unknown', signed(logLine), []],
    ['the same key trusted twice', 'key-repeated', signed(logLine), [...keys, keys[0] ?? '']],
    [
      'the same key under two names',
      'key-repeated',
      signed(logLine),
      [...keys, formatVerifierKey(logSigner('twin.example').key)],
    ],
    [
      "a witness's key in place of a log's",
      'key-type-wrong',
      signed(rawLine(witness.sign(text))),
      [formatVerifierKey(witness.key)],
    ],
  ]
}

/** The same signature with S + L in place of S, which laxer verifiers take. */
function malleated(signature: Uint8Array): Uint8Array {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const s = BigInt(`0x${toHex(signature.slice(32).reverse())}`) + order
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => Number((s >> BigInt(8 * i)) & 0xffn))
  return concatBytes(signature.slice(0, 32), bytes)
}

/** A DER signature whose r has one zero byte too many. */
function padded(signature: Uint8Array): Uint8Array {
  const [tag = 0, length = 0, integer = 0, bytes = 0, ...rest] = signature
  return Uint8Array.from([tag, length + 1, integer, bytes + 1, 0, ...rest])
}
