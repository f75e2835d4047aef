import { randomBytes } from 'node:crypto'
import type { DestinationStatus } from '../../core/remote-log.ts'
import type { Instant } from '../../core/time.ts'
import type { Severity } from '../log-level.ts'
import { addCounts, type Counts, noCounts } from './counts.ts'
import { type Line, type SpooledLine, severities } from './line.ts'
import { openSpoolDatabase } from './spool-database.ts'
import { type DestinationRow, destinationRow, lineColumns, lineOfRow, statusOf } from './spool-rows.ts'
import { SpoolSql } from './spool-sql.ts'

export interface SpoolDestination {
  readonly name: string
  readonly kind: string
  readonly level: Severity
}

/** What one destination is due. */
export interface Batch {
  readonly lines: readonly SpooledLine[]
  /** Messages before these that were given up and that it has not been told of. */
  readonly missing: Counts
}

/** What came of a batch. */
export interface Settled {
  /** Sequence of the last message that needn't be sent any more. */
  readonly upTo: number
  readonly delivered: number
  readonly refused: number
  /** Of what it has now been told that is missing. */
  readonly told: Counts
  readonly at: Instant
}

/** So many messages are given up in one step. */
const shedAtOnce = 50
/** A counter beyond what a number holds was never counted. */
const mostCounted = Number.MAX_SAFE_INTEGER
/** Down to this share of the cap, so that not every message has to make room for itself. */
const relief = 0.95

/**
 * Messages that wait to leave the box, in SQLite, with a cursor for each destination. It never grows beyond its cap: the
 * least grave are given up first, of these the oldest, and counted for every destination that they were meant for.
 */
export class Spool {
  readonly #sql: SpoolSql
  readonly #destinations: readonly SpoolDestination[]
  readonly #id: string
  /** Sequence of the last message that is being sent right now. */
  readonly #underWay = new Map<string, number>()
  cap: number

  private constructor(
    sql: SpoolSql,
    { destinations, cap }: { destinations: readonly SpoolDestination[]; cap: number },
  ) {
    this.#sql = sql
    this.#destinations = destinations
    this.cap = cap
    this.#id = this.#identity()
    this.#sql.transact(() => this.#enrol())
  }

  /** `:memory:` is a spool that does without the disk. @throws what SQLite throws; EnergywebError `log-version`, `log-corrupt` */
  static open(path: string, options: { destinations: readonly SpoolDestination[]; cap: number }): Spool {
    const sql = new SpoolSql(openSpoolDatabase(path))
    try {
      return new Spool(sql, options)
    } catch (error) {
      sql.close()
      throw error
    }
  }

  /** Takes messages, and counts such as were lost before they came here; makes room where there is none. */
  append(lines: readonly Line[], lost: Counts = noCounts): void {
    this.#sql.transact(() => {
      for (const line of lines) this.#insert(line)
      if (lost.some(count => count > 0)) for (const { name } of this.#destinations) this.#count(name, lost)
    })
    if (this.bytes > this.cap) this.#shedTo(this.cap * relief)
  }

  #insert({ at, severity, message, fields }: Line): void {
    const level = severities.indexOf(severity)
    const sql = 'INSERT INTO line (at, severity, message, fields) VALUES (?, ?, ?, ?)'
    this.#sql.run(sql, at, level, message, fields)
  }

  /** Sequence of the last message that was ever taken. */
  #newest(): number {
    return Number(this.#sql.get("SELECT seq FROM sqlite_sequence WHERE name = 'line'")?.seq ?? 0)
  }

  /** What a destination is due next; undefined when that is nothing. It counts as under way until it is settled. */
  next(name: string, most: { readonly lines: number; readonly characters: number }): Batch | undefined {
    const { cursor, level, untold } = this.#row(name)
    const rows = this.#sql.all(
      `SELECT ${lineColumns} FROM line WHERE sequence > ? AND severity >= ? ORDER BY sequence LIMIT ?`,
      cursor,
      level,
      most.lines,
    )
    const lines: SpooledLine[] = []
    let characters = 0
    for (const row of rows) {
      const line = lineOfRow(row, this.#id)
      characters += line.message.length + line.fields.length
      if (lines.length > 0 && characters > most.characters) break
      lines.push(line)
    }
    if (lines.length === 0 && untold.every(count => count === 0)) return undefined
    this.#underWay.set(name, lines.at(-1)?.sequence ?? cursor)
    return { lines, missing: untold }
  }

  /** Moves a destination's cursor and lets go of what nobody needs any more. */
  settle(name: string, { upTo, delivered, refused, told, at }: Settled): void {
    this.#sql.transact(() => {
      const row = this.#row(name)
      const untold = row.untold.map((count, level) => Math.max(0, count - (told[level] ?? 0)))
      this.#sql.run(
        'UPDATE destination SET cursor = max(cursor, ?), delivered = delivered + ?, refused = refused + ?, untold = ?, delivered_at = iif(? > 0, ?, delivered_at) WHERE name = ?',
        upTo,
        delivered,
        refused,
        JSON.stringify(untold),
        delivered,
        at,
        name,
      )
      if ((this.#underWay.get(name) ?? 0) <= upTo) this.#underWay.delete(name)
      this.#sql.run('DELETE FROM doubt WHERE name = ? AND sequence <= ?', name, upTo)
      this.#drop()
    })
  }

  /** The messages under way to a destination are not: those that were given up meanwhile are missing after all. */
  release(name: string): void {
    this.#underWay.delete(name)
    this.#sql.transact(() => this.#countDoubtful(name))
  }

  /** Says why a destination takes nothing, or with undefined that it does. */
  trouble(name: string, trouble: string | undefined): void {
    this.#sql.run('UPDATE destination SET trouble = ? WHERE name = ?', trouble ?? null, name)
  }

  /** Bytes that are in use; the file beside may have more, which are used first. */
  get bytes(): number {
    return (
      (this.#sql.pragma('page_count') - this.#sql.pragma('freelist_count')) * this.#sql.pragma('page_size')
    )
  }

  /** Gives up messages of so many bytes, and makes the file smaller; answers how many bytes are not in use any more. */
  shed(bytes: number): number {
    const before = this.bytes
    this.#shedTo(Math.max(0, before - bytes))
    this.#sql.execute('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)')
    return before - this.bytes
  }

  /** All messages that wait for anybody. */
  all(): readonly SpooledLine[] {
    return this.#sql
      .all(`SELECT ${lineColumns} FROM line ORDER BY sequence`)
      .map(row => lineOfRow(row, this.#id))
  }

  /**
   * Takes over what another spool has: its messages, what it counted, and what is missing there. A destination for which nothing
   * waits here goes on behind what it had there; for any other all of it waits, as a place is one number.
   */
  adopt(other: Spool): void {
    this.#sql.transact(() => {
      const upToDate = this.#destinations.filter(({ name }) => this.#isUpToDate(name))
      for (const { name } of this.#destinations) {
        // What becomes of them nobody hears any more: rather told as missing than not at all.
        other.#countDoubtful(name)
        this.#add(name, other.#row(name))
      }
      const places = upToDate.map(({ name }) => ({ name, there: other.#row(name).cursor }))
      for (const line of other.all()) {
        this.#insert(line)
        const here = this.#newest()
        for (const { name, there } of places)
          if (line.sequence <= there)
            this.#sql.run('UPDATE destination SET cursor = ? WHERE name = ?', here, name)
      }
    })
    if (this.bytes > this.cap) this.#shedTo(this.cap * relief)
  }

  #isUpToDate(name: string): boolean {
    const { cursor, level } = this.#row(name)
    const sql = 'SELECT 1 FROM line WHERE sequence > ? AND severity >= ? LIMIT 1'
    return this.#sql.get(sql, cursor, level) === undefined
  }

  #add(name: string, { delivered, shed, refused, untold, deliveredAt }: DestinationRow): void {
    this.#sql.run(
      'UPDATE destination SET delivered = delivered + ?, shed = shed + ?, refused = refused + ?, untold = ?, delivered_at = coalesce(?, delivered_at) WHERE name = ?',
      delivered,
      shed,
      refused,
      JSON.stringify(addCounts(this.#row(name).untold, untold)),
      deliveredAt ?? null,
      name,
    )
  }

  status(): readonly DestinationStatus[] {
    return this.#destinations.map(({ name }) => statusOf(this.#sql, this.#row(name)))
  }

  close(): void {
    this.#sql.close()
  }

  #shedTo(bytes: number): void {
    for (let level = 0; level < severities.length && this.bytes > bytes; ) {
      const given = this.#sql.transact(() => this.#shedSome(level))
      if (given === 0) level += 1
    }
  }

  /** Gives up the oldest of one severity; answers how many. */
  #shedSome(level: number): number {
    const rows = this.#sql.all(
      'SELECT sequence FROM line WHERE severity = ? ORDER BY sequence LIMIT ?',
      level,
      shedAtOnce,
    )
    const sequences = rows.map(({ sequence }) => Number(sequence))
    const last = sequences.at(-1)
    if (last === undefined) return 0
    for (const { name } of this.#destinations) {
      const row = this.#row(name)
      const underWay = this.#underWay.get(name) ?? 0
      const due = row.level > level ? [] : sequences.filter(sequence => sequence > row.cursor)
      for (const sequence of due.filter(one => one <= underWay)) this.#doubt(name, sequence, level)
      const count = due.filter(sequence => sequence > underWay).length
      const counts = noCounts.map((none, at) => (at === level ? count : none))
      if (count > 0) this.#count(name, counts)
    }
    this.#sql.run('DELETE FROM line WHERE severity = ? AND sequence <= ?', level, last)
    return sequences.length
  }

  /**
   * What is being sent while it is given up here may get there or not. It is remembered in the transaction that deletes it: a
   * process that is killed before it hears what became of it counts it as missing at its next start.
   */
  #doubt(name: string, sequence: number, level: number): void {
    const sql = 'INSERT OR IGNORE INTO doubt (name, sequence, severity) VALUES (?, ?, ?)'
    this.#sql.run(sql, name, sequence, level)
  }

  #countDoubtful(name: string): void {
    const rows = this.#sql.all(
      'SELECT severity, count(*) AS count FROM doubt WHERE name = ? GROUP BY severity',
      name,
    )
    if (rows.length === 0) return
    const counts = noCounts.map((none, level) =>
      Number(rows.find(({ severity }) => severity === level)?.count ?? none),
    )
    this.#count(name, counts)
    this.#sql.run('DELETE FROM doubt WHERE name = ?', name)
  }

  /** Counts messages that a destination will never get, as far as it would have been told them. */
  #count(name: string, counts: Counts): void {
    const { level, untold } = this.#row(name)
    const meant = counts.map((count, at) => (at >= level ? count : 0))
    const sum = meant.reduce((all, count) => all + count, 0)
    const missing = untold.map((count, at) => count + (meant[at] ?? 0))
    this.#sql.run(
      'UPDATE destination SET shed = shed + ?, untold = ? WHERE name = ?',
      sum,
      JSON.stringify(missing),
      name,
    )
  }

  /** Removes what every destination that it is meant for has. */
  #drop(): void {
    const rows = this.#destinations.map(({ name }) => this.#row(name))
    for (const level of severities.keys()) {
      const cursors = rows.filter(row => row.level <= level).map(({ cursor }) => cursor)
      const upTo = cursors.length === 0 ? Number.MAX_SAFE_INTEGER : Math.min(...cursors)
      this.#sql.run('DELETE FROM line WHERE severity = ? AND sequence <= ?', level, upTo)
    }
  }

  /** A new destination begins with the next message; what one waited for that is configured no more is let go of. */
  #enrol(): void {
    const newest = this.#newest()
    const names = JSON.stringify(this.#destinations.map(({ name }) => name))
    this.#sql.run('DELETE FROM destination WHERE name NOT IN (SELECT value FROM json_each(?))', names)
    for (const { name, kind, level } of this.#destinations) {
      this.#sql.run(
        'INSERT INTO destination (name, kind, level, cursor) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, level = excluded.level',
        name,
        kind,
        severities.indexOf(level),
        newest,
      )
    }
    this.#mend(newest)
    this.#sql.run('DELETE FROM doubt WHERE name NOT IN (SELECT name FROM destination)')
    for (const { name } of this.#destinations) this.#countDoubtful(name)
    this.#drop()
  }

  /** Numbers that no spool writes: of a place that can't be, everything is sent again, rather than nothing more. */
  #mend(newest: number): void {
    this.#sql.run('UPDATE destination SET cursor = 0 WHERE cursor NOT BETWEEN 0 AND ?', newest)
    for (const count of ['delivered', 'shed', 'refused'])
      this.#sql.run(`UPDATE destination SET ${count} = 0 WHERE ${count} NOT BETWEEN 0 AND ${mostCounted}`)
  }

  #identity(): string {
    const known = this.#sql.get('SELECT id FROM spool')?.id
    if (typeof known === 'string') return known
    const id = randomBytes(9).toString('base64url')
    this.#sql.run('INSERT INTO spool (id) VALUES (?)', id)
    return id
  }

  #row(name: string): DestinationRow {
    const row = this.#sql.get('SELECT * FROM destination WHERE name = ?', name)
    return destinationRow(row ?? { name })
  }
}
