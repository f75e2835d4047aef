import { concatBytes, toBase64, toHex } from '../../src/core/bytes.ts'
import type { ProofFailure } from '../../src/proof/proof-failure.ts'
import { formatVerifierKey } from '../../src/proof/verifier-key.ts'
import { type Division, divisions } from './evil-ed25519.ts'
import type { NoteExample } from './evil-notes.ts'
import { consistencyExamples } from './evil-paths.ts'
import {
  dividingLogSigner,
  dividingWitnessSigner,
  type ExampleSigner,
  logSigner,
  rawLine,
  witnessSigner,
} from './evil-signers.ts'

/** Two checkpoints of a log, and the path by which the later one is to begin with the earlier one; hashes in hex. */
export interface SuccessionExample {
  readonly name: string
  readonly failure: ProofFailure | null
  readonly known: { readonly origin: string; readonly size: number; readonly root: string }
  readonly next: { readonly origin: string; readonly size: number; readonly root: string }
  readonly path: readonly string[]
}

const origin = 'log.example'
const log = logSigner(origin)
const root = toBase64(new Uint8Array(32).fill(9))
const keys = [formatVerifierKey(log.key)]

/** An example of each way in which verifiers of Ed25519 differ. */
function divided(signerOf: (division: Division) => ExampleSigner, text: string): readonly NoteExample[] {
  return (Object.keys(divisions) as Division[]).map(division => {
    const signer = signerOf(division)
    const note = signer.key.type === 'ed25519' ? noteOf(text, signer) : noteOf(text, log, signer)
    const failure = divisions[division] ? null : 'signature-wrong'
    return { name: division, failure, note, keys: [formatVerifierKey(signer.key)] }
  })
}

const noteOf = (text: string, ...signers: readonly ExampleSigner[]) => [
  `${text}\n${signers.map(signer => rawLine(signer.sign(text))).join('')}`,
]

export function checkpointExamples(): readonly NoteExample[] {
  const other = logSigner('other.example', 5)
  const texts: readonly (readonly [string, ProofFailure | null, string])[] = [
    ['a checkpoint', null, `${origin}\n42\n${root}\n`],
    ['of the empty tree', null, `${origin}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`],
    ['of the largest size', null, `${origin}\n9007199254740991\n${root}\n`],
    ['with extension lines', null, `${origin}\n42\n${root}\none\ntwo\n`],
    ['two lines', 'checkpoint-incomplete', `${origin}\n42\n`],
    ['one line', 'checkpoint-incomplete', `${origin}\n`],
    ['empty origin', 'origin-invalid', `\n42\n${root}\n`],
    ['space in the origin', 'origin-invalid', `log example\n42\n${root}\n`],
    ['plus in the origin', 'origin-invalid', `log+example\n42\n${root}\n`],
    ['leading zero', 'size-not-canonical', `${origin}\n042\n${root}\n`],
    ['many leading zeros', 'size-not-canonical', `${origin}\n${'0'.repeat(10_000)}42\n${root}\n`],
    ['sign', 'size-not-canonical', `${origin}\n+42\n${root}\n`],
    ['below zero', 'size-not-canonical', `${origin}\n-1\n${root}\n`],
    ['exponent', 'size-not-canonical', `${origin}\n4e1\n${root}\n`],
    ['hexadecimal', 'size-not-canonical', `${origin}\n0x2a\n${root}\n`],
    ['fraction', 'size-not-canonical', `${origin}\n42.0\n${root}\n`],
    ['space behind the size', 'size-not-canonical', `${origin}\n42 \n${root}\n`],
    ['digits of another script', 'size-not-canonical', `${origin}\n٤٢\n${root}\n`],
    ['empty size', 'size-not-canonical', `${origin}\n\n${root}\n`],
    ['size of 2^53', 'size-too-large', `${origin}\n9007199254740992\n${root}\n`],
    ['size of 2^64', 'size-too-large', `${origin}\n18446744073709551616\n${root}\n`],
    ['size of ten thousand digits', 'size-too-large', `${origin}\n${'9'.repeat(10_000)}\n${root}\n`],
    ['short root', 'root-invalid', `${origin}\n42\nCQkJ\n`],
    ['long root', 'root-invalid', `${origin}\n42\n${toBase64(new Uint8Array(33))}\n`],
    ['empty root', 'root-invalid', `${origin}\n42\n\nmore\n`],
    ['root in base64url', 'root-invalid', `${origin}\n42\n${root.replace(/^./, '-')}\n`],
    ['root without padding', 'root-invalid', `${origin}\n42\n${root.replace(/=+$/, '')}\n`],
    ['root with set unused bits', 'root-invalid', `${origin}\n42\n${root.replace(/k=$/, 'l=')}\n`],
    ['root in hex', 'root-invalid', `${origin}\n42\n${toHex(new Uint8Array(32).fill(9))}\n`],
    ['empty extension line', 'extension-empty', `${origin}\n42\n${root}\none\n\ntwo\n`],
  ]
  return [
    ...texts.map(([name, failure, text]) => ({ name, failure, note: noteOf(text, log), keys })),
    {
      name: 'another log, signed by a trusted one',
      failure: 'origin-not-signed',
      note: noteOf(`other.example\n42\n${root}\n`, log),
      keys,
    },
    {
      name: 'signed by its log alone, whom nobody trusts',
      failure: 'signer-unknown',
      note: noteOf(`other.example\n42\n${root}\n`, other),
      keys,
    },
    ...divided(division => dividingLogSigner(origin, division), `${origin}\n42\n${root}\n`),
  ]
}

export function successionExamples(): readonly SuccessionExample[] {
  const [good] = consistencyExamples()
  if (good === undefined) return []
  const [known, next] = [
    { origin, size: good.from, root: good.fromRoot },
    { origin, size: good.to, root: good.toRoot },
  ]
  const forged = toHex(new Uint8Array(32).fill(1))
  const { path } = good
  return [
    { name: 'a log that went on', failure: null, known, next, path },
    { name: 'nothing new', failure: null, known, next: known, path: [] },
    { name: 'replayed: older than what is known', failure: 'rolled-back', known: next, next: known, path },
    {
      name: 'another root of the same size',
      failure: 'forked',
      known,
      next: { ...known, root: forged },
      path: [],
    },
    { name: 'another past', failure: 'old-root-differs', known: { ...known, root: forged }, next, path },
    {
      name: 'another log',
      failure: 'origin-differs',
      known,
      next: { ...next, origin: 'other.example' },
      path,
    },
    { name: 'no path', failure: 'path-too-short', known, next, path: [] },
  ]
}

const seconds = 1_700_000_000

export function cosignatureExamples(): readonly NoteExample[] {
  const witnesses = [1, 2].map(byte =>
    witnessSigner(`witness${byte}.example`, { byte, time: seconds + byte }),
  )
  const [one = log, two = log] = witnesses
  const trusted = witnesses.map(({ key }) => formatVerifierKey(key))
  const text = `${origin}\n42\n${root}\nmore\n`
  const line = one.sign(text)
  const withLine = (changes: Partial<typeof line>) => [
    `${noteOf(text, log).join('')}${rawLine({ ...line, ...changes })}`,
  ]
  const at = (time: bigint) => {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setBigUint64(0, time)
    return concatBytes(bytes, line.signature.slice(8))
  }
  const twin = formatVerifierKey(witnessSigner('twin.example', { byte: 1, time: seconds }).key)
  const bare = { ...one.key, type: 'ed25519' } as const
  const rows: readonly (readonly [string, ProofFailure | null, NoteExample['note'], string[]?])[] = [
    ['two witnesses', null, noteOf(text, log, one, two)],
    ['nobody', null, noteOf(text, log)],
    ['a witness that is not trusted', null, noteOf(text, log, one), trusted.slice(1)],
    ['another time', 'signature-wrong', withLine({ signature: at(BigInt(seconds)) })],
    [
      'of another checkpoint',
      'signature-wrong',
      withLine({ signature: one.sign(`${origin}\n43\n${root}\n`).signature }),
    ],
    [
      'of the checkpoint without its extension',
      'signature-wrong',
      withLine({ signature: one.sign(`${origin}\n42\n${root}\n`).signature }),
    ],
    [
      'a plain signature of the checkpoint behind a time',
      'signature-wrong',
      withLine({
        signature: concatBytes(line.signature.slice(0, 8), logSigner(origin, 1).sign(text).signature),
      }),
    ],
    ['no time', 'signature-bytes-invalid', withLine({ signature: line.signature.slice(8) })],
    ['seven bytes', 'signature-bytes-invalid', withLine({ signature: line.signature.slice(0, 7) })],
    ['a time alone', 'signature-bytes-invalid', withLine({ signature: line.signature.slice(0, 8) })],
    ['a time of 2^53', 'cosignature-time-invalid', withLine({ signature: at(2n ** 53n) })],
    ['the latest time of all', 'cosignature-time-invalid', withLine({ signature: at(2n ** 64n - 1n) })],
    [
      'one witness twice',
      'signature-repeated',
      [
        `${noteOf(text, log, one).join('')}${rawLine(witnessSigner('witness1.example', { byte: 1, time: seconds }).sign(text))}`,
      ],
    ],
    ['one witness trusted twice', 'key-repeated', noteOf(text, log, one), [...trusted, trusted[0] ?? '']],
    ['one witness under two names', 'key-repeated', noteOf(text, log, one), [...trusted, twin]],
    ["the log's key as a witness", 'key-type-wrong', noteOf(text, log), keys],
    [
      "a witness's key of the type of a log's",
      'key-id-differs',
      noteOf(text, log, one),
      [formatVerifierKey(bare)],
    ],
    ['not a checkpoint', 'checkpoint-incomplete', noteOf('A text.\n', one)],
  ]
  return [
    ...rows.map(([name, failure, note, given = trusted]) => ({ name, failure, note, keys: given })),
    ...divided(division => dividingWitnessSigner('witness1.example', division, seconds), text),
  ]
}
