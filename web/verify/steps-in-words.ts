import type { StepName } from '../../src/proof/evidence/verification.ts'

/** What a step of the check is about, for people who have never seen a hash. */
export interface StepWords {
  readonly title: string
  /** What is compared with what. */
  readonly checked: string
  /** What follows when it holds. */
  readonly means: string
  /** What to do when it is false or open. */
  readonly otherwise: string
}

export const stepsInWords: Readonly<Record<StepName, StepWords>> = {
  format: {
    title: 'The file can be read in one way only',
    checked:
      'Every character of the file: that it is written exactly as the format asks, with no member twice, none missing and none too many.',
    means: 'Two people who open this file see the same thing. Nothing can hide in it.',
    otherwise:
      'The file was damaged on its way or written by something else. Ask for it again, and check that it arrives byte for byte: mail programs and editors may change line ends.',
  },
  signature: {
    title: 'The log has signed',
    checked:
      'The checkpoint, which is the size of the log and one hash of all that is in it, against its Ed25519 signature and the verifier key that you gave.',
    means:
      'Whoever holds the log’s secret key vouches for the whole log up to this size. It can’t be changed afterwards without breaking the signature.',
    otherwise:
      'Get the verifier key from the operator by a way other than this file: the contract, a letter, the operator’s web site. A signature by a key that you do not trust shows nothing.',
  },
  'evidence-key': {
    title: 'A key in hardware has signed too',
    checked:
      'The checkpoint’s second signature, by ECDSA over P-256, and the evidence key that you gave beside the log’s.',
    means:
      'A chip that does not give its key away, such as a TPM, vouches for the same log: whoever has copied the disk can’t sign in its place.',
    otherwise:
      'The chip may have been away when the checkpoint was made; it signs later what waited. Ask for a file made anew. A signature that is false refutes the file.',
  },
  witnesses: {
    title: 'Others have seen the same log',
    checked: 'The cosignatures of the witnesses whose keys you gave.',
    means:
      'Independent parties have seen that the log only ever grew. The operator can’t show you one log and somebody else another without them noticing.',
    otherwise:
      'Without witnesses, an operator could keep two logs side by side. Ask whether the log has witnesses, and for their keys.',
  },
  inclusion: {
    title: 'The entries are in the log',
    checked:
      'For each chain of entries, the path of hashes from its last entry up to the root that the checkpoint signs. You can see it drawn below.',
    means: 'The entries in this file are in the signed log, at exactly these places.',
    otherwise:
      'The file holds entries that the signed log does not have, or they have been changed. Do not rely on any of its figures.',
  },
  chain: {
    title: 'The entries follow one another',
    checked:
      'Each entry names the hash of the one before it. All are recomputed, from the first to the last.',
    means: 'No entry between the first and the last was taken out, put in, or moved.',
    otherwise: 'An entry was removed, changed or moved. Do not rely on any of the figures.',
  },
  documents: {
    title: 'What the entries say is what was logged',
    checked: 'Each document, or each field that is shown, against the hash that its entry commits to.',
    means:
      'The energies, times and devices are letter for letter those that the gateway wrote down when it read the meter.',
    otherwise:
      'A value was changed after it was logged, or was withheld or erased. The findings name the entries.',
  },
  raw: {
    title: 'The meter’s own bytes',
    checked: 'The raw answers of the meter, if the file has them, against the hashes in the documents.',
    means: 'You can read for yourself what the meter answered, byte for byte.',
    otherwise: 'Raw bytes that do not belong to the documents are worth nothing. Ask for the file again.',
  },
  register: {
    title: 'The totals follow from the readings',
    checked:
      'The running total after each entry: that it never falls, and rises by no more than the readings explain.',
    means: 'No energy appears from nowhere. What an operator decided is named.',
    otherwise: 'A total rose or fell without a reading that explains it. Do not rely on the energy.',
  },
  completeness: {
    title: 'Nothing of the period is left out',
    checked:
      'That the chain begins before the period and ends after it, without a hole. Silences of the meter are entries too.',
    means:
      'All that was logged of this period is in the file. What was never logged can’t be shown by anybody.',
    otherwise:
      'When the file was made, the log had no reading after the end of the period, or the file leaves some out. Ask for a file made later.',
  },
  claim: {
    title: 'The claim is true',
    checked:
      'Asset, device, period, number of readings and energy, worked out again from the entries and compared with what the file claims.',
    means: 'The figures at the top of this page are those of the log, to the millijoule.',
    otherwise: 'The file claims something other than its own entries say. Believe the entries, or nothing.',
  },
  history: {
    title: 'The log still begins as it did',
    checked:
      'That the log of today begins with the log of earlier checkpoints: those that the file names, and the one of the earlier file if you gave it.',
    means: 'Nothing of what you saw at the earlier audit has been changed since.',
    otherwise:
      'If it is false, history was rewritten, or the log was set back. If it is open, ask for a file made with "energyweb prove --previous" and the earlier file.',
  },
  'chain-records': {
    title: 'Records on public chains',
    checked:
      'Only what the file says of them. This page has no network and can’t look at a chain; it lists what there is to look up.',
    means: 'Somebody with a node of the chain can compare these records with this file.',
    otherwise: 'Run "energyweb verify FILE --rpc URL" with a node of the chain.',
  },
}

/** The states of a step, for people. */
export const statesInWords = {
  holds: 'Holds',
  false: 'False',
  open: 'Open',
  absent: 'Not checked',
} as const
