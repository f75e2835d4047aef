/** The counterpart of an append: the same bytes into the same tables, as many rows a commit, in this thread, no hashing. */
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

/** Rows of one append, by table. */
export type Rows = Readonly<Record<string, readonly (readonly SQLInputValue[])[]>>

export class CounterpartStore {
  readonly #database: DatabaseSync
  readonly #inserts = new Map<string, ReturnType<DatabaseSync['prepare']>>()

  /** @param schema - the CREATE statements of our own database */
  constructor(folder: string, schema: readonly string[]) {
    this.#database = new DatabaseSync(join(folder, 'counterpart.db'))
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32000')
    for (const statement of schema) this.#database.exec(statement)
  }

  /** Writes rows and makes them durable. */
  write(rows: Rows): void {
    this.#database.exec('BEGIN IMMEDIATE')
    for (const [table, list] of Object.entries(rows)) {
      let insert = this.#inserts.get(table)
      if (insert === undefined) {
        const places = list[0]?.map(() => '?').join()
        insert = this.#database.prepare(`INSERT OR REPLACE INTO ${table} VALUES (${places})`)
        this.#inserts.set(table, insert)
      }
      for (const row of list) insert.run(...row)
    }
    this.#database.exec('COMMIT')
  }

  close(): void {
    this.#database.close()
  }
}
