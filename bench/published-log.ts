/**
 * A log of a million entries is published, published again with little that is new, and followed; once. Against it: SHA-256
 * of the same entries in a loop, which nobody can do without. The log is written straight into its tables: appending is
 * another figure.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ed25519 } from '@noble/curves/ed25519.js'
import { concatBytes, toBase64url, utf8 } from '../src/core/bytes.ts'
import { encodeEntry } from '../src/core/entry.ts'
import type { Signer } from '../src/core/signer.ts'
import { signCheckpoint } from '../src/proof/checkpoint.ts'
import { nobleHashes } from '../src/proof/hashes.ts'
import { appendLeaf, emptyFrontier, type Frontier, frontierRoot, leafHash } from '../src/proof/merkle.ts'
import { verifierKeyOf } from '../src/proof/verifier-key.ts'
import { folderFiles, followLog, publishLog } from '../src/publishing/index.ts'
import { databaseName, openLog, openLogReader, sha256 } from '../src/storage/index.ts'
import { hashAll } from './counterpart-check.ts'
import { boundRow, type FigureResult, ratioRow } from './figure.ts'

const hashes = { ...nobleHashes, sha256 }
const origin = 'bench.example/log'
const secret = new Uint8Array(32).fill(7)
const signer: Signer = {
  algorithms: ['ed25519'],
  publicKey: () => ed25519.getPublicKey(secret),
  sign: async data => ed25519.sign(data, secret),
}
const streams = Array.from({ length: 10 }, (_, i) => toBase64url(new Uint8Array(16).fill(i)))

/** Writes entries of ten streams into the tables of a log, signed at some sizes. */
class FilledLog {
  readonly #database: DatabaseSync
  readonly #ends = streams.map((): string | null => null)
  #frontier: Frontier = emptyFrontier

  constructor(folder: string) {
    this.#database = new DatabaseSync(join(folder, databaseName))
  }

  async fill(size: number): Promise<void> {
    const insert = this.#database.prepare(
      'INSERT INTO entries (id, stream, sequence, kind, text, hashes) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#database.exec('BEGIN')
    for (let index = this.#frontier.size; index < size; index++) {
      const which = index % streams.length
      const sequence = Math.floor(index / streams.length)
      const kind = sequence === 0 ? 'opening' : 'reading'
      const text = encodeEntry({
        kind,
        stream: streams[which] ?? '',
        sequence,
        previous: this.#ends[which] ?? null,
        at: 1_714_550_400_000 + index,
        document: { hash: toBase64url(hashes.sha256(utf8(String(index)))) },
        schema: `${kind}/1`,
      })
      const leaf = leafHash(text, hashes)
      const { frontier, completed } = appendLeaf(this.#frontier, leaf, hashes)
      this.#frontier = frontier
      this.#ends[which] = toBase64url(leaf)
      insert.run(index, which + 1, sequence, kind, text, concatBytes(leaf, ...completed))
    }
    const root = frontierRoot(this.#frontier, hashes)
    const note = await signCheckpoint({ origin, size, root, extensions: [] }, signer)
    this.#database.prepare('INSERT INTO checkpoints (size, note) VALUES (?, ?)').run(size, note)
    this.#database.prepare('UPDATE head SET size = ?, root = ?').run(size, root)
    this.#database.exec('COMMIT')
  }

  texts(limit: number): string[] {
    const rows = this.#database.prepare('SELECT text FROM entries ORDER BY id LIMIT ?').all(limit)
    return rows.map(row => String(row.text))
  }

  close(): void {
    this.#database.close()
  }
}

/** Runs it; answers seconds, and the most memory above what there was before, in MB. */
async function measured(run: () => Promise<unknown>): Promise<{ seconds: number; megabytes: number }> {
  const before = process.memoryUsage.rss()
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, 20)
  const start = performance.now()
  await run()
  clearInterval(timer)
  return { seconds: (performance.now() - start) / 1_000, megabytes: (most - before) / 2 ** 20 }
}

/** Publishing and following a log of so many entries. */
export async function publishedLogFigure(entries = 1_000_000): Promise<readonly FigureResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-bench-'))
  const [data, target, state] = ['data', 'public', 'state'].map(name => join(folder, name))
  if (data === undefined || target === undefined || state === undefined) throw new Error('three folders')
  try {
    await (await openLog({ folder: data })).close()
    const log = new FilledLog(data)
    await log.fill(entries)
    const publish = async () => {
      const reader = openLogReader({ folder: data })
      await publishLog(reader, target).finally(() => reader.close())
    }
    const sample = Math.min(entries, 100_000)
    const loop = hashAll(log.texts(sample))
    const first = await measured(publish)
    await log.fill(entries + 100)
    const second = await measured(publish)
    const key = verifierKeyOf(origin, signer.publicKey('ed25519'))
    const { signal } = new AbortController()
    const follow = () => followLog(folderFiles(target), { key, state, signal })
    const followed = await measured(follow)
    log.close()
    const of = `log of ${entries.toLocaleString('en')} entries`
    const theirs = sample / loop
    return [
      ratioRow(`${of}: published`, {
        ours: entries / first.seconds,
        theirs,
        unit: 'entries/s',
        goal: 0.05,
        better: 'more',
      }),
      boundRow(`${of}: memory that publishing takes`, { value: first.megabytes, unit: 'MB', goal: 200 }),
      boundRow(`${of}: 100 new entries published`, { value: second.seconds * 1_000, unit: 'ms', goal: 250 }),
      ratioRow(`${of}: followed`, {
        ours: entries / followed.seconds,
        theirs,
        unit: 'entries/s',
        goal: 0.03,
        better: 'more',
      }),
      boundRow(`${of}: memory that following takes`, { value: followed.megabytes, unit: 'MB', goal: 200 }),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
