import { publishLog } from '../../src/publishing/index.ts'
import { openLogReader } from '../../src/storage/index.ts'

/** Publishes the log of a data folder into another folder; a test may end it on the way. */
const [data = '', folder = ''] = process.argv.slice(2)
const log = openLogReader({ folder: data })
const result = await publishLog(log, folder)
log.close()
console.log(JSON.stringify(result))
