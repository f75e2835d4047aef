import type { Checkpoint } from '../checkpoint.ts'
import type { Hashes } from '../hashes.ts'
import { portableHashes } from '../portable-hashes.ts'
import { attempt } from './attempt.ts'
import {
  type CertificateRecord,
  certificatesOf,
  certificatesWithin,
  newestStates,
} from './certificate-records.ts'
import { checkChain } from './check-chain.ts'
import { checkChainRecords } from './check-chain-records.ts'
import { checkClaim } from './check-claim.ts'
import { checkCompleteness, touches } from './check-completeness.ts'
import { checkHistory } from './check-history.ts'
import { checkInclusion } from './check-inclusion.ts'
import { checkRaw } from './check-raw.ts'
import { checkRegister } from './check-register.ts'
import { checkSignature } from './check-signature.ts'
import { checkWitnesses } from './check-witnesses.ts'
import { readFileCheckpoint } from './checkpoint-in-file.ts'
import { decodeEvidence } from './decode-evidence.ts'
import type { Evidence } from './evidence.ts'
import { EvidenceInvalid } from './evidence-invalid.ts'
import { refutes, stepOf, undecidedStep } from './findings.ts'
import { type PeriodView, viewPeriod } from './period-view.ts'
import { Rebuilder, type RebuiltSegment } from './rebuild.ts'
import { integerOf, type RebuiltEntry, textOf, timeOf } from './rebuilt-entry.ts'
import {
  type Finding,
  stepNames,
  type Verification,
  type VerificationStep,
  type VerifiedGap,
  type VerifiedReading,
  type VerifyOptions,
} from './verification.ts'

/**
 * Checks an evidence file, offline: nothing in it is believed that does not follow from a checkpoint which a trusted key has
 * signed. The file is hostile input.
 * @param options - what the verifier is told from outside, above all which keys to trust: without one nothing is proven
 * @throws EnergywebError `note-invalid` for a key in the options that is none; `proof-invalid` for one that is there twice or of
 * the wrong kind, or is a log's and a witness's at once; `argument-invalid` for a quorum below one. Whatever is wrong with the file is in the answer instead.
 *
 * @example
 * const { verdict, steps } = verifyEvidence(await readFile('roof.evidence.json'), { keys: [key] })
 */
export function verifyEvidence(
  text: string | Uint8Array,
  options: VerifyOptions & { readonly hashes?: Hashes } = {},
): Verification {
  const evidence = readEvidence(text)
  if (!('code' in evidence)) return verifyRead(evidence, options)
  const format = stepOf('format', [evidence], '')
  const rest = stepNames.slice(1).map(name => undecidedStep(name, 'the file could not be read'))
  return {
    ...verdictOf([format, ...rest]),
    evidence: undefined,
    readings: [],
    gaps: [],
    certificates: [],
    signatures: [],
  }
}

function readEvidence(text: string | Uint8Array): Evidence | Finding {
  return attempt(
    () => decodeEvidence(text),
    error =>
      error instanceof EvidenceInvalid
        ? refutes(error.finding, `The file can't be read as evidence: ${error.message}.`)
        : undefined,
  )
}

function verdictOf(steps: readonly VerificationStep[]): Pick<Verification, 'verdict' | 'steps'> {
  const states = new Set(steps.map(({ state }) => state))
  return { verdict: states.has('false') ? 'refuted' : states.has('open') ? 'incomplete' : 'proven', steps }
}

function verifyRead(evidence: Evidence, options: VerifyOptions & { readonly hashes?: Hashes }): Verification {
  const { hashes = portableHashes() } = options
  const rebuilder = new Rebuilder(hashes)
  const rebuilt = evidence.segments.map((segment, i) => rebuilder.rebuild(segment, i))
  const view = viewPeriod(
    rebuilt.map(({ entries }) => entries),
    evidence.claim,
  )
  const entries = rebuilt.flatMap(segment => segment.entries)
  const certificates = certificatesWithin(certificatesOf(view.segments.flat()), view)
  const tree = checkTree(evidence, { rebuilt, entries, view, certificates, hashes, options })
  const steps = [
    stepOf('format', [], `The file is evidence of version ${evidence.evidence}, written as it must be.`),
    ...tree.before,
    checkChain(
      evidence.segments,
      rebuilt.map(segment => segment.entries),
    ),
    documentsStep(rebuilt),
    checkRaw(evidence, entries, hashes),
    checkRegister(rebuilt.map(segment => segment.entries)),
    checkCompleteness(evidence.claim, view),
    checkClaim(evidence.claim, view),
    ...tree.behind,
  ]
  const shown = newestStates(certificates).filter(({ segment }) => tree.included.has(segment))
  return {
    ...verdictOf(steps),
    evidence,
    ...contentsOf(view, evidence, tree.included),
    certificates: shown,
    signatures: entries.flatMap(signatureOf),
  }
}

interface TreeContext {
  readonly rebuilt: readonly RebuiltSegment[]
  readonly entries: readonly RebuiltEntry[]
  readonly view: PeriodView
  readonly certificates: readonly CertificateRecord[]
  readonly hashes: Hashes
  readonly options: VerifyOptions
}

/** The steps that need the checkpoint, those before and behind the ones that don't, and which segments are in its tree. */
function checkTree(evidence: Evidence, context: TreeContext) {
  const checkpoint = readFileCheckpoint(evidence.checkpoint)
  if ('code' in checkpoint) {
    const why = 'the checkpoint could not be read'
    return {
      before: [
        stepOf('signature', [checkpoint], ''),
        undecidedStep('witnesses', why),
        undecidedStep('inclusion', why),
      ],
      behind: [undecidedStep('history', why), undecidedStep('chain-records', why)],
      included: new Set<number>(),
    }
  }
  const { options } = context
  const inclusion = includeSegments(evidence, checkpoint, context)
  return {
    before: [
      checkSignature(evidence, checkpoint, options.keys ?? []),
      checkWitnesses(evidence, options),
      inclusion.step,
    ],
    behind: [
      checkHistory(evidence, { ...context, checkpoint }),
      checkChainRecords(evidence, { ...context, checkpoint }),
    ],
    included: inclusion.included,
  }
}

function includeSegments(evidence: Evidence, checkpoint: Checkpoint, { rebuilt, hashes }: TreeContext) {
  const found = evidence.segments.map((segment, number) =>
    checkInclusion(segment, { number, leaf: rebuilt[number]?.entries.at(-1)?.leaf }, { checkpoint, hashes }),
  )
  const count = found.length === 1 ? 'The segment is' : `All ${found.length} segments are`
  return {
    included: new Set([...found.keys()].filter(i => found[i]?.length === 0)),
    step: stepOf('inclusion', found.flat(), `${count} in the signed tree of ${checkpoint.size} entries.`),
  }
}

function documentsStep(rebuilt: readonly RebuiltSegment[]): VerificationStep {
  const entries = rebuilt.flatMap(segment => segment.entries)
  const counts = (['whole', 'shown', 'sealed'] as const).map(
    content => entries.filter(entry => entry.content === content).length,
  )
  const forms = [
    `${counts[0]} are whole`,
    `of ${counts[1]} some fields are shown`,
    `of ${counts[2]} nothing is shown`,
  ]
  const said = forms.filter((_, i) => counts[i] !== 0).join(', ')
  const text = `Documents are of their schemas, and the entries were worked out from them: ${said}.`
  return stepOf(
    'documents',
    rebuilt.flatMap(segment => segment.findings),
    text,
  )
}

/** Readings and gaps of the period, from segments that are in the tree. */
function contentsOf(
  view: PeriodView,
  { claim }: Evidence,
  included: ReadonlySet<number>,
): Pick<Verification, 'readings' | 'gaps'> {
  const readings = [...view.placed.values()].filter(
    ({ entry, place }) => place === 'within' && included.has(entry.segment),
  )
  const gaps = view.segments.flat().filter(entry => touches(entry, claim) && included.has(entry.segment))
  return { readings: readings.map(({ entry }) => readingOf(entry)), gaps: gaps.map(gapOf) }
}

function readingOf(entry: RebuiltEntry): VerifiedReading {
  const { segment, sequence, kind } = entry
  return {
    segment,
    sequence,
    kind: kind === 'revision' ? 'revision' : 'reading',
    measuredAt: timeOf(entry, 'measuredAt'),
    from: timeOf(entry, 'from'),
    energy: integerOf(entry, 'energy'),
    total: integerOf(entry, 'total'),
    status: textOf(entry, 'status') ?? undefined,
  }
}

function signatureOf({ segment, sequence, stream, leaf, signed }: RebuiltEntry): Verification['signatures'] {
  return leaf && signed ? [{ segment, sequence, stream, leaf, signed }] : []
}

function gapOf(entry: RebuiltEntry): VerifiedGap {
  const { segment, sequence } = entry
  return {
    segment,
    sequence,
    from: timeOf(entry, 'from'),
    to: timeOf(entry, 'to'),
    reason: textOf(entry, 'reason') ?? undefined,
  }
}
