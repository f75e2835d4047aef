import { checkFiles } from '../check-files.ts'
import { defineCommand, flag, text, texts } from '../command.ts'
import { dataOptions, findData } from '../data-folder.ts'
import { shownText } from '../entry-view.ts'
import { exitCodes } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { ProgressBar } from '../progress-bar.ts'
import { registeredAssetOptions } from '../registered-asset.ts'
import { readVerifierKeys } from '../verifier-keys.ts'

/** `energyweb log check` */
export const logCheckCommand = defineCommand({
  name: 'log check',
  summary: 'Derive everything again and name the first bad entry',
  description:
    'Works everything out anew from the entries: leaf hashes, tree, streams, documents against their commitments, raw bytes against documents, registers from readings, submissions and cursors, signatures of single entries, and what is kept of remotes of IPFS. Ends with 1 and names the first entry that is not what was written. A gateway may be running meanwhile. With --chain-of-files it looks at a folder of files instead, as a report line with `files` and the gateways of Origin release A keep them: each must carry the hash of the one before, and each event of the asset its file. Auditors without our configuration name the registry themselves.',
  arguments: {},
  options: {
    ...dataOptions,
    hashes: flag('only hashes, tree and checkpoints: no documents, registers and submissions'),
    key: text('verifier key', 'who must have signed the checkpoints, as `keys show --origin` tells it'),
    evidenceKey: texts(
      'key',
      'verifier key (P-256) of hardware that may have signed entries one by one, or a file with it',
    ),
    chainOfFiles: text('folder', 'check this chain of files instead of the log'),
    ...registeredAssetOptions,
  },
  examples: [
    { command: 'log check', description: 'checks everything' },
    { command: 'log check --hashes --data /backup/roof', description: 'checks the hashes of a backup' },
    {
      command: 'log check --chain-of-files ./roof-files --asset roof',
      description: "compares files with the events of the asset's registry",
    },
    {
      command:
        'log check --chain-of-files . --rpc https://rpc.energyweb.org --contract 0x… --asset-id 2 --role producer',
      description: 'the same for an auditor, without a configuration',
    },
  ],
  async run({ hashes, key, evidenceKey, chainOfFiles, ...place }, { io, printer }) {
    if (chainOfFiles !== undefined) return checkFiles({ ...place, folder: chainOfFiles }, { io, printer })
    const folder = await findData(place, io)
    const { checkLog } = await import('../../storage/index.ts')
    const { trustedKey } = await import('../trusted-key.ts')
    const evidenceKeys = await readVerifierKeys(evidenceKey, io.cwd)
    const bar = new ProgressBar('checking', { output: io.stderr, clock: io.clock })
    const result = await checkLog({
      folder,
      hashesOnly: hashes,
      ...(key === undefined ? {} : { keys: [trustedKey(key)] }),
      evidenceKeys: evidenceKeys.map(text => trustedKey(text)),
      onProgress: ({ done, total }) => bar.show(done, total),
    }).finally(() => bar.clear())
    const { ok, entries, streams, checkpoints, signatures, erased, erasures, firstBad } = result
    const { green, red } = printer.style
    const counts = [
      `entries: ${entries}`,
      `streams: ${streams}`,
      `${key === undefined ? 'checkpoints' : 'checkpoints by that key'}: ${checkpoints}`,
      ...(signatures === 0 ? [] : [`signatures of single entries: ${signatures}`]),
      ...(erased === 0 ? [] : [`erased, so only their hashes are verified: ${erased}`]),
    ].join(', ')
    const ranges = erasures.map(
      ({ stream, first, last, by, reason }) =>
        `erased: ${printable(stream)} ${first} to ${last}, by ${shownText(by)}: ${shownText(reason)}`,
    )
    const where = firstBad === undefined ? '' : whereOf(firstBad)
    await printer.data(
      result,
      ok
        ? [`${green('good')}: ${counts}${hashes ? ' (hashes only)' : ''}`, ...ranges].join('\n')
        : `${red('bad')}: ${where}${firstBad?.reason}: ${firstBad?.detail}`,
    )
    return ok ? exitCodes.ok : exitCodes.failed
  },
})

function whereOf({
  index,
  stream,
  sequence,
}: {
  index: number | undefined
  stream: string | undefined
  sequence: number | undefined
}): string {
  if (index === undefined) return ''
  return `entry ${index}${stream === undefined ? '' : ` (${stream}, sequence ${sequence})`}: `
}
