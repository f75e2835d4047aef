import { type ChildProcess, spawn } from 'node:child_process'

// Reads until its input ends, which is when the parent is gone (or closed it on purpose), then asks the process
// to end, and after two seconds makes it. `kill -0` asks whether the process still exists.
const watch =
  'while read -r line; do :; done; kill -TERM "$1" 2>/dev/null || exit 0; for second in 1 2; do sleep 1; kill -0 "$1" 2>/dev/null || exit 0; done; kill -KILL "$1" 2>/dev/null'

/**
 * Sees to it that `child` ends when this process ends: by an exit handler, and where there is a POSIX shell
 * also by a small watcher that notices a crash or `kill -9`, because a pipe from a dead process is closed by the kernel.
 * @returns call it when the child has ended by itself.
 */
export function guardProcess(child: ChildProcess): () => void {
  const { pid } = child
  if (pid === undefined) return () => undefined
  const endWithParent = () => {
    child.kill('SIGTERM')
  }
  process.once('exit', endWithParent)
  const watcher = process.platform === 'win32' ? undefined : startWatcher(pid)
  return () => {
    process.removeListener('exit', endWithParent)
    // By force, so that it never signals a process id which may belong to somebody else by now.
    watcher?.kill('SIGKILL')
  }
}

function startWatcher(pid: number): ChildProcess {
  // A group of its own: Ctrl+C in a terminal goes to the whole group and would take the watcher first.
  const watcher = spawn('/bin/sh', ['-c', watch, 'guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  // No shell here: the exit handler alone remains.
  watcher.once('error', () => undefined)
  watcher.stdin.on('error', () => undefined)
  watcher.unref()
  if ('unref' in watcher.stdin && typeof watcher.stdin.unref === 'function') watcher.stdin.unref()
  return watcher
}
