/** Says how much memory, in MB, this process has needed at most to make so many inclusion paths. */
import { openLogReader } from '../src/storage/index.ts'

const [folder = '', size = '', count = ''] = process.argv.slice(2)
const reader = openLogReader({ folder })
for (let i = 0; i < Number(count); i++) reader.inclusion((i * 1_037_389) % Number(size), Number(size))
reader.close()
console.log(process.resourceUsage().maxRSS / 1024)
