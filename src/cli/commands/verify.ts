import { resolve } from 'node:path'
import { fromBase64url } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import { printableUrl } from '../../core/printable-url.ts'
import { formatSize } from '../../core/size.ts'
import type { NodeSettings } from '../../ledgers/index.ts'
import type { ContractDescription } from '../../ledgers/records/index.ts'
import type { Verification } from '../../proof/evidence/index.ts'
import type { Signers } from '../../proof/evidence/signers.ts'
import type { VerifierKey } from '../../proof/verifier-key.ts'
import { type CommandContext, defineCommand, flag, optionalWord, parsed, text, texts } from '../command.ts'
import { connectionOptions, connectionPolicy } from '../connection-options.ts'
import { readContractDescriptions } from '../contract-descriptions.ts'
import { parseCount } from '../count-argument.ts'
import { readEvidenceFile } from '../evidence-file.ts'
import { verdictCodes } from '../exit-codes.ts'
import { nextSteps } from '../next-steps.ts'
import { trustedKey } from '../trusted-key.ts'
import { trustBoundary, verificationReport } from '../verification-report.ts'
import { readVerifierKeys } from '../verifier-keys.ts'

/** `energyweb verify` */
export const verifyCommand = defineCommand({
  name: 'verify',
  summary: 'Check a file that somebody gave as evidence',
  description:
    "Checks an evidence file by itself: no gateway, no configuration and no network are needed, and nobody is trusted but the keys that you name. It says first what the file comes to, then what was checked, what is not proven, and what to do next. --key names who must have signed the log; get it from whoever runs the gateway, by another way than the file (`energyweb keys show log-key.json --origin <name>` shows it). Without a key nothing can be proven: whoever made the file could have made the log. --evidence-key names a key of hardware that must have signed too; the report says which readings it has signed one by one. --rpc has records of chains looked at there, by nodes that you trust (--contract says how to read a contract that this program does not know), and the evidence key's signature checked by the precompile of those chains that have one (EIP-7951). --page tells where a web page of one file lies that does the same without a network. Ends with 0 when it is proven, 1 when it is refuted, 2 when it is incomplete, and 64 when nothing was checked: a wrong command line, or a file that can't be read.",
  arguments: { file: optionalWord('the evidence file, - for standard input') },
  options: {
    key: texts('key', "the log's verifier key, or a file with it: whose word you take"),
    evidenceKey: texts(
      'key',
      'verifier key (P-256) of the hardware that must have signed beside the log key, or a file with it',
    ),
    eachReading: flag('with --evidence-key: each reading of the period must be signed by it one by one, too'),
    witness: texts('key', 'verifier key of a witness that you trust, or a file with them'),
    quorum: parsed('number', 'how many of these witnesses must have cosigned; default all', parseCount),
    rpc: texts('address', 'a node of a chain, to look records of that chain up'),
    contract: texts(
      'file',
      'with --rpc: description of a contract that this program does not know, from somebody whose word you take',
    ),
    ...connectionOptions,
    previous: text('file', 'evidence of an earlier audit, to see that the log goes on from there unchanged'),
    page: flag(
      'checks nothing: tells where the verifier web page lies, for whoever has a browser and no tools',
    ),
    out: text('file', 'with --page: copies the page there'),
  },
  examples: [
    {
      command:
        "verify roof-2024-05-01-2024-06-01.evidence.json --key 'gateway.example.org/roof+1a2b3c4d+AY…'",
      description: 'checks a month of readings',
    },
    {
      command: 'verify june.evidence.json --key log.vkey --previous may.evidence.json',
      description: 'also that nothing of May was changed since its audit',
    },
    {
      command: 'verify may.evidence.json --key log.vkey --rpc https://rpc.energyweb.org',
      description: 'also what the file says of the chain',
    },
    {
      command:
        'verify may.evidence.json --key log.vkey --rpc https://rpc.energyweb.org --contract book.contract.json',
      description: 'also what stands in a contract of somebody’s own making',
    },
    {
      command: 'verify may.evidence.json --key log.vkey --evidence-key tpm.vkey',
      description: "also that the gateway's TPM has signed",
    },
    {
      command: 'verify may.evidence.json --key log.vkey --rpc https://192.168.1.9:8545 --ca plant-ca.pem',
      description: 'asks a node of your own, behind an authority of your own',
    },
    {
      command: 'verify --page --out verify.html',
      description: 'writes the web page that checks evidence files, to open in a browser or to hand on',
    },
  ],
  async run(given, context) {
    const { file, key, evidenceKey, eachReading, witness, quorum, ...place } = given
    const { rpc, contract, previous, page, out, ...connection } = place
    const { io } = context
    if (page) {
      await tellPage({ file, out }, context)
      return
    }
    if (out !== undefined) throw new EnergywebError('argument-invalid', '--out is for --page')
    if (file === undefined) throw noFile()
    const keys = await readVerifierKeys(key, io.cwd)
    const evidenceKeys = (await readVerifierKeys(evidenceKey, io.cwd)).map(text => trustedKey(text))
    if (eachReading && evidenceKeys.length === 0) {
      throw new EnergywebError('argument-invalid', '--each-reading asks for signatures by --evidence-key', {
        hint: "Give the verifier key of the gateway's hardware, too: --evidence-key tpm.vkey.",
      })
    }
    const witnesses = await readVerifierKeys(witness, io.cwd)
    if (quorum !== undefined && (quorum < 1 || quorum > witnesses.length)) {
      throw new EnergywebError(
        'argument-invalid',
        `--quorum ${quorum} does not fit ${witnesses.length} witnesses`,
        { hint: 'Name each witness that may count with --witness.' },
      )
    }
    rpc.forEach(mustBeAddress)
    if (contract.length > 0 && rpc.length === 0) {
      throw new EnergywebError('argument-invalid', '--contract says how to read what --rpc looks up')
    }
    const descriptions = await readContractDescriptions(contract, io.cwd)
    const tls = await connectionPolicy(connection, io)
    const nodes = rpc.map(url => ({ url, tls }))
    const bytes = await readEvidenceFile(file, io.cwd)
    const earlier = previous === undefined ? undefined : await readEvidenceFile(previous, io.cwd)
    const { verifyEvidence } = await import('../../proof/evidence/index.ts')
    const { withEvidenceKeys, signersOf } = await import('../../proof/verify-ecdsa.ts')
    const { openHashes } = await import('../../storage/index.ts')
    const trusted = { keys: keys.map(text => trustedKey(text)), witnesses }
    const byLogKey = verifyEvidence(bytes, {
      ...trusted,
      hashes: await openHashes(),
      ...(quorum !== undefined && { quorum }),
      ...(earlier && { previous: earlier }),
    })
    const offline = withEvidenceKeys(byLogKey, evidenceKeys, { eachReading })
    const verification =
      rpc.length === 0 ? offline : await onChain(offline, { nodes, evidenceKeys, descriptions }, context)
    await print(verification, signersOf(verification, { ...trusted, evidenceKeys }), context)
    return verdictCodes[verification.verdict]
  },
})

function noFile(): EnergywebError {
  return new EnergywebError('argument-invalid', 'which file is to be checked?', {
    hint: 'Like `energyweb verify may.evidence.json --key log.vkey`; --page tells where the web page lies that checks files.',
  })
}

async function tellPage(
  { file, out }: { file: string | undefined; out: string | undefined },
  { io, printer }: CommandContext,
): Promise<void> {
  if (file !== undefined) {
    throw new EnergywebError('argument-invalid', '--page checks no file', {
      hint: 'Open the page in a browser, and choose the file there.',
    })
  }
  const { verifierPage } = await import('../verifier-page.ts')
  const found = await verifierPage(out === undefined ? undefined : resolve(io.cwd, out))
  const { page, address, sha256, bytes } = found
  const lines = [page, `${formatSize(bytes)}, SHA-256 ${sha256}`, `open in a browser: ${address}`]
  await printer.data({ ...found }, lines.join('\n'))
}

function mustBeAddress(node: string): void {
  if (URL.canParse(node) && /^https?:$/.test(new URL(node).protocol)) return
  throw new EnergywebError(
    'argument-invalid',
    `--rpc: "${printableUrl(node).slice(0, 100)}" is not the address of a node`,
    {
      hint: 'Write it like https://rpc.energyweb.org.',
    },
  )
}

async function onChain(
  verification: Verification,
  {
    nodes,
    evidenceKeys,
    descriptions,
  }: {
    nodes: readonly NodeSettings[]
    evidenceKeys: readonly VerifierKey[]
    descriptions: readonly ContractDescription[]
  },
  { io }: CommandContext,
): Promise<Verification> {
  const [{ withChainRecords }, { withPrecompiles }] = await Promise.all([
    import('../chain-records.ts'),
    import('../precompile-records.ts'),
  ])
  const signal = io.interruption()
  const recorded = await withChainRecords(verification, { nodes, descriptions, signal })
  return withPrecompiles(recorded, { keys: evidenceKeys, nodes, signal })
}

/** Readings with what others call them: worked out from the file, so that what a contract has can be compared. */
async function withNames({ evidence, readings }: Verification): Promise<readonly object[]> {
  if (evidence === undefined) return readings
  const [{ entryCids }, { entryUuid, leafUuid }, { openHashes }] = await Promise.all([
    import('../../proof/evidence/entry-cids.ts'),
    import('../../proof/ids/derived-ids.ts'),
    import('../../storage/index.ts'),
  ])
  const cidsOf = entryCids(evidence, await openHashes())
  return readings.map(reading => {
    const { segment, sequence } = reading
    const stream = evidence.segments[segment]?.stream ?? ''
    const { leaf, raw = null, document: record = null } = cidsOf(stream, sequence) ?? {}
    return {
      ...reading,
      uuid5: entryUuid({ stream, sequence }),
      uuid8: leaf === undefined ? null : leafUuid(fromBase64url(leaf)),
      cid: { raw, record },
    }
  })
}

async function print(
  verification: Verification,
  signers: Signers,
  { io, printer }: CommandContext,
): Promise<void> {
  const { verdict, steps, evidence, readings, gaps, certificates } = verification
  const { claim, made, key, notes } = evidence ?? {}
  const data = {
    verdict,
    claim: claim ?? null,
    steps,
    readings: printer.json ? await withNames(verification) : readings,
    gaps,
    certificates,
    signers,
    made: made ?? null,
    key: key ?? null,
    notes: notes ?? [],
    notProven: trustBoundary,
    next: nextSteps(verification),
  }
  const { style } = printer
  const { isTerminal, columns } = io.stdout
  const page = { style, signers, ...(isTerminal && { columns }) }
  await printer.data(data, verificationReport(verification, page))
}
