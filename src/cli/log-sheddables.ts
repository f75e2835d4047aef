import type { Sheddable } from '../gateway/index.ts'
import type { LogFile, RemoteLog } from '../logging/index.ts'

/** So much of the spool is given up at a time, bytes. */
const atOnce = 2_000_000

/** Messages that wait to leave the box: the first that goes, and until there is room again no more come than go. */
export function spoolSheddable(remote: RemoteLog): Sheddable {
  return {
    name: 'messages that wait to be sent',
    shed: () => remote.shed(atOnce),
    relax: () => remote.relax(),
  }
}

export function logFileSheddables(file: LogFile): readonly Sheddable[] {
  return [oldFilesOf(file), detailOf(file)]
}

function oldFilesOf(file: LogFile): Sheddable {
  return { name: 'old log files', shed: () => file.shedOldest() }
}

/** Frees nothing at once; from then on only errors are written. */
function detailOf(file: LogFile): Sheddable {
  const { level } = file
  return {
    name: 'the detail of the log file',
    shed: async () => {
      file.level = 'error'
      return 0
    },
    relax: () => {
      file.level = level
    },
  }
}
