import { readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

/** The niceness of the calling thread: field 19 of its stat, 16 after the name (proc(5)). */
export function niceness(): number {
  const stat = readFileSync('/proc/thread-self/stat', 'latin1')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
}

export default function priority() {
  return { isMainThread, niceness: niceness() }
}
