import { messageOf } from '../core/errors.ts'
import type { LogReader } from '../storage/index.ts'
import { askGateway } from './control-client.ts'
import type { Printer } from './printer.ts'

/**
 * Has the gateway that runs on a log sign a checkpoint, where entries wait for one. Without a gateway, or when it can't, the
 * newest one has to do, and what it covers is told by whoever uses it.
 */
export async function askForCheckpoint({
  folder,
  log,
  printer,
}: {
  readonly folder: string
  readonly log: LogReader
  readonly printer: Printer
}): Promise<void> {
  const { readCheckpoint } = await import('../proof/checkpoint.ts')
  const note = log.lastCheckpoint()
  if (note !== undefined && readCheckpoint(note).size === log.head().size) return
  try {
    await askGateway(folder, 'checkpoint')
  } catch (error) {
    await printer.warning(`the running gateway could not sign a new checkpoint: ${messageOf(error)}`)
  }
}
