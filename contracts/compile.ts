/**
 * Compiles our Solidity and writes what is committed of it: ABI and creation bytecode as JSON beside the source,
 * and the typed module which the product imports. Run it after each change: `node contracts/compile.ts`.
 * The outcome depends on the sources and the compiler's version alone, not on paths or time.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { EnergywebError } from '../src/core/errors.ts'

const root = new URL('../', import.meta.url)

/**
 * Solidity files with the contracts to take from each, the folder their JSON goes to, and the oldest fork that they must run
 * on; default london, that of Energy Web Chain: the compiler's own default emits PUSH0, which reverts there.
 */
const sources: readonly SoliditySource[] = [
  {
    file: 'contracts/EnergyRegistry.sol',
    contracts: ['ProducingEnergyRegistry', 'ConsumingEnergyRegistry'],
    folder: 'contracts/generated',
  },
  {
    file: 'contracts/CheckpointAnchor.sol',
    contracts: ['CheckpointAnchor'],
    folder: 'contracts/generated',
  },
  {
    file: 'contracts/FieldProof.sol',
    contracts: ['FieldProofVerifier'],
    folder: 'contracts/generated',
  },
  {
    file: 'contracts/EvidenceKey.sol',
    contracts: ['EvidenceKeyVerifier'],
    folder: 'contracts/generated',
  },
  {
    file: 'test/contracts/EventEmitter.sol',
    contracts: ['EventEmitter'],
    folder: 'test/contracts/generated',
  },
  {
    file: 'test/contracts/MeterRequests.sol',
    contracts: ['MeterRequests'],
    folder: 'test/contracts/generated',
  },
  {
    file: 'test/contracts/ReleaseADouble.sol',
    contracts: ['OriginDouble', 'UserDouble', 'ProducingDouble', 'ConsumingDouble', 'CertificateDouble'],
    folder: 'test/contracts/generated',
    fork: 'homestead',
  },
  {
    file: 'test/contracts/ClientProbe.sol',
    contracts: ['ClientProbe'],
    folder: 'test/contracts/generated',
  },
  {
    file: 'test/contracts/ReleaseBDouble.sol',
    contracts: [
      'UserLookupB',
      'UserRegistryB',
      'AssetLookupB',
      'ProducingRegistryB',
      'ConsumingRegistryB',
      'OriginLookupB',
      'CertificatesB',
      'ImpostorB',
    ],
    folder: 'test/contracts/generated',
    fork: 'byzantium',
  },
  {
    file: 'test/contracts/RentingDouble.sol',
    contracts: ['RentingDouble', 'TokenDouble'],
    folder: 'test/contracts/generated',
    fork: 'byzantium',
  },
  { file: 'test/contracts/MeterBook.sol', contracts: ['MeterBook'], folder: 'test/contracts/generated' },
  { file: 'test/contracts/NameBook.sol', contracts: ['NameBook'], folder: 'test/contracts/generated' },
  { file: 'test/contracts/PeriodBook.sol', contracts: ['PeriodBook'], folder: 'test/contracts/generated' },
  {
    file: 'test/contracts/IssuerDouble.sol',
    contracts: ['CertificateRegistryDouble', 'IssuerDouble'],
    folder: 'test/contracts/generated',
    fork: 'istanbul',
  },
]

interface SoliditySource {
  readonly file: string
  readonly contracts: readonly string[]
  readonly folder: string
  readonly fork?: string
}

const settings = {
  // Readings are written for years and deployed once: 10,000 runs buys cheaper calls with a larger deployment.
  optimizer: { enabled: true, runs: 10_000 },
  metadata: { bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
}

/** A file to commit: its path from the root of the project, and its text. */
export interface GeneratedFile {
  readonly path: string
  readonly text: string
}

interface CompiledContract {
  readonly abi: unknown
  readonly evm: { readonly bytecode: { readonly object: string } }
}

interface CompilerOutput {
  readonly errors?: readonly {
    readonly severity: string
    readonly message: string
    readonly formattedMessage: string
  }[]
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, CompiledContract>>>>
}

/**
 * Compiles everything, in memory.
 * @throws internal with the compiler's own messages, warnings too.
 */
export async function compileContracts(): Promise<GeneratedFile[]> {
  const { default: compiler } = await import('solc')
  const version: string = compiler.version().split('+')[0]
  const contracts: Record<string, Record<string, CompiledContract>> = {}
  for (const fork of new Set(sources.map(forkOf))) {
    const input = {
      language: 'Solidity',
      sources: await textsFor(fork),
      settings: { ...settings, evmVersion: fork },
    }
    Object.assign(contracts, contractsOf(JSON.parse(compiler.compile(JSON.stringify(input)))))
  }
  const output: CompilerOutput = { contracts }
  const files = sources.flatMap(({ file, contracts, folder }) =>
    contracts.map(name => ({ name, folder, compiled: contractIn(output, file, name) })),
  )
  return [
    ...files.map(({ name, folder, compiled }) => ({
      path: `${folder}/${name}.json`,
      text: `${JSON.stringify(artifact(name, version, compiled), null, 2)}\n`,
    })),
    productModule(output),
    anchorModule(output),
  ]
}

const forkOf = ({ fork = 'london' }: SoliditySource) => fork

async function textsFor(fork: string): Promise<Record<string, { content: string }>> {
  const files = sources.filter(source => forkOf(source) === fork).map(({ file }) => file)
  const texts = files.map(
    async file => [file, { content: await readFile(new URL(file, root), 'utf8') }] as const,
  )
  return Object.fromEntries(await Promise.all(texts))
}

function contractsOf({ errors = [], contracts = {} }: CompilerOutput) {
  // That an old fork is old is why it is asked for.
  const found = errors.filter(({ message }) => !message.startsWith('Support for EVM versions older than'))
  if (found.length === 0) return contracts
  throw new EnergywebError('internal', found.map(error => error.formattedMessage).join('\n'))
}

function contractIn(output: CompilerOutput, file: string, name: string): CompiledContract {
  const compiled = output.contracts?.[file]?.[name]
  if (compiled === undefined) throw new EnergywebError('internal', `${file} has no contract ${name}`)
  return compiled
}

function artifact(contractName: string, version: string, { abi, evm }: CompiledContract) {
  return { contractName, compiler: `solc ${version}`, abi, bytecode: `0x${evm.bytecode.object}` }
}

/** The registry as constants, in a module of its own: it is large, and only a deployment needs it. */
function productModule(output: CompilerOutput): GeneratedFile {
  const constants = (['producing', 'consuming'] as const).map(kind => {
    const name = `${kind === 'producing' ? 'Producing' : 'Consuming'}EnergyRegistry`
    const { abi, evm } = contractIn(output, 'contracts/EnergyRegistry.sol', name)
    return `/** ABI of ${name}. */
export const ${kind}Abi = ${JSON.stringify(abi, null, 2)} as const

/** Creation bytecode of ${name}; its constructor takes no arguments. */
export const ${kind}Bytecode =
  '0x${evm.bytecode.object}' as const
`
  })
  const head =
    '// Written by `node contracts/compile.ts` from contracts/EnergyRegistry.sol: change that, not this.\n\n'
  return { path: 'src/ledgers/origin-a/generated/energy-registry.ts', text: head + constants.join('\n') }
}

function anchorModule(output: CompilerOutput): GeneratedFile {
  const file = 'contracts/CheckpointAnchor.sol'
  const { abi, evm } = contractIn(output, file, 'CheckpointAnchor')
  const text = `// Written by \`node contracts/compile.ts\` from ${file}: change that, not this.

/** ABI of CheckpointAnchor. */
export const anchorAbi = ${JSON.stringify(abi, null, 2)} as const

/** Creation bytecode of CheckpointAnchor; its constructor takes no arguments. */
export const anchorBytecode =
  '0x${evm.bytecode.object}' as const
`
  return { path: 'src/ledgers/anchor/generated/checkpoint-anchor.ts', text }
}

if (import.meta.main) {
  for (const { path, text } of await compileContracts()) {
    const target = new URL(path, root)
    await mkdir(new URL('.', target), { recursive: true })
    await writeFile(target, text)
    process.stdout.write(`${path}  ${text.length} characters\n`)
  }
}
