import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Row } from './columns.ts'

/** A database with its prepared statements, each prepared once. */
export class Sql {
  readonly database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #writes = 0

  constructor(database: DatabaseSync) {
    this.database = database
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  /** How many statements have written so far. */
  get writes(): number {
    return this.#writes
  }

  /** Runs a statement; answers how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    this.#writes += 1
    return Number(this.#prepare(sql).run(...values).changes)
  }

  /** Runs an INSERT; answers the new row's id. */
  insert(sql: string, ...values: SQLInputValue[]): number {
    this.#writes += 1
    return Number(this.#prepare(sql).run(...values).lastInsertRowid)
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values)
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values)
  }

  /** Rows one by one, for more of them than belong into memory. MUST be read to its end before the same text is asked again. */
  iterate(sql: string, ...values: SQLInputValue[]): Iterable<Row> {
    return this.#prepare(sql).iterate(...values)
  }

  /** Runs statements that give nothing back. */
  execute(sql: string): void {
    this.database.exec(sql)
  }
}
