import { concatBytes, utf8 } from '../../src/core/bytes.ts'
import { formatRawCid } from '../../src/core/cid.ts'
import { type Evidence, encodeEvidence } from '../../src/proof/evidence/index.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'
import { answerOf } from './scenarios.ts'
import { rewritten, type Vector } from './vector.ts'

/** Files that are not of the format. */
export function evilFormat(good: Evidence): readonly Vector[] {
  const text = encodeEvidence(good)
  const replaced = (old: string | RegExp, fresh: string) => {
    const changed = text.replace(old, fresh)
    if (changed === text) throw new Error(`nothing to replace: ${old}`)
    return changed
  }
  const bytes = utf8(text)
  const cid = formatRawCid(nobleHashes.sha256(answerOf(15)))
  return [
    rewritten(
      'not-utf8',
      'a-byte-that-begins-nothing',
      concatBytes(bytes.subarray(0, 20), Uint8Array.of(0xff), bytes.subarray(20)),
    ),
    rewritten('not-json', 'cut-in-the-middle', text.slice(0, text.length / 2)),
    rewritten('not-json', 'a-byte-order-mark', `\ufeff${text}`),
    rewritten('not-json', 'a-comma-too-many', replaced('],"checkpoint"', ',],"checkpoint"')),
    rewritten('not-json', 'a-wrong-escape', replaced('"evidence":1', '"evidence":"\\x"')),
    rewritten('not-json', 'a-control-character', replaced('Made by', 'Made\tby')),
    rewritten('not-json', 'a-word-that-is-none', replaced('"evidence":1', '"evidence":nil')),
    rewritten('not-json', 'a-name-without-quotes', replaced('"evidence":1', 'evidence:1')),
    rewritten('not-json', 'a-member-without-a-colon', replaced('"evidence":1', '"evidence" 1')),
    rewritten('not-json', 'two-files-in-one', text + text),
    rewritten('not-json', 'empty', ''),
    rewritten('too-deep', 'ten-thousand-brackets', '['.repeat(10_000)),
    rewritten(
      'too-deep',
      'an-object-in-a-document',
      replaced('"by":"neighbour"', '"by":{"a":{"b":{"c":{}}}}'),
    ),
    rewritten('duplicate-key', 'energy-twice', replaced('"claim":{', '"claim":{"energy":"0",')),
    rewritten('duplicate-key', 'a-member-in-disguise', replaced('"claim":{', '"claim":{"\\u0065nergy":"0",')),
    rewritten('number-not-exact', 'a-fraction', replaced(/"readings":\d+/, '"readings":4.0')),
    rewritten('number-not-exact', 'an-exponent', replaced('"first":2', '"first":2e0')),
    rewritten('number-not-exact', 'beyond-53-bits', replaced('"first":2', '"first":9007199254740993')),
    rewritten('number-not-exact', 'a-thousand-digits', replaced('"first":2', `"first":${'9'.repeat(1_000)}`)),
    rewritten('not-well-formed', 'a-lone-surrogate', replaced('Made by', '\\ud800')),
    rewritten('malformed', 'a-member-missing', replaced(/"made":\{[^}]*\},/, '')),
    rewritten('malformed', 'a-member-unknown', replaced('"made"', '"mad":0,"made"')),
    rewritten('malformed', 'a-member-called-proto', replaced('"made"', '"__proto__":{},"made"')),
    rewritten('malformed', 'an-array-for-an-object', '[]\n'),
    rewritten('malformed', 'no-segments', replaced(/"segments":\[[\s\S]*$/, '"segments":[]}\n')),
    rewritten(
      'malformed',
      'a-segment-without-entries',
      replaced(/"entries":\[\n[^\n]*\n\],"first":0/, '"entries":[],"first":0'),
    ),
    rewritten(
      'malformed',
      'a-period-that-ends-before-it-begins',
      replaced(/"to":"2024-05-01T01:15/, '"to":"2024-04-01T01:15'),
    ),
    rewritten(
      'malformed',
      'a-day-that-is-none',
      replaced('"to":"2024-05-01T01:15', '"to":"2024-02-30T01:15'),
    ),
    rewritten(
      'malformed',
      'a-local-time',
      replaced('"to":"2024-05-01T01:15:00.000Z"', '"to":"2024-05-01T01:15:00+02:00"'),
    ),
    rewritten('malformed', 'a-negative-place', replaced('"first":2', '"first":-2')),
    rewritten('malformed', 'minus-zero', replaced('"first":0', '"first":-0')),
    rewritten('malformed', 'a-hash-with-bits-to-spare', replaced(/("path":\["[^"]{42})./, '$1B')),
    rewritten(
      'malformed',
      'no-previous-behind-the-first',
      replaced(/("first":2,[^\n]*"previous":)"[^"]*"/, '$1null'),
    ),
    rewritten('malformed', 'an-entry-of-two-forms', replaced('"sealed":', '"hidden":[],"sealed":')),
    rewritten('malformed', 'a-kind-that-is-none', replaced('"kind":"gap"', '"kind":"bonus"')),
    rewritten('malformed', 'a-claimed-energy-in-hex', replaced(/"energy":"\d+"/, '"energy":"0x10"')),
    rewritten('version-unknown', 'version-2', replaced('"evidence":1', '"evidence":2')),
    rewritten('malformed', 'a-number-in-a-document', replaced('"by":"neighbour"', '"by":7')),
    rewritten('malformed', 'an-object-for-an-array', replaced('"notes":[', '"notes":{},"nodes":[')),
    rewritten(
      'malformed',
      'a-commitment-of-another-name',
      replaced('"commitment":"document"', '"commitment":"hash"'),
    ),
    rewritten('version-unknown', 'version-false', replaced('"evidence":1', '"evidence":false')),
    rewritten('version-unknown', 'version-true', replaced('"evidence":1', '"evidence":true')),
    rewritten('not-canonical', 'a-space', replaced('"claim":{', '"claim": {')),
    rewritten(
      'not-canonical',
      'members-out-of-order',
      replaced(/\{"at":("[^"]*"),"by":("[^"]*")\}/, '{"by":$2,"at":$1}'),
    ),
    rewritten('not-canonical', 'an-escape-without-need', replaced('Made by', '\\u004dade by')),
    rewritten('not-canonical', 'no-line-feed-at-the-end', text.slice(0, -1)),
    rewritten('not-canonical', 'entries-on-one-line', replaced(/,\n/g, ',')),
    rewritten(
      'not-canonical',
      'a-usual-schema-said',
      replaced('"kind":"gap"', '"kind":"gap","schema":"gap/1"'),
    ),
    rewritten(
      'not-canonical',
      'a-usual-cid-said',
      replaced('"document":{"channel"', `"document":{"cid":"${cid}","channel"`),
    ),
  ]
}
