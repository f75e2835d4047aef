/** Says by how much, in MB, this process has grown by making so many inclusion paths, its first one aside. */
import { openLogReader } from '../src/storage/index.ts'

const [folder = '', size = '', count = ''] = process.argv.slice(2)
const reader = openLogReader({ folder })
reader.inclusion(0, Number(size))
const before = process.memoryUsage.rss()
for (let i = 0; i < Number(count); i++) reader.inclusion((i * 1_037_389) % Number(size), Number(size))
console.log((process.memoryUsage.rss() - before) / 1e6)
reader.close()
