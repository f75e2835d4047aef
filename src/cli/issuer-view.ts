import { formatEnergy, millijoulesPer } from '../core/energy.ts'
import { formatInstant } from '../core/time.ts'
import type { ListedRequest } from '../ledgers/issuer/list-requests.ts'
import type { RequestData } from '../ledgers/issuer/request-data.ts'
import type { CertificationRequest } from '../ledgers/issuer/requests.ts'

/** Whole Wh for people. */
export function wattHours(energy: bigint): string {
  return formatEnergy(energy * millijoulesPer.Wh)
}

/** What a request has come to. */
export function stateOf({ approved, revoked }: Pick<CertificationRequest, 'approved' | 'revoked'>): string {
  if (revoked) return 'revoked'
  return approved ? 'approved' : 'open'
}

/** `2024-05-01 to 2024-05-02`; times where they are no midnights. Anybody may have written them. */
export function periodText({ generationStart, generationEnd }: RequestData): string {
  return `${timeText(generationStart)} to ${timeText(generationEnd)}`
}

function timeText(seconds: bigint): string {
  // The years that a time is written with.
  if (seconds > 253_402_300_799n) return `second ${seconds}`
  return formatInstant(Number(seconds) * 1_000).replace(/T00:00:00\.000Z$/, '')
}

/** A request for programs. */
export function plainRequest(request: CertificationRequest & Partial<Pick<ListedRequest, 'certificate'>>) {
  const { id, owner, sender, data, metadata, bytes, certificate } = request
  return {
    request: String(id),
    state: stateOf(request),
    certificate: certificate === undefined ? null : String(certificate),
    owner,
    sender,
    ...plainData({ data, metadata }),
    ...(data === undefined && { bytes }),
  }
}

/** What was asked for, or issued, for programs: null for what another has written in another form. */
export function plainData({ data, metadata }: Pick<CertificationRequest, 'data' | 'metadata'>) {
  const { energy, total, ...rest } = metadata ?? {}
  return {
    device: data?.deviceId ?? null,
    from: data === undefined ? null : timeText(data.generationStart),
    to: data === undefined ? null : timeText(data.generationEnd),
    metadata:
      metadata === undefined
        ? (data?.metadata ?? null)
        : { energy: String(energy), total: String(total), ...rest },
  }
}
