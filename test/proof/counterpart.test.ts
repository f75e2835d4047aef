import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { concatBytes, fromHex, toBase64, toHex, utf8 } from '../../src/core/bytes.ts'
import { formatCheckpoint, verifyCheckpoint } from '../../src/proof/checkpoint.ts'
import { leafHash, merkleRoot } from '../../src/proof/merkle.ts'
import { consistencyPath, inclusionPath, type NodeLookup } from '../../src/proof/merkle-proof.ts'
import { formatNote } from '../../src/proof/signed-note.ts'
import { formatVerifierKey } from '../../src/proof/verifier-key.ts'
import { checkpointExamples } from './evil-checkpoints.ts'
import { noteExamples } from './evil-notes.ts'
import { consistencyExamples, inclusionExamples, referenceEntries } from './evil-paths.ts'
import { logSigner } from './evil-signers.ts'

/** Trees and notes by the Go project's own implementation; the test skips itself where it is not installed. */
const goModules = '/usr/share/gocode'
const hasGo =
  existsSync(join(goModules, 'src/golang.org/x/mod/sumdb/tlog')) && spawnSync('go', ['version']).status === 0

interface Answer {
  readonly Holds: boolean
  readonly Why: string
  readonly Note: string
  readonly Root: string
  readonly Include: readonly (readonly string[])[]
  readonly Begin: readonly (readonly string[])[]
}

function ask(questions: readonly object[]): readonly Answer[] {
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: goModules, GOFLAGS: '' }
  const program = join(import.meta.dirname, 'counterpart/main.go')
  const { status, stdout, stderr } = spawnSync('go', ['run', program], {
    env,
    input: JSON.stringify(questions),
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

const size = 70
const entries = Array.from({ length: size }, (_, i) => `entry ${i}`)
const leaves = entries.map(entry => leafHash(entry))
const lookup: NodeLookup = (level, index) =>
  merkleRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))

/** Signs as Go's note.NewSigner does: its secret is the seed behind the type byte. */
const seed = new Uint8Array(32).fill(7)
const log = logSigner('log.example')
const secret = `PRIVATE+KEY+log.example+${toHex(log.key.id)}+${toBase64(concatBytes(Uint8Array.of(1), seed))}`
const text = formatCheckpoint({ origin: 'log.example', size, root: merkleRoot(leaves), extensions: [] })

const wholeNumbers = (...values: readonly number[]) => values.every(Number.isSafeInteger)
const inclusions = inclusionExamples().filter(({ index, size }) => wholeNumbers(index, size))
const consistencies = consistencyExamples().filter(({ from, to }) => wholeNumbers(from, to) && from > 0)
/** Refused by what stands in a checkpoint, which a note's reader does not look at. */
const divided = checkpointExamples().filter(
  ({ failure }) => failure === null || failure === 'signature-wrong',
)
const notes = [...noteExamples(), ...divided].filter(({ note }) =>
  note.every(part => typeof part === 'string' && part.isWellFormed()),
)

describe.skipIf(!hasGo)('golang.org/x/mod/sumdb', () => {
  let grown: Answer | undefined
  let signed: Answer | undefined
  let opened: Answer | undefined
  let paths: readonly Answer[]
  let read: readonly Answer[]

  beforeAll(() => {
    const answers = ask([
      { kind: 'grow', entries: entries.map(entry => toHex(utf8(entry))) },
      { kind: 'sign', secret, text },
      {
        kind: 'open',
        note: formatNote({ text, signatures: [log.sign(text)] }),
        keys: [formatVerifierKey(log.key)],
      },
      ...inclusions.map(({ entry, leaf, ...claim }) => ({
        kind: 'include',
        leaf: entry === undefined ? leaf : toHex(leafHash(fromHex(entry))),
        ...claim,
      })),
      ...consistencies.map(({ fromRoot, toRoot, ...claim }) => ({
        kind: 'begin',
        oldRoot: fromRoot,
        newRoot: toRoot,
        ...claim,
      })),
      ...notes.map(({ note, keys }) => ({
        kind: 'open',
        note: note.join(''),
        keys: keys.filter(key => key.startsWith('log.example')),
      })),
    ])
    ;[grown, signed, opened] = answers
    paths = answers.slice(3, 3 + inclusions.length + consistencies.length)
    read = answers.slice(3 + paths.length)
    expect(read).toHaveLength(notes.length)
  }, 120_000)

  test('gives the same root and the same paths for the same entries', () => {
    expect(grown?.Root).toBe(toHex(merkleRoot(leaves)))
    for (let index = 0; index < size; index++) {
      expect(inclusionPath({ index, size }, lookup).map(toHex)).toEqual(grown?.Include[index])
      expect(consistencyPath({ from: index + 1, to: size }, lookup).map(toHex)).toEqual(grown?.Begin[index])
    }
  })

  test('reads what we sign, and we what it signs: byte for byte the same', () => {
    expect(opened).toMatchObject({ Holds: true })
    expect(signed?.Note).toBe(formatNote({ text, signatures: [log.sign(text)] }))
    expect(verifyCheckpoint(signed?.Note ?? '', [log.key])).toMatchObject({ size })
  })

  test('says of every hostile path what we say', () => {
    for (const [at, { name, failure }] of [...inclusions, ...consistencies].entries()) {
      const answer = paths[at]
      expect([name, answer?.Holds]).toEqual([name, failure === null])
    }
  })

  test('opens no note that we refuse, but for signatures that stand there twice, and keys that are trusted twice', () => {
    for (const [at, { name, failure, keys }] of notes.entries()) {
      const answer = read[at]
      const onlyByLog = keys.every(key => key.startsWith('log.example'))
      if (failure === null && onlyByLog) expect([name, answer?.Holds]).toEqual([name, true])
      if (failure !== null && answer?.Holds)
        expect(['signature-repeated', 'key-repeated'], name).toContain(failure)
    }
  })
})

describe('@sigstore/verify', () => {
  test('says of every whole hostile inclusion what we say', async () => {
    const { verifyMerkleInclusion } = await import('@sigstore/verify/dist/tlog/merkle.js')
    for (const { name, failure, entry, leaf, index, size, path, root } of inclusions) {
      const whole = referenceEntries.find(known => toHex(leafHash(fromHex(known))) === leaf) ?? entry
      if (whole === undefined || index < 0) continue
      const holds = () =>
        verifyMerkleInclusion(
          {
            canonicalizedBody: Buffer.from(whole, 'hex'),
            inclusionProof: { logIndex: String(index), hashes: path.map(hash => Buffer.from(hash, 'hex')) },
          } as never,
          { logSize: BigInt(size), logHash: Buffer.from(root, 'hex') } as never,
        )
      if (failure === null) expect(holds, name).not.toThrow()
      else expect(holds, name).toThrow()
    }
  })
})
