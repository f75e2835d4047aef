/**
 * Compiles our Solidity and writes what is committed of it: ABI and creation bytecode as JSON beside the source,
 * and the typed module which the product imports. Run it after each change: `node contracts/compile.ts`.
 * The outcome depends on the sources and the compiler's version alone, not on paths or time.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { EnergywebError } from '../src/core/errors.ts'

const root = new URL('../', import.meta.url)

/** Solidity files with the contracts to take from each, and the folder their JSON goes to. */
const sources = [
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
    file: 'test/contracts/ReleaseADouble.sol',
    contracts: ['OriginDouble', 'ProducingDouble', 'ConsumingDouble', 'CertificateDouble'],
    folder: 'test/contracts/generated',
  },
] as const

const settings = {
  // Energy Web Chain is at London: the compiler's default target emits PUSH0, which reverts there.
  evmVersion: 'london',
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
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, CompiledContract>>>>
}

/**
 * Compiles everything, in memory.
 * @throws internal with the compiler's own messages, warnings too.
 */
export async function compileContracts(): Promise<GeneratedFile[]> {
  const { default: compiler } = await import('solc')
  const version: string = compiler.version().split('+')[0]
  const entries = await Promise.all(
    sources.map(
      async ({ file }) => [file, { content: await readFile(new URL(file, root), 'utf8') }] as const,
    ),
  )
  const input = { language: 'Solidity', sources: Object.fromEntries(entries), settings }
  const output: CompilerOutput = JSON.parse(compiler.compile(JSON.stringify(input)))
  if (output.errors !== undefined && output.errors.length > 0) {
    throw new EnergywebError('internal', output.errors.map(error => error.formattedMessage).join('\n'))
  }
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
