import { existsSync, readFileSync, renameSync, statSync, unlinkSync } from 'node:fs'

/** A chain carried over from one start of the node to the next. */
export interface AnvilState {
  /** What the binary needs to load and write it. */
  readonly flags: readonly string[]
  /** Takes over what the node wrote last; call it once the node has ended. */
  close(): void
}

/**
 * The node writes its state in place, every second and at an orderly end: one that is killed meanwhile leaves half a
 * file, which it then refuses to load (4 of 53 kills at 8 MB). So it writes beside `file`, and what has come to
 * rest is moved over `file` in one step.
 */
export function keepState(file: string): AnvilState {
  const written = `${file}.next`
  // Left behind by a parent that was killed: newer than `file`, but perhaps cut short.
  adoptIfWhole(written, file)
  const flags = ['--dump-state', written, '--state-interval', '1']
  if (existsSync(file)) flags.push('--load-state', file)
  const timer = setInterval(() => adoptIfAtRest(written, file), 200)
  timer.unref()
  return {
    flags,
    close() {
      clearInterval(timer)
      adoptIfWhole(written, file)
    },
  }
}

/** Between two writes: long enough after the last one to be complete, and well before the next. */
function adoptIfAtRest(written: string, file: string): void {
  const age = Date.now() - (statSync(written, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  if (age >= 300 && age <= 700) renameSync(written, file)
}

function adoptIfWhole(written: string, file: string): void {
  if (!existsSync(written)) return
  if (isJson(readFileSync(written, 'utf8'))) renameSync(written, file)
  else unlinkSync(written)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // Half a file is expected here; the answer is what counts.
    return false
  }
}
