import { toBase64url } from '../core/bytes.ts'
import { certificateSchema } from '../core/certificate.ts'
import { schemas } from '../core/document.ts'
import { EnergywebError } from '../core/errors.ts'
import type { EvidenceRaw } from '../proof/evidence/evidence.ts'
import { type EvidenceRow, type EvidenceRows, fieldOf } from './evidence-rows.ts'

/** The fields that documents of an asset's stream have, in their usual order and each once. */
const provableFields: readonly string[] = [
  ...new Set([
    ...Object.keys(schemas.reading.fields),
    ...Object.values(schemas).flatMap(({ fields }) => Object.keys(fields)),
    ...Object.keys(certificateSchema.fields),
  ]),
]

/** @throws EnergywebError `argument-invalid` for a field that no document has */
export function checkFields(fields: readonly string[]): void {
  const unknown = fields.find(field => !provableFields.includes(field))
  if (unknown === undefined && fields.length > 0) return
  throw new EnergywebError(
    'argument-invalid',
    unknown === undefined ? 'no field is named' : `no document has a field "${unknown}"`,
    { hint: `A reading has ${Object.keys(schemas.reading.fields).join(', ')}.` },
  )
}

/** @throws EnergywebError `argument-invalid` where documents are bound as a whole: none of their fields can be shown alone */
export function checkShowable(rows: readonly EvidenceRow[]): void {
  const whole = rows.find(({ entry }) => entry.kind === 'reading' && 'hash' in entry.document)
  if (whole === undefined) return
  throw new EnergywebError(
    'argument-invalid',
    `reading ${whole.entry.sequence} is bound to its document as a whole (\`commitment: document\`): fields of it can't be shown alone`,
    { hint: 'Leave --fields out. With `commitment: fields` later readings can be shown field by field.' },
  )
}

/** The raw bytes that documents name, by their hash; what was erased is left out. */
export function rawOf(
  rows: EvidenceRows,
  collected: readonly (readonly EvidenceRow[])[],
): Readonly<Record<string, EvidenceRaw>> {
  const found = new Map<string, EvidenceRaw>()
  for (const row of collected.flat()) {
    const name = fieldOf(row, 'raw')
    if (typeof name !== 'string' || found.has(name)) continue
    const payload = rows.raw(row.index)
    if (payload === undefined) continue
    found.set(name, { mediaType: payload.mediaType, bytes: toBase64url(payload.bytes) })
  }
  return Object.fromEntries(found)
}
