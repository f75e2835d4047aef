/* The command line as a process of its own, from its sources: node main-process.ts <words>. */
import { main } from '../../src/cli/main.ts'

process.exitCode = await main(process.argv.slice(2))
