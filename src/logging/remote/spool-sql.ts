import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'

export type Row = Record<string, SQLOutputValue>

/** The spool's database with its statements, each prepared once. */
export class SpoolSql {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepared(sql).run(...values)
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepared(sql).get(...values)
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepared(sql).all(...values)
  }

  /** Runs statements that give nothing back. */
  execute(sql: string): void {
    this.#database.exec(sql)
  }

  pragma(name: 'page_count' | 'freelist_count' | 'page_size'): number {
    return Number(this.get(`PRAGMA ${name}`)?.[name] ?? 0)
  }

  /** All or nothing. */
  transact<Value>(act: () => Value): Value {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const value = act()
      this.#database.exec('COMMIT')
      return value
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#database.close()
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
