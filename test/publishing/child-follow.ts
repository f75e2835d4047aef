import { folderFiles, followLog } from '../../src/publishing/index.ts'
import { key } from './support.ts'

/** Follows a published folder into a mirror; a test may end it on the way. */
const [folder = '', state = '', mirror = ''] = process.argv.slice(2)
const { signal } = new AbortController()
const { size, read } = await followLog(folderFiles(folder), { key, state, mirror, signal })
console.log(JSON.stringify({ size, read }))
