import { writeSync } from 'node:fs'

const pause = new Int32Array(new SharedArrayBuffer(4))

/** A line on standard output, out of this process when it returns; waits while the pipe is full, as on a busy machine. */
export function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`)
      return
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
      Atomics.wait(pause, 0, 0, 1)
    }
  }
}
