import { openHashes } from './hashes.ts'
import { type VerifiedTail, verifyTailOnDisk } from './verify-tail.ts'

/**
 * Derives the newest entries of a log again, as a gateway does at its start and every hour; one may be running meanwhile.
 * @throws EnergywebError `log-corrupt`, naming the first bad entry; `log-io` when there is no log
 */
export async function checkTail({ folder }: { readonly folder: string }): Promise<VerifiedTail> {
  return verifyTailOnDisk(folder, await openHashes())
}
