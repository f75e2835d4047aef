import { readFile } from 'node:fs/promises'

/** When a process began, in ticks since the machine did (proc(5), field 22); 0 where that can't be told, or there is none. */
export async function startOf(pid: number): Promise<string> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    // Its second field is a name, which may hold spaces and brackets.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0'
  } catch {
    return '0'
  }
}
