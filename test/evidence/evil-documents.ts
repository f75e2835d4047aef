import type { Evidence } from '../../src/proof/evidence/index.ts'
import { changeShown, flipped, withEntry, withField } from './edits.ts'
import { falsified, type Vector } from './vector.ts'

/** Files whose documents are not of the schemas that their entries name. */
export function evilDocuments(good: Evidence): readonly Vector[] {
  const shown = good.segments[0]!.entries[2]!
  const hidden = 'hidden' in shown ? shown.hidden : []
  const invalid = (name: string, evidence: Evidence) => falsified('document-invalid', name, evidence)
  const { status: _, ...rest } = changeShown(shown, all => all)
  return [
    falsified('schema-unknown', 'schema-of-another-kind', withEntry(good, 1, { schema: 'receipt/1' })),
    falsified('schema-unknown', 'schema-of-the-future', withEntry(good, 1, { schema: 'reading/9' })),
    invalid('a-field-missing', withField(good, 1, { energy: undefined })),
    invalid('a-field-unknown', withField(good, 1, { bonus: '1' })),
    invalid('a-field-called-proto', withEntry(good, 1, { document: JSON.parse('{"__proto__":"x"}') })),
    invalid('an-integer-with-a-leading-zero', withField(good, 1, { energy: '01' })),
    invalid('an-integer-beyond-256-bits', withField(good, 1, { energy: (1n << 260n).toString() })),
    invalid('a-flag-for-a-text', withField(good, 1, { quality: true })),
    invalid('a-hidden-hash-dropped', withEntry(good, 2, { hidden: hidden.slice(1) })),
    invalid('a-hidden-hash-too-many', withEntry(good, 2, { hidden: [...hidden, hidden[0]!] })),
    invalid('a-shown-field-dropped', withEntry(good, 2, { shown: rest })),
    invalid(
      'a-shown-field-unknown',
      withEntry(good, 2, { shown: { ...rest, bonus: { value: '1', salt: 'A' } } }),
    ),
    invalid(
      'a-shown-field-of-another-type',
      withEntry(good, 2, {
        shown: changeShown(shown, all => ({ ...all, energy: { ...all.energy!, value: 'much' } })),
      }),
    ),
    invalid(
      'a-salt-that-is-none',
      withEntry(good, 2, {
        shown: changeShown(shown, all => ({ ...all, energy: { ...all.energy!, salt: 'salt' } })),
      }),
    ),
    falsified('not-decided', 'behind-a-document-that-is-none', withField(good, 1, { energy: 'much' })),
    falsified('raw-mismatch', 'raw-bytes-swapped', { ...good, raw: swapRaw(good.raw!) }),
    falsified('raw-mismatch', 'a-raw-bit', {
      ...good,
      raw: Object.fromEntries(
        Object.entries(good.raw!).map(([hash, raw]) => [hash, { ...raw, bytes: flipped(raw.bytes) }]),
      ),
    }),
    falsified('raw-unreferenced', 'raw-bytes-of-no-document', {
      ...good,
      raw: { ...good.raw, ['A'.repeat(43)]: { mediaType: 'text/plain', bytes: '' } },
    }),
  ]
}

function swapRaw(raw: NonNullable<Evidence['raw']>): NonNullable<Evidence['raw']> {
  const [a, b] = Object.entries(raw)
  return { [a![0]]: b![1], [b![0]]: a![1] }
}
