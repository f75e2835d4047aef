import { EnergywebError } from '../../core/errors.ts'
import { parseInstant } from '../../core/time.ts'
import type { Verification } from '../../proof/evidence/verification.ts'
import { type ComparedEntry, compareWithEntries, energyBetween, rootOfEntries } from './compare-entries.ts'
import type { OwnRequest } from './own-requests.ts'
import { epochSeconds, type RequestData } from './request-data.ts'
import { encodeRequestMetadata, type RequestMetadata } from './request-metadata.ts'

export interface EvidenceRequest {
  readonly deviceId: string
  /** What was asked for last for this device; undefined when nothing was. */
  readonly previous: OwnRequest | undefined
  /** Origin line of the log, and CID of the file. */
  readonly origin: string
  readonly cid: string
}

/**
 * What a proven evidence file lets be asked for: the energy of its period, behind what was asked for before.
 * @param entries - those of the claim's stream, as the file has them
 * @throws EnergywebError `argument-invalid` when it is not proven, leaves a hole, or nothing is left to ask for
 */
export function requestFromEvidence(
  { verdict, evidence, readings }: Verification,
  entries: readonly ComparedEntry[],
  { deviceId, previous, origin, cid }: EvidenceRequest,
): { readonly data: RequestData; readonly metadata: RequestMetadata } {
  if (evidence === undefined || verdict !== 'proven') {
    throw refused(
      `the evidence is ${verdict}: only what is proven is asked for`,
      '`energyweb verify` says why.',
    )
  }
  const counted = readings.filter(({ status }) => status === 'counted').map(({ sequence }) => sequence)
  const last = counted.reduce((most, sequence) => Math.max(most, sequence), -1)
  const first = previous === undefined ? beginning(entries, Math.min(...counted)) : previous.metadata.last + 1
  if (last < first) {
    throw refused(
      previous === undefined
        ? 'the file has no counted reading'
        : `request ${previous.id} asks for it already`,
      '`energyweb certificate ls` lists what was asked for.',
    )
  }
  const [energy, root] = [energyBetween(entries, { first, last }), rootOfEntries(entries, { first, last })]
  if (typeof energy !== 'bigint' || typeof root !== 'string') {
    throw refused(
      `the file does not show all entries from ${first} to ${last}`,
      'Prove a period without a hole.',
    )
  }
  if (energy <= 0n) throw refused('the register rose by no whole Wh', 'Nothing is to be asked for.')
  const metadata = {
    energy,
    total: (previous?.metadata.total ?? 0n) + energy,
    first,
    last,
    root,
    origin,
    evidence: cid,
  }
  if (compareWithEntries(metadata, entries).some(({ outcome }) => outcome !== 'agrees')) {
    throw new EnergywebError('internal', 'what is to be asked for does not follow from the evidence')
  }
  const { from, to } = evidence.claim
  const data = {
    generationStart: epochSeconds(parseInstant(from)),
    generationEnd: epochSeconds(parseInstant(to)),
    deviceId,
    metadata: encodeRequestMetadata(metadata),
  }
  return { data, metadata }
}

/** The entry behind the last one that says what the register held before the period; an opening belongs to what follows. */
function beginning(entries: readonly ComparedEntry[], firstCounted: number): number {
  const before = entries
    .filter(({ sequence, total, isOpening }) => sequence < firstCounted && total !== undefined && !isOpening)
    .map(({ sequence }) => sequence)
  const opening = entries.find(({ isOpening }) => isOpening)?.sequence
  return before.length > 0 ? Math.max(...before) + 1 : (opening ?? firstCounted)
}

function refused(message: string, hint: string): EnergywebError {
  return new EnergywebError('argument-invalid', message, { hint })
}
