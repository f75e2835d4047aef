import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { withoutOpeningVariables } from '../../config/opening-variables.ts'
import { EnergywebError, messageOf } from '../../core/errors.ts'

/**
 * Lets a person edit a file, and waits until the editor has ended. What it keeps besides (swap files, histories, backups)
 * goes into the file's folder: it is the editor's home and its place for temporary files.
 * @throws EnergywebError `environment-unsuitable` when there is no editor or it fails; `aborted`
 */
export async function runEditor(
  path: string,
  {
    folder,
    environment,
    signal,
  }: { folder: string; environment: Readonly<Record<string, string | undefined>>; signal: AbortSignal },
): Promise<void> {
  const editor = environment.VISUAL || environment.EDITOR || 'vi'
  const home = { HOME: folder, TMPDIR: folder, XDG_RUNTIME_DIR: folder }
  const xdg = Object.fromEntries(
    ['CONFIG', 'CACHE', 'DATA', 'STATE'].map(kind => [`XDG_${kind}_HOME`, folder]),
  )
  // Through a shell, as the variable may hold options; in its place, so that a signal reaches the editor.
  const child = spawn('/bin/sh', ['-c', `exec ${editor} "$1"`, 'editor', path], {
    stdio: 'inherit',
    cwd: folder,
    env: { ...withoutOpeningVariables(environment), ...home, ...xdg },
    signal,
    killSignal: 'SIGTERM',
  })
  try {
    const [code, by] = await once(child, 'close')
    if (code === 0) return
    throw new EnergywebError(
      'environment-unsuitable',
      `the editor ended with ${by ?? `exit code ${code}`}: nothing was changed`,
      { hint: 'VISUAL or EDITOR names the editor, with its options.' },
    )
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof EnergywebError) throw cause
    throw new EnergywebError('environment-unsuitable', `the editor could not be run: ${messageOf(cause)}`, {
      cause,
    })
  }
}
