import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

/** Whether a time server sets the machine's clock; undefined where nobody can tell. */
export type TimeService = 'yes' | 'no' | undefined

const patience = 5_000
/** Made by systemd-timesyncd, and by others for `time-sync.target`, once the clock was set. */
const marker = '/run/systemd/timesync/synchronized'

/** Asks systemd, which asks the kernel whether its clock follows a time server: whichever program sets it. */
export async function askTimeService(): Promise<TimeService> {
  try {
    const words = ['show', '--property', 'NTPSynchronized', '--value']
    const { stdout } = await promisify(execFile)('timedatectl', words, { timeout: patience })
    const answer = stdout.trim()
    return answer === 'yes' || answer === 'no' ? answer : markedState()
  } catch {
    // No timedatectl, or no systemd behind it: nothing is known but what stands on the disk.
    return markedState()
  }
}

function markedState(): TimeService {
  return existsSync(marker) ? 'yes' : undefined
}
