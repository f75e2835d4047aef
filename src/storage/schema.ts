import { EnergywebError } from '../core/errors.ts'
import { faultPoint } from '../core/fault-point.ts'
import { integer } from './columns.ts'
import type { Sql } from './sql.ts'

/*
 * The tables. `docs/storage.md` tells what each is for. A step of `migrations` is never changed once it was released: a
 * database says in `user_version` how many it has seen.
 *
 * An entry's row holds, behind its leaf hash, the hashes of the subtrees that the leaf completes, from the smallest: the
 * inner node (level, i) stands in row (i + 1) * 2^level - 1 at byte 32 * level. So the tree needs no rows of its own, and
 * appending never reads.
 */

const version1 = `
CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 0), size INTEGER NOT NULL, root BLOB NOT NULL) STRICT;
CREATE TABLE streams (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  public_id TEXT NOT NULL UNIQUE,
  commitment TEXT NOT NULL,
  source TEXT NOT NULL
) STRICT;
CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  hashes BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX entries_of_stream ON entries (stream, sequence);
CREATE TABLE documents (entry INTEGER PRIMARY KEY, seed BLOB NOT NULL, body TEXT NOT NULL, raw INTEGER) STRICT;
CREATE TABLE raw (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, media_type TEXT NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE TABLE registers (stream INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, leaf BLOB, state TEXT NOT NULL) STRICT;
CREATE TABLE held (
  stream INTEGER NOT NULL,
  position INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  reading TEXT NOT NULL,
  PRIMARY KEY (stream, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE covered (
  stream INTEGER NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, PRIMARY KEY (stream, from_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE readings (
  stream INTEGER NOT NULL,
  measured_at INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  energy TEXT NOT NULL,
  fraction TEXT NOT NULL,
  status TEXT NOT NULL,
  PRIMARY KEY (stream, measured_at, from_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE lines (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, stream INTEGER NOT NULL, cursor INTEGER NOT NULL, stopped TEXT
) STRICT;
CREATE TABLE submissions (
  id INTEGER PRIMARY KEY,
  line INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  reading INTEGER,
  state TEXT NOT NULL,
  reason TEXT,
  chain_id TEXT NOT NULL,
  account TEXT NOT NULL,
  recipient TEXT NOT NULL,
  data TEXT NOT NULL,
  gas TEXT NOT NULL,
  value TEXT NOT NULL,
  nonce INTEGER,
  receipt TEXT
) STRICT;
CREATE UNIQUE INDEX submissions_of_line ON submissions (line, first, last);
CREATE INDEX submissions_by_line ON submissions (line, last);
CREATE INDEX submissions_under_way ON submissions (chain_id, account, nonce)
  WHERE state IN ('signed', 'sent', 'mined');
CREATE TABLE variants (
  submission INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  hash TEXT NOT NULL,
  raw TEXT NOT NULL,
  nonce INTEGER NOT NULL,
  max_fee TEXT NOT NULL,
  max_priority_fee TEXT NOT NULL,
  PRIMARY KEY (submission, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE nonces (
  chain_id TEXT NOT NULL, account TEXT NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (chain_id, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
INSERT INTO head VALUES (0, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
`

/** Carbon registers: `docs/carbon.md`. A row of steps is what an entry of the asset's stream added to its total. */
const version2 = `
CREATE TABLE carbon_registers (stream INTEGER PRIMARY KEY, asset INTEGER NOT NULL UNIQUE, state TEXT NOT NULL) STRICT;
CREATE TABLE carbon_steps (
  asset INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  energy TEXT NOT NULL,
  state TEXT NOT NULL,
  entry INTEGER,
  base TEXT,
  filled TEXT,
  PRIMARY KEY (asset, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_carbon_steps ON carbon_steps (asset, state, sequence) WHERE state <> 'counted';
CREATE INDEX filled_carbon_steps ON carbon_steps (asset, sequence) WHERE filled IS NOT NULL;
`
/** Work that a transaction has left for later, by name: see scrub.ts. */
const version3 = 'CREATE TABLE chores (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;'

/** Which entries of a line's stream tell of which certificates. What they say stands in their documents. */
const version4 = `
CREATE TABLE certificates (
  line INTEGER NOT NULL,
  chain_id TEXT NOT NULL,
  contract TEXT NOT NULL,
  certificate TEXT NOT NULL,
  state TEXT NOT NULL,
  block_hash TEXT NOT NULL,
  log_index INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (line, chain_id, contract, certificate, state, block_hash, log_index)
) STRICT, WITHOUT ROWID;
`

/** How far those are that follow contracts' events, what a chain may still take back, and entries made once a key. */
const version5 = `
CREATE TABLE event_cursors (name TEXT PRIMARY KEY, cursor TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE offered_events (
  cursor TEXT NOT NULL,
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  settled INTEGER NOT NULL,
  PRIMARY KEY (cursor, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE once_entries (key TEXT PRIMARY KEY, entry INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

/** What was given to remotes of IPFS, and which entries were looked at: `docs/ipfs.md`. */
const version6 = `
CREATE TABLE pin_lines (
  line TEXT PRIMARY KEY,
  stream INTEGER NOT NULL,
  ledger TEXT NOT NULL,
  content TEXT NOT NULL,
  cursor INTEGER NOT NULL,
  gathered INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE pins (
  line TEXT NOT NULL,
  cid TEXT NOT NULL,
  digest BLOB NOT NULL,
  entry INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  content TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (line, cid)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_pins ON pins (line, sequence) WHERE state <> 'pinned';
CREATE INDEX pins_by_sequence ON pins (line, sequence);
`

/** Signatures of single entries by a key of hardware, and how far each asset's readings are signed. */
const version7 = `
CREATE TABLE signing_cursors (asset TEXT PRIMARY KEY, cursor INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE signing_keys (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE entry_signatures (entry INTEGER PRIMARY KEY, key INTEGER NOT NULL, signature BLOB NOT NULL) STRICT;
`

/** With which entry the readings of an asset began to be signed: behind this one. Of older rows nobody has written it down. */
const version8 = 'ALTER TABLE signing_cursors ADD COLUMN began INTEGER;'

/** The first public key of each name in the configuration. */
const version9 =
  'CREATE TABLE known_keys (name TEXT PRIMARY KEY, public_key BLOB NOT NULL) STRICT, WITHOUT ROWID;'

const migrations: readonly string[] = [
  version1,
  version2,
  version3,
  version4,
  version5,
  version6,
  version7,
  version8,
  version9,
]

/** How many migrations this program knows. */
const schemaVersion = migrations.length

/** Marks the file as a log of ours (`PRAGMA application_id`): "ENWB". */
const applicationId = 0x454e5742

/**
 * Checks that the database is a log that this program can read.
 * @throws EnergywebError `log-version` for a newer one; `log-corrupt` for another application's file.
 */
export function checkVersion(sql: Sql): number {
  const version = integer(sql.get('PRAGMA user_version')?.user_version)
  if (version > schemaVersion) {
    throw new EnergywebError(
      'log-version',
      `the log has format ${version}, this program knows ${schemaVersion}`,
      {
        hint: 'Install the newer energyweb that wrote it. A log is never taken back to an older format.',
      },
    )
  }
  const application = integer(sql.get('PRAGMA application_id')?.application_id)
  if (version > 0 && application !== applicationId) {
    throw new EnergywebError('log-corrupt', 'the database was written by another application')
  }
  return version
}

/** Brings a database to this program's format, each step in its own transaction. */
export function migrate(sql: Sql): void {
  for (let version = checkVersion(sql); version < schemaVersion; version++) {
    sql.execute('BEGIN IMMEDIATE')
    sql.execute(migrations[version] ?? '')
    sql.execute(`PRAGMA user_version = ${version + 1}; PRAGMA application_id = ${applicationId}`)
    faultPoint('storage/before-migration-commit')
    sql.execute('COMMIT')
  }
}
