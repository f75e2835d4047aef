import { equalBytes, fromBase64url, toBase64url } from '../../core/bytes.ts'
import type { Checkpoint } from '../checkpoint.ts'
import type { Hashes } from '../hashes.ts'
import { consistencyFailure } from '../verify-consistency.ts'
import { attempt } from './attempt.ts'
import { checkInclusion } from './check-inclusion.ts'
import { refusal, trustedKey } from './check-signature.ts'
import { readFileCheckpoint } from './checkpoint-in-file.ts'
import { decodeEvidence } from './decode-evidence.ts'
import type { Evidence, EvidenceConsistency } from './evidence.ts'
import { absentStep, leavesOpen, refutes, stepOf } from './findings.ts'
import { Rebuilder } from './rebuild.ts'
import type { RebuiltEntry } from './rebuilt-entry.ts'
import type { Finding, VerificationStep, VerifyOptions } from './verification.ts'

interface HistoryContext {
  readonly checkpoint: Checkpoint
  readonly entries: readonly RebuiltEntry[]
  readonly hashes: Hashes
  readonly options: VerifyOptions
}

/** Says whether the checkpoint's tree begins with earlier ones: those that the file names, and that of an earlier file. */
export function checkHistory(evidence: Evidence, context: HistoryContext): VerificationStep {
  const { previous } = context.options
  const { consistency } = evidence
  const findings = consistency.flatMap(tree => checkTree(tree, context))
  if (previous !== undefined) findings.push(...checkPrevious(previous, evidence, context))
  if (consistency.length === 0 && previous === undefined) {
    return absentStep(
      'history',
      'No earlier state of the log is named, and you gave no file of an earlier audit.',
    )
  }
  const sizes = consistency.map(({ size }) => size).join(', ')
  const named = sizes === '' ? '' : `The log begins with its earlier states of ${sizes} entries. `
  const audit =
    previous === undefined
      ? ''
      : 'Nothing that the earlier file rests on was changed, removed or put in behind it.'
  return stepOf('history', findings, `${named}${audit}`.trim())
}

function checkTree({ size, root, path }: EvidenceConsistency, context: HistoryContext): readonly Finding[] {
  const { checkpoint, hashes } = context
  const claim = {
    from: size,
    to: checkpoint.size,
    fromRoot: fromBase64url(root),
    toRoot: checkpoint.root,
    path: path.map(fromBase64url),
  }
  const failure = consistencyFailure(claim, hashes)
  if (failure === undefined) return []
  return [
    refutes(
      'consistency-false',
      `The path does not show that the log of ${checkpoint.size} entries begins with that of ${size} (${failure}).`,
    ),
  ]
}

function checkPrevious(
  text: string | Uint8Array,
  evidence: Evidence,
  context: HistoryContext,
): readonly Finding[] {
  const previous = readPrevious(text)
  if ('code' in previous) return [previous]
  const { file, checkpoint } = previous
  const { origin } = context.checkpoint
  if (checkpoint.origin !== origin) {
    return [
      leavesOpen(
        'previous-foreign',
        `The earlier file is of the log ${checkpoint.origin}, and this one of ${origin}.`,
      ),
    ]
  }
  const { keys = [] } = context.options
  const unsigned = keys.length > 0 ? refusal(file.checkpoint, keys.map(trustedKey)) : []
  if (unsigned.length > 0) {
    return [leavesOpen('previous-unsigned', `The earlier file can't be compared with: ${unsigned[0]?.text}`)]
  }
  const compared = compareTrees(checkpoint, evidence, context)
  const earlier = rebuilt(file, context.hashes)
  const outside = notIncluded(file, earlier, { checkpoint, hashes: context.hashes })
  if (outside !== undefined) {
    const text = `Entries of the earlier file can't be compared with: ${outside.text}`
    return [...compared, leavesOpen('previous-broken', text)]
  }
  return [...compared, ...compareEntries(earlier.flat(), context)]
}

function rebuilt(file: Evidence, hashes: Hashes): readonly (readonly RebuiltEntry[])[] {
  const rebuilder = new Rebuilder(hashes)
  return file.segments.map((segment, i) => rebuilder.rebuild(segment, i).entries)
}

/** Only entries that its own checkpoint signs say anything of the log. */
function notIncluded(
  file: Evidence,
  earlier: readonly (readonly RebuiltEntry[])[],
  tree: { readonly checkpoint: Checkpoint; readonly hashes: Hashes },
): Finding | undefined {
  return file.segments
    .flatMap((segment, number) =>
      checkInclusion(segment, { number, leaf: earlier[number]?.at(-1)?.leaf }, tree),
    )
    .at(0)
}

function readPrevious(text: string | Uint8Array): { file: Evidence; checkpoint: Checkpoint } | Finding {
  const fail = (why: string) => leavesOpen('previous-unreadable', `The earlier file can't be read: ${why}.`)
  return attempt(
    () => {
      const file = decodeEvidence(text)
      const checkpoint = readFileCheckpoint(file.checkpoint)
      return 'code' in checkpoint ? fail(checkpoint.text) : { file, checkpoint }
    },
    ({ message }) => fail(message),
  )
}

function compareTrees(
  earlier: Checkpoint,
  { consistency }: Evidence,
  { checkpoint }: HistoryContext,
): readonly Finding[] {
  const [then, now] = [earlier.size, checkpoint.size]
  if (then > now) {
    return [
      refutes(
        'rolled-back',
        `The log had ${then} entries in the earlier file and has ${now} now: entries are gone.`,
      ),
    ]
  }
  const tree =
    then === now
      ? { root: toBase64url(checkpoint.root) }
      : then === 0
        ? { root: toBase64url(earlier.root) }
        : consistency.find(({ size }) => size === then)
  if (tree === undefined) {
    return [
      leavesOpen(
        'previous-unlinked',
        `The file has no path from the ${then} entries of the earlier file to its ${now}. Ask for one made with: energyweb prove --previous EARLIER-FILE`,
      ),
    ]
  }
  if (equalBytes(fromBase64url(tree.root), earlier.root)) return []
  return [
    refutes(
      'forked',
      `The first ${then} entries of the log are not those of the earlier file: the log was changed behind that audit.`,
    ),
  ]
}

/** Compares the entries that both files hold. */
function compareEntries(earlier: readonly RebuiltEntry[], { entries }: HistoryContext): readonly Finding[] {
  const leaves = new Map(entries.map(({ stream, sequence, leaf }) => [`${stream} ${sequence}`, leaf]))
  return earlier.flatMap(({ stream, sequence, leaf }) => {
    const now = leaves.get(`${stream} ${sequence}`)
    if (now === undefined || leaf === undefined || now === leaf) return []
    return [
      refutes(
        'entries-changed',
        `Entry ${sequence} of stream ${stream} is another one than in the earlier file.`,
      ),
    ]
  })
}
