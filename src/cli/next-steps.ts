import type { FindingCode, Verification } from '../proof/evidence/index.ts'

const askForKey =
  "Get the log's verifier key from whoever runs the gateway, by another way than this file came (they see it with `energyweb keys show log-key.json --origin <name>`), and run again with --key."

/** What mends a finding, for those that somebody can mend. */
const remedies: Partial<Record<FindingCode, string>> = {
  'key-not-trusted': askForKey,
  'key-foreign': `The checkpoint is not signed by the key that you named. Make sure of the key. ${askForKey}`,
  'evidence-key-missing':
    'Ask for a file made anew: while its token is away an evidence key does not sign, and it signs what waited once it is back.',
  'witnesses-missing':
    'Ask for a file whose checkpoint more witnesses have cosigned, or name with --quorum how many must have.',
  'end-open':
    'Ask for the file anew once the meter was read after the end of the period and the gateway has signed a checkpoint behind that.',
  'start-open': 'Ask for the file anew: as `energyweb prove` makes it, it begins before the period.',
  'time-uncovered':
    'Ask for a file that shows all intervals of the period, with the times at which they begin. Where the log has neither intervals nor gaps, prove the times around it by themselves.',
  'previous-broken': 'The earlier file is not as it was made. Take the one that was verified at that audit.',
  'previous-unlinked':
    'Ask for a file made with `energyweb prove … --previous <the earlier file>`: it shows how the log goes on from there.',
  'fields-not-shown':
    'Ask for a file that shows more fields: to work the energy out, the fields measuredAt, from, status and total are needed.',
  'entry-sealed': 'Ask for a file in which these entries are shown.',
  'entry-erased':
    'What was erased is gone for ever. Ask for the reason, and prove the times around it by themselves.',
  'border-unclear': 'Ask for a period whose ends do not lie between readings that were held together.',
  'rolled-back':
    'Make sure that the file named with --previous is the earlier one: with the two interchanged, every log seems to have lost entries.',
  'version-unknown': 'Check it with a newer energyweb.',
  'certified-beyond':
    'Ask whoever issued these certificates why. When a registration before this time was given up and a later one took its energy over, a file of a longer period shows it.',
  'chain-unknown': 'Name a node of each chain with --rpc; one that keeps old blocks knows more.',
}

/** For what can't be read as evidence: mostly a wrong file, or one that a program has written anew on its way. */
const unreadable = [
  'Make sure that it is the right file: `energyweb prove` gives it a name that ends in .evidence.json.',
  'Ask for it anew, byte for byte as it was written: packed (zip), or from a web server. Mail programs and editors change line ends, and programs that show JSON neatly change all of the text.',
]

/** What whoever holds the file can do about the verdict. */
export function nextSteps(verification: Verification): readonly string[] {
  const { verdict, steps } = verification
  const findings = steps.flatMap(step => step.findings)
  const decisive = findings.filter(({ effect }) => effect !== 'note')
  const named = [...new Set(decisive.flatMap(({ code }) => remedies[code] ?? []))]
  if (verdict === 'proven') {
    return [
      'Keep this file: with --previous it shows at the next audit that nothing was changed since.',
      ...(namesRecords(verification)
        ? ['It names records of chains. With --rpc and a node that you trust they are looked up.']
        : []),
    ]
  }
  if (verdict === 'incomplete') return named
  if (verification.evidence === undefined) return [...unreadable, ...named]
  return [
    'Keep this file as it is and do not rely on it: it was changed on its way, or what it says was never logged so.',
    'Ask for the file anew, by another way. When it fails again, ask whoever runs the gateway for an explanation.',
    ...named,
  ]
}

/** True where the file names what stands on chains, and nobody has looked there. */
function namesRecords({ evidence, steps }: Verification): boolean {
  const looked = steps.some(({ name, state }) => name === 'chain-records' && state !== 'absent')
  if (evidence === undefined || looked) return false
  const entries = evidence.segments.flatMap(segment => segment.entries)
  return (
    evidence.anchors.length > 0 || entries.some(entry => entry.kind === 'receipt' && !('sealed' in entry))
  )
}
