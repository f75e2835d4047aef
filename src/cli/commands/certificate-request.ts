import { EnergywebError } from '../../core/errors.ts'
import { parseAddress } from '../address-argument.ts'
import { type CommandContext, defineCommand, parsed, requiredText, texts, word } from '../command.ts'
import { readEvidenceFile } from '../evidence-file.ts'
import { deskOptions, type OpenedDesk, openDesk, send } from '../issuer-desk.ts'
import { periodText, wattHours } from '../issuer-view.ts'
import { readVerifierKeys } from '../verifier-keys.ts'

/** `energyweb certificate request` */
export const certificateRequestCommand = defineCommand({
  name: 'certificate request',
  summary: 'Ask for a certificate over what an evidence file proves',
  description:
    'Asks the Issuer for a certificate over the energy of an evidence file, for plants that no gateway reports to it: a line of a gateway that meets a request which it did not make stops. The file must be proven, so it takes the verifier key of its log, and must go on where the last request for this device by this account ended. Repeated, it asks for nothing again.',
  arguments: { evidence: word('the evidence file, - for standard input') },
  options: {
    ...deskOptions,
    device: requiredText('id', 'the plant as the issuer knows it; public for ever'),
    owner: parsed('address', 'whose the certificate becomes; default the account of --key', parseAddress),
    verifier: texts('key', "the log's verifier key, or a file with it: whose word you take"),
  },
  examples: [
    {
      command:
        "certificate request roof-2024-05-01-2024-06-01.evidence.json --device DE-BE-000123 --key roof --verifier 'gateway.example.org/roof+1a2b3c4d+AY…'",
      description: 'asks for a certificate over May',
    },
  ],
  async run({ evidence, device, owner: given, verifier, key, ...input }, context) {
    const keys = await readVerifierKeys(verifier, context.io.cwd)
    const bytes = await readEvidenceFile(evidence, context.io.cwd)
    const opened = await openDesk({ ...input, key }, context)
    const owner = given ?? opened.account.address.toLowerCase()
    const { data, metadata } = await wantedBy(opened, { bytes, keys, owner, device })
    const { requestOf } = await import('../../ledgers/issuer/desk.ts')
    const { encodeRequestData } = await import('../../ledgers/issuer/request-data.ts')
    const transaction = await requestOf(opened.desk, { owner, data: encodeRequestData(data) })
    const { logs, transaction: hash } = await send(opened.account, transaction)
    const { announcedIn } = await import('../../ledgers/issuer/requests.ts')
    const own = logs.filter(({ address }) => address === opened.place.issuer)
    const [announced] = own.flatMap(announcedIn)
    if (announced === undefined) {
      throw new EnergywebError('ledger-conflict', `the transaction ${hash} announces no request`)
    }
    await tell({ id: announced.id, hash, owner, text: periodText(data), energy: metadata.energy }, context)
  },
})

async function wantedBy(
  { chain, place, account, from }: OpenedDesk,
  {
    bytes,
    keys,
    owner,
    device,
  }: { bytes: Uint8Array; keys: readonly string[]; owner: string; device: string },
) {
  const { verifyEvidence } = await import('../../proof/evidence/index.ts')
  const { trustedKey } = await import('../trusted-key.ts')
  const { readCheckpoint } = await import('../../proof/checkpoint.ts')
  const { openHashes } = await import('../../storage/index.ts')
  const { formatRawCid } = await import('../../core/cid.ts')
  const { entriesOf } = await import('../issuer-evidence.ts')
  const { OwnRequests } = await import('../../ledgers/issuer/own-requests.ts')
  const { requestFromEvidence } = await import('../../ledgers/issuer/request-from-evidence.ts')
  const hashes = await openHashes()
  const verification = verifyEvidence(bytes, { keys: keys.map(text => trustedKey(text)), hashes })
  const senders = [account.address.toLowerCase()]
  const previous = await new OwnRequests(place.issuer).newest(chain, {
    owner,
    deviceId: device,
    senders,
    from,
  })
  const { evidence } = verification
  return requestFromEvidence(verification, evidence === undefined ? [] : entriesOf(evidence, hashes), {
    deviceId: device,
    previous,
    origin: evidence === undefined ? '' : readCheckpoint(evidence.checkpoint).origin,
    cid: formatRawCid(hashes.sha256(bytes)),
  })
}

async function tell(
  {
    id,
    hash,
    owner,
    text,
    energy,
  }: { id: bigint; hash: string; owner: string; text: string; energy: bigint },
  { printer }: CommandContext,
): Promise<void> {
  await printer.data(
    { request: String(id), owner, energy: String(energy), transaction: hash },
    `request ${id}: ${wattHours(energy)} from ${text} for ${owner}`,
  )
}
