import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate } from '../core/certificate.ts'
import { formatEnergy, millijoulesPer } from '../core/energy.ts'

/** Certificates in one state. */
export interface CertificateSum {
  readonly state: Certificate['state']
  readonly count: number
  /** Wh. */
  readonly energy: bigint
}

/** How many certificates are in which state, and what they stand for. */
export function certificateSums(certificates: readonly Certificate[]): readonly CertificateSum[] {
  return [...Map.groupBy(certificates, ({ state }) => state)].map(([state, group]) => ({
    state,
    count: group.length,
    energy: group.reduce((sum, { energy }) => sum + energy, 0n),
  }))
}

/** The same for people; undefined when there are none. */
export function certificatesInWords(certificates: readonly Certificate[]): string | undefined {
  const said = certificateSums(certificates).map(
    ({ state, count, energy }) => `${count} ${state} for ${formatEnergy(energy * millijoulesPer.Wh)}`,
  )
  return said.length === 0 ? undefined : said.join(', ')
}

/** What a log knows of the certificates of a report line; nothing where there is no log yet, or the line never began. */
export async function knownCertificates(folder: string): Promise<(line: string) => readonly Certificate[]> {
  const { databaseName, openLogReader } = await import('../storage/index.ts')
  if (!existsSync(join(folder, databaseName))) return () => []
  const log = openLogReader({ folder })
  const known = new Map(log.lines().map(({ line }) => [line, log.certificates(line)]))
  log.close()
  return line => known.get(line) ?? []
}
