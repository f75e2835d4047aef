import { resolve } from 'node:path'
import { parseCid } from '../../core/any-cid.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { formatSize, parseSize } from '../../core/size.ts'
import type { LogReader } from '../../storage/index.ts'
import { defineCommand, parsed, text, texts, word } from '../command.ts'
import { connectionOptions, connectionPolicy } from '../connection-options.ts'
import { dataOptions, findData, withLog } from '../data-folder.ts'
import { looksLikeEntry } from '../entry-argument.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Validated } from '../ipfs/validate-content.ts'
import { printable } from '../printable.ts'
import type { Style } from '../style.ts'
import { oneOf } from '../word-option.ts'

const usualLimit = 64 * 2 ** 20
const contents = ['documents', 'raw'] as const
type Content = (typeof contents)[number]

/** `energyweb ipfs validate` */
export const ipfsValidateCommand = defineCommand({
  name: 'ipfs validate',
  summary: 'Fetch content by its CID and hold it against CID and log',
  description:
    'Fetches content by its CID and believes nobody: every block must have the bytes that its CID says. Of an entry of the log it fetches the record and the raw bytes, under the CIDs that the log has for them; of a CID, with --data or --config, it says what of the log it is. Fetched from gateways (https://…, raw blocks), from nodes by kubo’s RPC API (an address that ends with /api/v0, or the name of a ledger of kind kubo, under its TLS policy and with its token), or from CAR files. A node is asked for what it has itself. Ends with 1 when anything is missing or wrong, with 4 when a source was not reached.',
  arguments: { what: word('a CID, or an entry: 12, roof/3') },
  options: {
    ...dataOptions,
    from: texts('source', 'an address, a CAR file, or the name of a node in the configuration'),
    content: parsed('documents|raw', 'of an entry only its record, or only its raw bytes', given =>
      oneOf(given, contents),
    ),
    out: text('file', 'of one content from one source: write it into this file'),
    limit: parsed('size', 'longest content that is taken; default 64 MiB', parseSize),
    ...connectionOptions,
  },
  examples: [
    {
      command: 'ipfs validate roof/3 --from node',
      description: 'does the node of the configuration still have entry 3 of roof?',
    },
    {
      command: 'ipfs validate bafkrei… --from https://trustless-gateway.link --out reading.xml',
      description: 'fetches content from a gateway and checks it',
    },
    { command: 'ipfs validate 12 --from may.car', description: 'looks for entry 12 in an archive' },
  ],
  async run({ what, from, content, out, limit = usualLimit, config, data, ...proof }, { io, printer }) {
    if (from.length === 0) {
      throw new EnergywebError('argument-invalid', 'it is not said where to fetch from', {
        hint: 'Give --from with an address, a CAR file, or the name of a node in the configuration.',
      })
    }
    const { validateContent } = await import('../ipfs/validate-content.ts')
    const { wantedByCid, wantedOfEntry } = await import('../ipfs/wanted-content.ts')
    const tls = await connectionPolicy(proof, io)
    const chosen: readonly Content[] = content === undefined ? contents : [content]
    const validate = (log: LogReader | undefined) =>
      validateContent(
        log !== undefined && looksLikeEntry(what)
          ? wantedOfEntry(log, what, chosen)
          : [wantedByCid(cidOf(what), log)],
        {
          ...{ from, limit, config, io, tls, signal: io.interruption() },
          out: out === undefined ? undefined : resolve(io.cwd, out),
        },
      )
    const isLooked = looksLikeEntry(what) || config !== undefined || data !== undefined
    const results = isLooked
      ? await withLog(await findData({ config, data }, io), validate)
      : await validate(undefined)
    const ok = results.every(({ state }) => state === 'good')
    await printer.data({ what, ok, results }, results.map(one => lineFor(one, printer.style)).join('\n'))
    if (ok) return exitCodes.ok
    const isAway = results.every(({ state }) => state === 'good' || state === 'unreachable')
    return isAway ? exitCodes.unavailable : exitCodes.failed
  },
})

function cidOf(given: string) {
  try {
    return parseCid(given.replace(/^ipfs:\/\//, ''))
  } catch (cause) {
    if (!isEnergywebError(cause, 'cid-invalid')) throw cause
    throw new EnergywebError('argument-invalid', cause.message, {
      hint: 'Give a CID (Qm…, baf…), or an entry by its index (12) or by stream and sequence (roof/3).',
      cause,
    })
  }
}

function lineFor({ from, of, cid, state, why, is, size }: Validated, { green, red }: Style): string {
  const name = `${of}, ${cid}, from ${printable(from)}`
  if (state !== 'good') return `${red(state)}: ${name}: ${printable(why ?? '')}`
  return `${green('good')}: ${name}: ${formatSize(size)}${is === undefined || is === of ? '' : `, the ${is}`}`
}
