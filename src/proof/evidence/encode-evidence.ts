import { canonicalJson } from '../../core/canonical-json.ts'
import type { Evidence, EvidenceEntry, EvidenceSegment } from './evidence.ts'

/**
 * Writes an evidence file: canonical JSON (RFC 8785) in which each entry has a line of its own, and a line feed at the end.
 * @throws EnergywebError `json-invalid` for a number that is no whole one, or text that is not valid Unicode.
 */
export function encodeEvidence({ segments, raw, ...evidence }: Evidence): string {
  const { anchors, claim, consistency, made } = evidence
  const before = canonicalJson({
    ...evidence,
    anchors: anchors.map(anchor => ({ ...anchor })),
    claim: { ...claim, devices: claim.devices.map(device => ({ ...device })) },
    consistency: consistency.map(tree => ({ ...tree })),
    made,
    raw:
      raw &&
      Object.fromEntries(
        Object.entries(raw).map(([hash, { mediaType, bytes }]) => [hash, { mediaType, bytes }]),
      ),
  })
  // "segments" is the last member in canonical order, and "entries" a segment's first.
  return `${before.slice(0, -1)},"segments":[${segments.map(encodeSegment).join(',')}]}\n`
}

function encodeSegment({ entries, ...segment }: EvidenceSegment): string {
  const lines = entries.map(encodeEntry)
  return `{"entries":[\n${lines.join(',\n')}\n],${canonicalJson(segment).slice(1)}`
}

function encodeEntry(entry: EvidenceEntry): string {
  return canonicalJson({ ...entry })
}
