/**
 * Prints one table: each figure of ours beside its counterpart, measured side by side in one run, with its goal.
 * Timings are of this machine and noisy; ratios carry over. Words given choose figures by name.
 */
import { cpus } from 'node:os'
import { figures } from './figures.ts'

const wanted = process.argv.slice(2)
const rows: string[][] = [['figure', 'ours', 'counterpart', 'ratio', 'goal', '']]
for (const figure of figures) {
  if (wanted.length > 0 && !wanted.some(word => figure.name.includes(word))) continue
  process.stderr.write(`${figure.name} …\n`)
  for (const result of await figure.measure()) {
    rows.push([
      result.name,
      result.ours,
      result.counterpart,
      result.ratio,
      result.goal,
      result.reached ? '' : 'missed',
    ])
  }
}
console.log(`Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}\n`)
const line = (row: readonly string[]) => `| ${row.join(' | ')} |`
const [head = [], ...body] = rows
console.log([line(head), line(head.map(() => '---')), ...body.map(line)].join('\n'))
