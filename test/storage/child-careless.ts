/** A writer that does not wait for the disk: what the power-cut rig must catch. node child-careless.ts <folder> */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { say } from '../support/say.ts'

const database = new DatabaseSync(join(process.argv[2] ?? '', 'careless.db'))
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF')
database.exec('CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, text TEXT)')
const insert = database.prepare('INSERT INTO t (text) VALUES (?)')
for (;;) say(`r ${insert.run('x'.repeat(1_000)).lastInsertRowid}`)
