import { millijoulesPer } from '../core/energy.ts'
import { exactEnergy, exactKilowattHours } from '../core/exact-energy.ts'
import type { EvidenceClaim, Verification, VerificationStep } from '../proof/evidence/index.ts'
import type { Signers } from '../proof/evidence/signers.ts'
import { nextSteps } from './next-steps.ts'
import { printable } from './printable.ts'
import type { Style } from './style.ts'
import { formatFields } from './table.ts'
import { wrapped } from './wrapped.ts'

/** Longer lines are hard to read, and shorter ones hold no key. */
const widths = { longest: 100, shortest: 60 } as const
const mostFindings = 8
const mostGaps = 12
const mostCertificates = 12

/** What no file of this kind can show, for whoever has to rely on it. */
export const trustBoundary: readonly string[] = [
  'That the meter measured rightly, and that nobody tampered with it before the gateway read it.',
  'That the gateway logged all that the meter said: what never reached its log can not show. Complete means that nothing of what was logged is left out.',
  'What was logged after the last entry of this file, such as later corrections.',
  'When entries were written, beyond the word of the gateway and of who has cosigned or anchored its checkpoints.',
]

/** Where the report is shown. */
interface Page {
  readonly style: Style
  /** In characters. */
  readonly width: number
}

const stateWords = { holds: 'holds', false: 'FALSE', open: 'open', absent: '-' } as const

/** The report for people: the verdict first. Whatever comes out of the file is made harmless for a terminal. */
export function verificationReport(
  verification: Verification,
  {
    style,
    signers,
    columns = widths.longest,
  }: { readonly style: Style; readonly signers?: Signers; readonly columns?: number },
): string {
  const { evidence, steps } = verification
  const page: Page = { style, width: Math.max(widths.shortest, Math.min(widths.longest, columns)) }
  const claim = evidence?.claim
  return [
    ...wrapped(headline(verification, style), page.width),
    ...(claim === undefined
      ? []
      : [
          '',
          style.bold(verification.verdict === 'proven' ? 'What is proven' : 'What the file claims'),
          facts(verification, claim, { page, ...(signers && { signers }) }),
          ...section('Certificates, as the log knew them', certificateLines(verification.certificates), page),
        ]),
    '',
    style.bold('What was checked'),
    ...(evidence === undefined
      ? [
          ...steps.filter(({ state }) => state === 'false').flatMap(step => stepLines(step, page)),
          '  Nothing else was looked at: the file could not be read.',
        ]
      : [
          ...steps.flatMap(step => stepLines(step, page)),
          '',
          style.bold('What this does not prove'),
          ...listed(trustBoundary, page),
        ]),
    ...(evidence === undefined || evidence.notes.length === 0
      ? []
      : [
          '',
          style.bold('What the maker of the file says (nobody has checked that)'),
          ...listed(evidence.notes, page),
        ]),
    ...section('What to do next', nextSteps(verification), page),
  ].join('\n')
}

/** The verdict in one sentence. */
export function headline(
  { verdict, evidence, steps, gaps }: Verification,
  { bold, green, red, yellow }: Style,
): string {
  const claim = evidence?.claim
  const what = claim === undefined ? 'the file' : claimInWords(claim)
  switch (verdict) {
    case 'proven':
      return `${bold(green('PROVEN'))}: ${what}${gapsInWords(gaps)}.`
    case 'refuted': {
      const first = steps.find(({ state }) => state === 'false')
      const lead =
        claim === undefined ? 'this file proves nothing as it is' : 'this file does not prove what it claims'
      return `${bold(red('REFUTED'))}: ${lead}. ${oneLine(first?.text ?? '')}`
    }
    case 'incomplete': {
      const first = steps.find(({ state }) => state === 'open')
      return `${bold(yellow('INCOMPLETE'))}: nothing in the file is false, but it does not prove yet that ${what}. ${oneLine(first?.text ?? '')}`
    }
  }
}

/** Whoever reads one sentence alone must not miss that the log itself knows of times without a reading. */
function gapsInWords({ length }: Verification['gaps']): string {
  return length === 0 ? '' : `; the log tells of ${length} ${length === 1 ? 'gap' : 'gaps'} in that time`
}

/** What the file claims, as a sentence. */
export function claimInWords({ asset, channel, from, to, readings, energy }: EvidenceClaim): string {
  const verb = channel === 'import' ? 'took in' : 'delivered'
  const name = oneLine(asset)
  const count = readings === 1 ? 'a counted reading' : `${readings} counted readings`
  if (energy === null) {
    const when = from === to ? `of ${from}` : `from after ${from} and up to ${to} (UTC)`
    return `${name} has ${count} ${when}, and its energy is not claimed`
  }
  const amount = exactEnergy(BigInt(energy))
  if (from === to)
    return `${name} had ${readings === 1 ? 'a reading' : `${readings} readings`} at ${from}, by which it ${verb} ${amount}`
  return `${name} ${verb} ${amount} after ${from} and up to ${to} (UTC), by ${readings} readings`
}

function facts(
  { evidence, readings, gaps, certificates }: Verification,
  claim: EvidenceClaim,
  { page, signers }: { readonly page: Page; readonly signers?: Signers },
): string {
  const devices = claim.devices.map(({ manufacturer, model, serial }) =>
    [manufacturer, model, serial === null ? null : `serial ${serial}`]
      .filter(part => part !== null)
      .join(' '),
  )
  const held = readings.filter(({ status }) => status?.startsWith('held/') === true).length
  const late = readings.filter(({ status }) => status === 'late').length
  const revised = readings.filter(({ kind }) => kind === 'revision').length
  const counts = [
    `${claim.readings} counted`,
    ...(held > 0 ? [`${held} held`] : []),
    ...(late > 0 ? [`${late} late`] : []),
    ...(revised > 0 ? [`${revised} revised`] : []),
  ]
  return formatFacts(
    [
      ['  asset', oneLine(`${claim.asset} (${claim.channel})`)],
      ['  device', devices.length === 0 ? 'not named' : oneLine(devices.join('; '))],
      [
        '  period',
        claim.from === claim.to ? `${claim.from} (UTC)` : `after ${claim.from} up to ${claim.to} (UTC)`,
      ],
      ['  energy', energyLine(claim)],
      ['  readings', counts.join(', ')],
      ['  gaps', gapsLine(gaps)],
      ['  certificates', certificates.length === 0 ? undefined : certificatesLine(certificates)],
      ['  signed by', signers && oneLine(checkpointSigners(signers))],
      ['  one by one', signers && readingSigners(signers, readings.length)],
      ['  made', evidence && oneLine(`${evidence.made.at} by ${evidence.made.by}`)],
    ],
    page,
  )
}

/** What is longer than a line goes on below itself. */
function formatFacts(facts: readonly (readonly [string, string | undefined])[], { width }: Page): string {
  const indent =
    Math.max(0, ...facts.flatMap(([name, value]) => (value === undefined ? [] : [name.length]))) + 2
  const below = `\n${' '.repeat(indent)}`
  return formatFields(
    facts.map(([name, value]) => [name, value && wrapped(value, width - indent).join(below)] as const),
  )
}

const roleWords = { log: 'the log key', evidence: 'the evidence key', witness: 'the witness' } as const

/** Who has signed the checkpoint; of lines of unknown keys only how many there are, because anybody can write them. */
function checkpointSigners({ checkpoint }: Signers): string {
  const named = checkpoint.flatMap(({ key, role, holds }) =>
    role === 'unknown' ? [] : [`${roleWords[role]} ${key}${holds === true ? '' : ' (FALSE)'}`],
  )
  const strangers = checkpoint.length - named.length
  const others =
    strangers === 0 ? [] : [`${strangers} ${strangers === 1 ? 'key' : 'keys'} that you have not named`]
  return [...named, ...others].join('; ') || 'nobody'
}

/** Which evidence keys have signed readings one by one; undefined where none has. */
function readingSigners({ readings }: Signers, count: number): string | undefined {
  if (readings.length === 0) return undefined
  const said = readings.map(({ key, count: signed }) => `${signed} by ${key}`).join('; ')
  return `of the ${count} readings of the period ${said}`
}

function energyLine({ energy }: EvidenceClaim): string {
  if (energy === null) return 'not shown'
  const exact = exactKilowattHours(BigInt(energy))
  return exact === undefined ? exactEnergy(BigInt(energy)) : `${exact} kWh, which is ${energy} mJ`
}

/** Wh in words, exactly. */
function wattHours(energy: bigint | undefined): string {
  return energy === undefined ? 'not shown' : exactEnergy(energy * millijoulesPer.Wh)
}

/** How many of each ledger are in which state, and what those stand for that are not revoked. */
function certificatesLine(certificates: Verification['certificates']): string {
  const groups = Map.groupBy(certificates, ({ ledger, state }) => `${state} by the ledger ${ledger}`)
  const said = [...groups].map(([words, group]) => {
    const isKnown = group.every(({ energy }) => energy !== undefined)
    const energy = group.reduce((sum, one) => sum + (one.energy ?? 0n), 0n)
    return `${group.length} ${words}: ${wattHours(isKnown ? energy : undefined)}`
  })
  return oneLine(`${said.join('; ')} (as the log knew them)`)
}

/** The certificates one by one. */
function certificateLines(certificates: Verification['certificates']): readonly string[] {
  const more = certificates.length - mostCertificates
  return [
    ...certificates
      .slice(0, mostCertificates)
      .map(({ certificate = '?', contract = '?', chainId = '?', energy, state = '?', owner = '?' }) => {
        const whose = state === 'issued' ? 'to' : 'of'
        return `${certificate} in ${contract} on chain ${chainId}: ${wattHours(energy)}, ${state} ${whose} ${owner}`
      }),
    ...(more > 0 ? [`and ${more} more: --json shows all`] : []),
  ]
}

function gapsLine(gaps: Verification['gaps']): string {
  if (gaps.length === 0) return 'none'
  const shown = gaps
    .slice(0, mostGaps)
    .map(({ from, to, reason }) =>
      oneLine(`${from ?? '?'} to ${to ?? 'the next reading'} (${reason ?? 'no reason shown'})`),
    )
  const more = gaps.length > mostGaps ? [`and ${gaps.length - mostGaps} more`] : []
  return `${gaps.length}: ${[...shown, ...more].join('; ')}`
}

function stepLines(
  { name, state, text, findings }: VerificationStep,
  { style, width }: Page,
): readonly string[] {
  const paint = { holds: style.green, false: style.red, open: style.yellow, absent: style.dim }[state]
  const head = `  ${paint(stateWords[state].padEnd(6))} ${name.padEnd(14)} `
  const indent = ' '.repeat(24)
  const [first = '', ...rest] = wrapped(oneLine(text), width - indent.length)
  // The text says the first of what refutes or leaves open.
  const further = findings.filter(finding => !text.startsWith(finding.text))
  return [
    `${head}${first}`,
    ...rest.map(line => indent + line),
    ...further
      .slice(0, mostFindings)
      .flatMap(({ effect, text: found }) =>
        wrapped(
          `${effect === 'refutes' ? 'false: ' : effect === 'leaves-open' ? 'open: ' : 'note: '}${oneLine(found)}`,
          width - indent.length - 2,
        ).map((line, i) => `${indent}${i === 0 ? '- ' : '  '}${line}`),
      ),
    ...(further.length > mostFindings
      ? [`${indent}- and ${further.length - mostFindings} more: --json shows all`]
      : []),
  ]
}

function section(title: string, items: readonly string[], page: Page): readonly string[] {
  return items.length === 0 ? [] : ['', page.style.bold(title), ...listed(items, page)]
}

function listed(items: readonly string[], { width }: Page): readonly string[] {
  return items.flatMap(item =>
    wrapped(oneLine(item), width - 4).map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`),
  )
}

/**
 * Text that a file brought, on one line: a line feed of its own could pass a sentence off as ours, and marks of writing
 * direction could show it in another order.
 */
export function oneLine(text: string): string {
  return printable(text.replace(/[\n\t\u2028\u2029]+/g, ' ')).replace(
    /[\u202a-\u202e\u2066-\u2069]/g,
    '\ufffd',
  )
}
