/*
 * What IPFS costs in a long log: `ipfs export`, `ipfs import`, `prove` of one entry and `log check` with a pin for each content,
 * each in a process of its own, by time and by memory. Two logs, one ten times as long: what is linear takes ten times as long.
 * Writing the log takes longest.
 *
 *   npx node bench/ipfs.ts                100,000 and 10,000 entries
 *   npx node bench/ipfs.ts 1000000        so many, and a tenth of it
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { ed25519Signer } from '../src/keys/ed25519-signer.ts'
import { verifierKey } from '../src/keys/index.ts'
import { openLog } from '../src/storage/index.ts'
import { boundRow, type FigureResult, ratioRow } from './figure.ts'

const origin = 'bench.example/roof'
const minute = 60_000
const from = Date.parse('2024-05-01T00:00:00Z')
/** Fewer than a folder of a day takes, files for records and raw bytes together. */
const readingsADay = 1_440

const encoder = new TextEncoder()

/** What a small device answers. */
function reading(n: number) {
  const measuredAt = from + n * minute
  return {
    channel: 'export' as const,
    kind: 'counter' as const,
    energy: BigInt(n) * 3_600_000n,
    fraction: '',
    measuredAt,
    receivedAt: measuredAt + 250,
    device: { manufacturer: 'ACME', model: 'M', serial: 'S-1' },
    provenance: 'bench',
    raw: {
      bytes: encoder.encode(`{"meter":"S-1","at":${measuredAt},"wattHours":${n},"power":60}`),
      mediaType: 'application/json',
    },
  }
}

/** A log of so many readings, a minute each, of which a remote of IPFS has each record and each answer; answers the key by which it is signed. */
export async function writePinnedLog(folder: string, count: number): Promise<string> {
  let now = from
  const clock = { now: () => now, monotonic: () => 0, after: () => () => undefined }
  const log = await openLog({ folder, clock })
  await log.openStream({ name: 'roof', source: 'bench' })
  const line = 'roof/node'
  const content = ['raw', 'documents'] as const
  await log.openPins({ line, stream: 'roof', ledger: 'node', content })
  for (let n = 1; n <= count; n += readingsADay) {
    const some = Array.from({ length: Math.min(readingsADay, count - n + 1) }, (_, i) => reading(n + i))
    now = some.at(-1)?.receivedAt ?? now
    await log.record('roof', some, { resolution: 0n, opening: 'zero' })
    for (let looked = 500; looked === 500; ) looked = await log.gatherPins(line, 500)
    for (;;) {
      const wanted = await log.pinsUnderWay(line, 5_000)
      if (wanted.length === 0) break
      await log.recordPins(
        line,
        wanted.map(({ cid }) => ({ cid, state: 'pinned' as const })),
      )
    }
    await log.settlePins(line)
  }
  const signer = ed25519Signer(new Uint8Array(32).fill(7))
  await log.checkpoint({ origin, signer })
  await log.close()
  return verifierKey(origin, signer.publicKey('ed25519'))
}

interface Run {
  /** Seconds of CPU, so that what else the machine does counts less. */
  readonly seconds: number
  /** Megabytes that the process had at most. */
  readonly megabytes: number
}

const bin = resolve(import.meta.dirname, '../bin/energyweb.js')
/** Written by the process itself at its end: what it took of the CPU, and of memory at most. */
const told = `import { writeFileSync } from 'node:fs'
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  writeFileSync('usage.json', JSON.stringify({ seconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }))
})`

/** Runs a command in a process of its own. @throws Error when it does not end well */
function run(folder: string, ...words: readonly string[]): Run {
  const hook = `data:text/javascript,${encodeURIComponent(told)}`
  const ended = spawnSync(process.execPath, ['--import', hook, bin, ...words], {
    ...{ cwd: folder, encoding: 'utf8', env: { ...process.env, ENERGYWEB_SOURCE: '1' } },
    maxBuffer: 2 ** 26,
  })
  if (ended.status !== 0) throw new Error(`${words.join(' ')}: ${ended.stdout}${ended.stderr}`)
  return JSON.parse(readFileSync(join(folder, 'usage.json'), 'utf8'))
}

interface Measured {
  readonly entries: number
  readonly runs: Readonly<Record<string, Run>>
}

async function measure(entries: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-bench-'))
  try {
    const start = performance.now()
    const key = await writePinnedLog(folder, entries)
    process.stderr.write(
      `${entries} entries written in ${Math.round((performance.now() - start) / 1_000)} s\n`,
    )
    const middle = from + Math.floor(entries / 2) * minute
    const [after, upTo] = [middle, middle + minute].map(at => new Date(at).toISOString())
    const car = ['roof.car', '--limit', '1000 GiB'] as const
    const proof = ['--from', String(after), '--to', String(upTo), '--key', key, '--out', 'one.json']
    const runs = {
      'ipfs export': run(folder, 'ipfs', 'export', '--data', '.', '--out', car[0]),
      'ipfs import, compared with the log': run(folder, 'ipfs', 'import', ...car, '--data', '.'),
      'ipfs validate of one entry': run(
        folder,
        'ipfs',
        'validate',
        'roof/9',
        '--data',
        '.',
        '--from',
        car[0],
      ),
      'prove one entry': run(folder, 'prove', 'roof', '--data', '.', ...proof),
      'log check, with pins': run(folder, 'log', 'check', '--data', '.'),
    }
    return { entries, runs }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What a log costs that is ten times as long, entry by entry; of `prove` and `validate` as a whole. */
export async function ipfsFigure(entries = 100_000): Promise<readonly FigureResult[]> {
  const [short, long] = [await measure(entries / 10), await measure(entries)]
  return Object.entries(long.runs).flatMap(([name, { seconds, megabytes }]) => {
    const before = short.runs[name] ?? { seconds: Number.NaN, megabytes: Number.NaN }
    const isOfOne = name.includes('one entry')
    const [ours, theirs] = isOfOne
      ? [seconds, before.seconds]
      : [(seconds / long.entries) * 1e6, (before.seconds / short.entries) * 1e6]
    const of = `${name}, ${long.entries.toLocaleString('en')} entries against ${short.entries.toLocaleString('en')}`
    const unit = isOfOne ? 's CPU' : 'µs CPU an entry'
    return [
      ratioRow(of, { ours, theirs, unit, goal: isOfOne ? 3 : 1.3, better: 'less' }),
      boundRow(`${of}: memory`, { value: megabytes, unit: 'MB', goal: 400 }),
    ]
  })
}

if (isMainThread && process.argv[1] === import.meta.filename) {
  for (const { name, ours, counterpart, ratio } of await ipfsFigure(Number(process.argv[2] ?? 100_000))) {
    console.log(`${name}: ${ours}, ${counterpart}, ${ratio}`)
  }
}
