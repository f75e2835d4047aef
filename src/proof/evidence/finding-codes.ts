/*
 * Every way in which evidence can fail or fall short, with what it means. The list is closed; a test has a file for each that
 * a file can cause.
 */
export const findingMeanings = {
  // format
  'too-large': 'the file is larger, or holds more values, than any that a verifier has to read',
  'not-utf8': 'the bytes are not UTF-8',
  'not-json': 'the text is not JSON',
  'too-deep': 'arrays and objects are nested deeper than in any evidence file',
  'duplicate-key': 'an object has two members of one name, and readers would differ in which they take',
  'number-not-exact':
    'a number is not a whole one of at most 53 bits, and readers would differ in what they make of it',
  'not-well-formed': 'a text is not valid Unicode',
  malformed: 'a member is missing, unknown, or not of the form that the format gives it',
  'version-unknown': 'the file is of a version of the format that this verifier does not know',
  'not-canonical': 'the file says the same in another way than the one in which it must be said',
  // signature
  'checkpoint-malformed': 'the checkpoint is not a signed note of size and root',
  'signature-false': 'a signature under the checkpoint is not that of the key which it names',
  'key-foreign': 'none of the keys that the verifier was told to trust has signed the checkpoint',
  'key-not-trusted': 'the checkpoint is signed by a key of which nobody has said that it is to be trusted',
  'key-differs': 'the file names another key than the one that was trusted and has signed',
  'evidence-key-missing':
    'none of the evidence keys that must have signed has signed the checkpoint, or not each reading',
  // witnesses
  'cosignature-false': 'a cosignature is not that of the witness which it names',
  'witnesses-missing': 'fewer of the trusted witnesses have cosigned than must have',
  // inclusion, chain
  'not-in-tree': 'entries, as the file has them, are not in the tree that the checkpoint signs',
  'path-length': 'an inclusion path is not as long as one at this place of a tree of this size',
  'index-beyond-size': 'entries are said to stand behind the end of the tree',
  'not-decided': 'it could not be looked at, because something that it needs has failed',
  'segments-overlap': 'two segments hold the same entry of a stream',
  'segments-contradict': 'a segment does not go on from the one before it',
  // documents
  'schema-unknown': 'an entry names a schema that its kind does not have',
  'document-invalid': 'a document, or what is shown of it, is not of the schema that its entry names',
  'entry-sealed': 'nothing of a document is shown that the claim rests on',
  'entry-erased': 'a document that the claim rests on was erased, as an entry of the log says',
  'fields-not-shown': 'fields are not shown that the claim rests on',
  // raw
  'raw-mismatch': 'raw bytes are not those of the hash that they stand under',
  'raw-unreferenced': 'raw bytes stand in the file that no document names',
  // register
  'total-falls': "the register's total falls",
  'total-unexplained': "the register's total moves by another amount than the entry explains",
  'register-law': 'an entry does what the law of the register never does',
  'operator-entry': 'an operator has said what a reading that could not be explained stands for',
  revised: 'a source has given another value for a reading that it gave before',
  'debit-paid': 'energy was not counted, because as much had been counted too much before',
  held: 'a reading of the period is held: its energy is in question and not counted',
  late: 'a reading of the period came late and is not counted',
  // completeness
  'opening-missing':
    "the opening of the asset's stream is not shown: nothing binds the entries to the asset's name",
  'start-open': 'the entries begin within the period: what stands before them is not shown',
  'end-open': 'no counted reading from after the period is shown: more of the period may follow',
  'time-uncovered':
    'of a time of the period no interval and no gap is shown, and the log may have one elsewhere: intervals come in any order',
  gap: 'the log itself says that there is no reading for a time',
  straddles: 'an interval lies across a border of the period',
  // claim
  'claim-false': 'the claim says something else than the entries do',
  'energy-undecided': "the period's energy can't be worked out from what is shown",
  'border-unclear': "an operator's entry counts readings on both sides of a border of the period",
  // history
  'consistency-false': 'a path does not show that the tree begins with the earlier one that the file names',
  'previous-unreadable': 'the earlier file is not an evidence file',
  'previous-foreign': 'the earlier file is of another log',
  'previous-unsigned': 'no trusted key has signed the checkpoint of the earlier file',
  'previous-broken': 'entries of the earlier file are not in the tree that its own checkpoint signs',
  'previous-unlinked': 'the file has no path from the tree of the earlier file',
  'rolled-back': 'the log was longer in the earlier file than it is now',
  forked:
    'the tree does not begin with that of the earlier file: the log was changed behind the earlier audit',
  'entries-changed': 'an entry is another one than in the earlier file',
  // chain records
  'anchor-unbound': 'an anchor is of a tree that the file does not show to be a beginning of this one',
  'certified-beyond':
    'certificates stand for more energy than the entries that they name raised the register by',
  'chain-contradicts': 'a chain has something else than the file says that stands on it',
  'chain-unknown': 'no node that was asked could tell what stands on the chain',
} as const satisfies Record<string, string>

export type FindingCode = keyof typeof findingMeanings

/** True for a code of the list. */
export function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(findingMeanings, code)
}
