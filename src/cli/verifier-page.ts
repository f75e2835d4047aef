import { createHash } from 'node:crypto'
import { constants, existsSync, readFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { EnergywebError } from '../core/errors.ts'

/** The verifier web page as it lies on this machine. */
export interface VerifierPage {
  /** Absolute path. */
  readonly page: string
  /** For a browser: `file://…`. */
  readonly address: string
  /** Hex, by which a copy can be told from a forged one. */
  readonly sha256: string
  readonly bytes: number
}

/** Where the build writes it. Two folders up from src/cli and from dist/cli alike. */
const builtPage = new URL('../../dist/verify.html', import.meta.url)

/**
 * The verifier web page; with `out`, an absolute path, a copy of it there.
 * @throws EnergywebError `environment-unsuitable` in a checkout that was not built; `argument-invalid` when a file stands in
 * the copy's place
 */
export async function verifierPage(out: string | undefined, built: URL = builtPage): Promise<VerifierPage> {
  const source = fileURLToPath(built)
  if (!existsSync(source)) {
    throw new EnergywebError('environment-unsuitable', `the verifier page is not at ${source}`, {
      hint: 'In a checkout, `npm run build` makes it; a package that was installed has it.',
    })
  }
  const page = out ?? source
  if (out !== undefined) await copy(source, out)
  const content = readFileSync(page)
  return {
    page,
    address: pathToFileURL(page).href,
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
  }
}

async function copy(source: string, target: string): Promise<void> {
  try {
    await copyFile(source, target, constants.COPYFILE_EXCL)
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    throw new EnergywebError('argument-invalid', `${target} is there already`, {
      hint: 'Name another file with --out.',
      cause,
    })
  }
}
