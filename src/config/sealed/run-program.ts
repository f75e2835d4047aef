import { spawn } from 'node:child_process'
import { EnergywebError } from '../../core/errors.ts'
import { withoutOpeningVariables } from '../opening-variables.ts'

/** A key is longer than this nowhere. */
const mostOutput = 65_536
const patience = 30_000

/** What a program is given, and how it is called in messages. */
export interface ProgramCall {
  readonly arguments: readonly string[]
  /** Secrets go in here, never as arguments, which others on the machine can read. */
  readonly input?: Uint8Array
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
  /** The folder that its files are named from. */
  readonly folder?: string
  /** What gives the program, for a hint. */
  readonly package: string
  /** What to look at when it refuses. */
  readonly hint?: string
  readonly signal?: AbortSignal | undefined
}

/** What a program said. */
export interface ProgramAnswer {
  readonly code: number
  readonly output: Buffer
  /** Its own words about what went wrong. */
  readonly errors: string
}

/**
 * Runs a program to its end.
 * @throws EnergywebError `dependency-missing` where it is not installed; `config-sealed` where it does not end
 */
async function runProgram(program: string, call: ProgramCall): Promise<ProgramAnswer> {
  const { arguments: words, input, environment = process.env, folder, signal } = call
  const within = AbortSignal.timeout(patience)
  const child = spawn(program, words, {
    env: { ...withoutOpeningVariables(environment), LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: signal === undefined ? within : AbortSignal.any([signal, within]),
    killSignal: 'SIGKILL',
    ...(folder !== undefined && { cwd: folder }),
  })
  const ended = Promise.withResolvers<number>()
  child.once('error', cause => ended.reject(cause))
  child.once('close', code => ended.resolve(code ?? -1))
  // A program that does not read to the end says by its exit code why.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const said = Promise.all([collected(child.stdout), collected(child.stderr)])
  said.catch(() => child.kill('SIGKILL'))
  try {
    const code = await ended.promise
    const [output, errors] = await said
    return { code, output, errors: errors.toString('utf8') }
  } catch (cause) {
    signal?.throwIfAborted()
    throw failure(program, call, cause)
  }
}

/**
 * Runs a program that must succeed; answers what it wrote.
 * @throws EnergywebError `config-sealed` with the program's own words; `dependency-missing`
 */
export async function outputOf(program: string, call: ProgramCall): Promise<Buffer> {
  const { code, output, errors } = await runProgram(program, call)
  if (code === 0) return output
  throw new EnergywebError(
    'config-sealed',
    `${program} refused: ${lastWords(errors) || `exit code ${code}`}`,
    call.hint === undefined ? {} : { hint: call.hint },
  )
}

/** Of many lines only those that say why. */
function lastWords(errors: string): string {
  const lines = errors
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !/^WARN(ING)?:|^ERROR:esys|Unable to run /.test(line))
    // Where in its sources a library found it out helps nobody.
    .map(line => line.replace(/^ERROR:\w+:\S+:\d+:\w+\(\) /, ''))
  return lines.slice(0, 2).join('; ').slice(0, 300)
}

function failure(program: string, call: ProgramCall, cause: unknown): EnergywebError {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
    return new EnergywebError('dependency-missing', `the program ${program} is not installed`, {
      hint: `On Debian: apt-get install ${call.package}.`,
      cause,
    })
  }
  return new EnergywebError('config-sealed', `${program} did not end as it should`, {
    retryable: true,
    cause,
  })
}

async function collected(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of stream) {
    length += part.length
    if (length > mostOutput) throw new EnergywebError('config-sealed', 'a program writes without end')
    parts.push(part)
  }
  return Buffer.concat(parts)
}
