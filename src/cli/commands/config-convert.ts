import { dirname, join, relative, resolve } from 'node:path'
import type { ConfigProblem } from '../../config/problem.ts'
import { parseDuration } from '../../core/duration.ts'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import { type NetworkPresetName, type NodeSettings, presetNamed } from '../../ledgers/index.ts'
import { defineCommand, parsed, text, word } from '../command.ts'
import { connectionOptions, connectionPolicy, writtenTls } from '../connection-options.ts'
import type { CommandIo } from '../io.ts'
import { programName } from '../program-name.ts'
import { passwordOptions, readSecret } from '../secret-input.ts'

/** How long a node has to tell the id of its chain. */
const patience = 10_000

/** `energyweb config convert` */
export const configConvertCommand = defineCommand({
  name: 'config convert',
  summary: 'Write an old JSON configuration anew',
  description:
    'Takes a configuration of the Python applications (2018-2019), and writes one of ours that does the same: classes become kinds, and what the old file does not say is assumed and told. Secrets move into the folder secrets beside it, readable by you alone: private keys into keystores, under a new random password unless --password-… names one, passwords into a file each. All is written, or nothing; what exists is never overwritten, and the old file stays as it is. Where neither the file nor an option names the chain, its node is asked.',
  arguments: { old: word('the old JSON file') },
  options: {
    out: text('file', 'the configuration to write; default energyweb.yml here'),
    every: parsed('duration', 'how often every asset is read; default 1h', readDuration),
    producing: parsed('address', 'the registry of producers, for assets that name none', readAddress),
    consuming: parsed('address', 'the registry of consumers, for assets that name none', readAddress),
    rpc: text('url', 'a node of the chain, instead of the one in the file'),
    network: parsed('name', 'the chain, by the name of a preset: energyweb, volta, local, …', presetNamed),
    chainId: parsed('number', "the chain's id, where it is none of these", readChainId),
    ...connectionOptions,
    watttime: text('url', 'a mirror of WattTime in the old version; default version 3 of WattTime itself'),
    ...passwordOptions,
  },
  examples: [
    {
      command: 'config convert config.json',
      description: 'writes energyweb.yml and the folder secrets here; then: energyweb check',
    },
    {
      command:
        'config convert config.json --network energyweb --rpc https://rpc.energyweb.org --producing 0x5FbDB2315678afecb367f032d93F642f64180aa3 --every 15m',
      description: 'moves to another chain, with the registry there',
    },
  ],
  async run(given, { io, printer }) {
    const { convertOldFile } = await import('../../config/predecessor/convert.ts')
    const { FileKeeper } = await import('../../config/predecessor/file-keeper.ts')
    const { placeFiles, refuseExisting } = await import('../convert/place-files.ts')
    const { schemaLine } = await import('../../config/schema-line.ts')
    const config = resolve(io.cwd, given.out ?? 'energyweb.yml')
    const tls = await connectionPolicy(given, io)
    const shown = (path: string) => (io.cwd === process.cwd() ? relative(io.cwd, path) || path : path)
    refuseExisting(config, { secrets: new Map() })
    const keeper = new FileKeeper(await passwordOf(given, dirname(config), io))
    const converted = await convertOldFile(resolve(io.cwd, given.old), {
      keeper,
      assumptions: assumptionsOf({
        ...given,
        tls: writtenTls(given, file => fromFolder(dirname(config), resolve(io.cwd, file))),
      }),
      askChainId: url => askChainId({ url, tls }),
    })
    const files = { text: schemaLine(dirname(config)) + converted.text, secrets: converted.secrets }
    refuseExisting(config, files)
    const remaining = await placeFiles(config, files, draft => checkDraft(draft, config, io))
    const { warnings, accounts, plainSecrets } = converted
    const written = [config, ...[...files.secrets.keys()].map(name => join(dirname(config), 'secrets', name))]
    const next = `${programName(io)} check ${shown(config)}`
    await printer.data(
      {
        written,
        accounts: Object.fromEntries(accounts),
        warnings: [...warnings, ...remaining].map(({ path, message }) => ({ path, message })),
        next,
      },
      [
        `wrote ${written.map(shown).join(', ')}`,
        ...[...accounts].map(([name, address]) => `account ${name}: ${address}`),
        ...section('assumed, look at it:', warnings),
        ...section(`${shown(config)} works, and yet:`, remaining),
        '',
        ...(plainSecrets === 0 ? [] : [leftSecrets(given.old, plainSecrets)]),
        `next: ${next}`,
      ].join('\n'),
    )
    return undefined
  },
})

function section(title: string, problems: readonly ConfigProblem[]): string[] {
  if (problems.length === 0) return []
  return ['', title, ...problems.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`)]
}

function leftSecrets(old: string, count: number): string {
  return `${old} still holds ${count === 1 ? 'a secret' : `${count} secrets`} in plain text: when the new file works, delete it with all its copies; what others may have seen, replace`
}

/** What a check of the written files still says; errors end the conversion before anything is in its place. */
async function checkDraft(draft: string, config: string, io: CommandIo): Promise<readonly ConfigProblem[]> {
  const { checkConfig } = await import('../../config/check-config.ts')
  const { configInvalid } = await import('../../config/problem.ts')
  const { errors, warnings } = await checkConfig(draft, { environment: io.env })
  if (errors.length > 0)
    throw configInvalid(
      config,
      errors.map(error => ({ ...error, file: config })),
    )
  return warnings
}

async function passwordOf(
  { passwordEnv, passwordFile }: { passwordEnv: string | undefined; passwordFile: string | undefined },
  folder: string,
  io: CommandIo,
) {
  if (passwordEnv === undefined && passwordFile === undefined) return undefined
  const place = { env: passwordEnv, file: passwordFile }
  const value = await readSecret('password', place, { io, options: '--password-env or --password-file' })
  if (passwordEnv !== undefined) return { value, reference: { env: passwordEnv } }
  return { value, reference: { file: fromFolder(folder, resolve(io.cwd, passwordFile ?? '')) } }
}

function fromFolder(folder: string, path: string): string {
  const way = relative(folder, path)
  return way.startsWith('..') ? path : `./${way}`
}

function assumptionsOf({ every, producing, consuming, rpc, tls, network, chainId, watttime }: Assumed) {
  return {
    ...(every !== undefined && { every }),
    ...(producing !== undefined && { producing }),
    ...(consuming !== undefined && { consuming }),
    ...(rpc !== undefined && { rpc }),
    ...(tls !== undefined && { tls }),
    ...(network !== undefined && { network }),
    ...(chainId !== undefined && { chainId }),
    ...(watttime !== undefined && { watttime }),
  }
}

interface Assumed {
  readonly every: string | undefined
  readonly producing: string | undefined
  readonly consuming: string | undefined
  readonly rpc: string | undefined
  readonly tls: ReturnType<typeof writtenTls>
  readonly network: NetworkPresetName | undefined
  readonly chainId: bigint | undefined
  readonly watttime: string | undefined
}

async function askChainId(node: NodeSettings): Promise<bigint> {
  const { askChainId: ask } = await import('../../ledgers/index.ts')
  try {
    return await ask('of the old file', node, { timeout: patience })
  } catch (cause) {
    throw new EnergywebError('network-unreachable', `the chain is not known: ${messageOf(cause)}`, {
      hint: 'Name it with --chain-id or --network, or convert when the node can be reached.',
      retryable: true,
      cause,
    })
  }
}

function readAddress(given: string): string {
  if (/^0x[0-9a-fA-F]{40}$/.test(given)) return given
  throw new EnergywebError('argument-invalid', 'expected an address: 0x and 40 hex digits')
}

function readChainId(given: string): bigint {
  if (/^[1-9]\d{0,15}$/.test(given)) return BigInt(given)
  throw new EnergywebError('argument-invalid', 'expected a whole number above 0')
}

function readDuration(given: string): string {
  parseDuration(given)
  return given
}
