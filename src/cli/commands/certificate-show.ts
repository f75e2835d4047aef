import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { EnergywebError } from '../../core/errors.ts'
import type { IssuedCertificate } from '../../ledgers/issuer/certificates.ts'
import type { ListedRequest } from '../../ledgers/issuer/list-requests.ts'
import { parseAddress } from '../address-argument.ts'
import { defineCommand, flag, parsed, text, texts, word } from '../command.ts'
import { withLog } from '../data-folder.ts'
import { readEvidenceFile } from '../evidence-file.ts'
import { verdictCodes } from '../exit-codes.ts'
import { parseId } from '../id-list.ts'
import { assetOfDevice, issuerPlaceOptions, type OpenedIssuer, openIssuer } from '../issuer-desk.ts'
import type { Held } from '../issuer-evidence.ts'
import { periodText, plainData, plainRequest, stateOf, wattHours } from '../issuer-view.ts'
import { printable } from '../printable.ts'
import { formatFields } from '../table.ts'
import { readVerifierKeys } from '../verifier-keys.ts'

/** What was looked up: a request, a certificate, or the one with the other. */
interface Shown {
  readonly request: ListedRequest | undefined
  readonly certificate: IssuedCertificate | undefined
}

/** `energyweb certificate show` */
export const certificateShowCommand = defineCommand({
  name: 'certificate show',
  summary: 'Show a certificate or a request, and hold it against evidence',
  description:
    "Shows a certificate with the request that it was issued for, or a request with what became of it. --evidence holds it against an evidence file: root and energy of the entries that the request names are worked out anew. Where the configuration has the gateway's own log, it is held against that, too. Ends with 0 when nothing differs, 1 when something does, 2 when it can't be decided, as without the verifier key of the log.",
  arguments: { id: word('the id of the certificate; with --request that of a request') },
  options: {
    ...issuerPlaceOptions,
    request: flag('the id is that of a request'),
    evidence: text('file', 'an evidence file over the same entries, - for standard input'),
    verifier: texts('key', "with --evidence: the log's verifier key, or a file with it: whose word you take"),
    account: parsed('address', 'also what this account has of the certificate', parseAddress),
  },
  examples: [
    { command: 'certificate show 7', description: 'shows certificate 7' },
    {
      command:
        "certificate show 4 --request --evidence roof-2024-05-01.evidence.json --verifier 'gateway.example.org/roof+1a2b3c4d+AY…'",
      description: 'what a desk does before it approves request 4',
    },
  ],
  async run({ id: given, request: isRequest, evidence, verifier, account, ...input }, context) {
    const id = parseId(given)
    const keys = await readVerifierKeys(verifier, context.io.cwd)
    const opened = await openIssuer(input, context)
    const shown = isRequest ? await requestNamed(opened, id) : await certificateNamed(opened, id)
    const metadata = shown.request?.metadata ?? shown.certificate?.metadata
    if (evidence !== undefined && metadata === undefined) {
      throw new EnergywebError('argument-invalid', 'it says nothing that could be held against evidence', {
        hint: 'Only what a gateway asked for names entries and their root.',
      })
    }
    const held: Record<string, Held> = {}
    if (evidence !== undefined && metadata !== undefined) {
      const { heldAgainstEvidence } = await import('../issuer-evidence.ts')
      const { openHashes } = await import('../../storage/index.ts')
      const bytes = await readEvidenceFile(evidence, context.io.cwd)
      held.evidence = heldAgainstEvidence(metadata, bytes, { keys, hashes: await openHashes() })
    }
    const own = await againstOwnLog(opened, shown)
    if (own !== undefined) held['own log'] = own
    const balances = await balancesFor(opened, shown, account)
    await context.printer.data(
      { ...plain(shown), balances: balances ?? null, held },
      [forPeople(shown, balances), ...Object.entries(held).map(heldText)].join('\n\n'),
    )
    return codeOf(Object.values(held))
  },
})

async function requestNamed({ chain, place, from }: OpenedIssuer, id: bigint): Promise<Shown> {
  const { readRequest } = await import('../../ledgers/issuer/requests.ts')
  const { approvalsFrom } = await import('../../ledgers/issuer/list-requests.ts')
  const { readCertificate } = await import('../../ledgers/issuer/certificates.ts')
  const request = await readRequest(chain, place.issuer, id)
  if (request === undefined) throw missing(`the issuer ${place.issuer} has no request ${id}`)
  const { owner, approved } = request
  const certificate = approved
    ? (await approvalsFrom(chain, place.issuer, { owner, from })).get(id)
    : undefined
  return {
    request: { ...request, certificate },
    certificate: certificate === undefined ? undefined : await readCertificate(chain, place, certificate),
  }
}

async function certificateNamed({ chain, place }: OpenedIssuer, id: bigint): Promise<Shown> {
  const { readRequest } = await import('../../ledgers/issuer/requests.ts')
  const { readCertificate } = await import('../../ledgers/issuer/certificates.ts')
  const certificate = await readCertificate(chain, place, id)
  if (certificate === undefined) throw missing(`the registry ${place.registry} has no certificate ${id}`)
  const asked = certificate.request
  const request = asked === undefined ? undefined : await readRequest(chain, place.issuer, asked)
  return { certificate, request: request && { ...request, certificate: id } }
}

function missing(message: string): EnergywebError {
  return new EnergywebError('argument-invalid', message, {
    hint: 'Ids begin at 1; requests and certificates have ids of their own (--request).',
  })
}

/** Held against the log of this configuration, where an asset of it reports for the device. */
async function againstOwnLog(
  opened: OpenedIssuer,
  { request, certificate }: Shown,
): Promise<Held | undefined> {
  const { data, metadata } = request ?? certificate ?? {}
  const stream = data && assetOfDevice(opened, data.deviceId)
  if (stream === undefined || metadata === undefined) return undefined
  const { databaseName } = await import('../../storage/index.ts')
  if (!existsSync(join(opened.config.data, databaseName))) return undefined
  const { heldAgainstLog } = await import('../issuer-evidence.ts')
  return withLog(opened.config.data, async log => heldAgainstLog(metadata, log, stream))
}

async function balancesFor(
  { chain, place }: OpenedIssuer,
  { request, certificate }: Shown,
  given: string | undefined,
): Promise<Readonly<Record<string, { owned: bigint; claimed: bigint }>> | undefined> {
  if (certificate === undefined) return undefined
  const { balancesOf } = await import('../../ledgers/issuer/certificates.ts')
  const accounts = [...new Set([request?.owner, given])].filter(account => account !== undefined)
  const found = await Promise.all(
    accounts.map(
      async account => [account, await balancesOf(chain, place, { account, id: certificate.id })] as const,
    ),
  )
  return Object.fromEntries(found)
}

function plain({ request, certificate }: Shown) {
  return {
    request: request === undefined ? null : plainRequest(request),
    certificate:
      certificate === undefined
        ? null
        : {
            certificate: String(certificate.id),
            issuer: certificate.issuer,
            topic: String(certificate.topic),
            valid: certificate.valid ?? null,
            ...plainData(certificate),
          },
  }
}

function forPeople(
  { request, certificate }: Shown,
  balances: Readonly<Record<string, { owned: bigint; claimed: bigint }>> = {},
): string {
  const { data, metadata } = request ?? certificate ?? {}
  return formatFields([
    ['certificate', certificate === undefined ? undefined : String(certificate.id)],
    ['issuer', certificate?.issuer],
    [
      'valid',
      certificate?.valid === false ? 'no: it was revoked' : certificate?.valid === true ? 'yes' : undefined,
    ],
    ['request', request === undefined ? undefined : `${request.id}, ${stateOf(request)}`],
    ['owner', request?.owner],
    ['asked by', request?.sender],
    ['device', data === undefined ? undefined : printable(data.deviceId)],
    ['period', data === undefined ? undefined : periodText(data)],
    ['energy asked for', metadata === undefined ? undefined : wattHours(metadata.energy)],
    ['in all so far', metadata === undefined ? undefined : wattHours(metadata.total)],
    ['log', metadata?.origin === undefined ? undefined : printable(metadata.origin)],
    ['entries', metadata === undefined ? undefined : `${metadata.first} to ${metadata.last}`],
    ['root', metadata?.root],
    [
      'metadata',
      metadata === undefined && data !== undefined ? printable(data.metadata.slice(0, 400)) : undefined,
    ],
    ...Object.entries(balances).map(([account, { owned, claimed }]): [string, string] => [
      account,
      `has ${wattHours(owned)}, has claimed ${wattHours(claimed)}`,
    ]),
  ])
}

const verdicts = { agrees: 'AGREES', differs: 'DIFFERS', open: 'UNDECIDED' } as const

function heldText([against, { outcome, parts }]: readonly [string, Held]): string {
  const lines = parts.map(part => `  ${part.part}: ${part.outcome}: ${printable(part.text)}`)
  return [`${verdicts[outcome]} with the ${against}`, ...lines].join('\n')
}

function codeOf(held: readonly Held[]): number {
  if (held.some(({ outcome }) => outcome === 'differs')) return verdictCodes.refuted
  return held.some(({ outcome }) => outcome === 'open') ? verdictCodes.incomplete : verdictCodes.proven
}
