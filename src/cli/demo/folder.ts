import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EnergywebError } from '../../core/errors.ts'
import { describeKeystore, newKeystore, writeKeystore } from '../../keys/index.ts'
import { plants } from './plants.ts'

/** Where the demonstration keeps everything. */
export interface DemoFolder {
  readonly path: string
  readonly config: string
  readonly state: string
  readonly chain: string
  readonly data: string
  readonly meterPassword: string
  /** Accounts of the meters by asset, and `anchor`: the one that anchors the log. */
  readonly accounts: ReadonlyMap<string, string>
}

const marker = 'Made by `energyweb demo`; it may be deleted at any time.\n'

/**
 * Finds or makes the folder: keystores for the log, its anchors and the three meters, their passwords in files of their own.
 * @throws EnergywebError `argument-invalid` for a folder with other things in it
 */
export async function openDemoFolder(path: string, options: { fresh: boolean }): Promise<DemoFolder> {
  const readme = join(path, 'README')
  if (existsSync(path) && !existsSync(readme)) {
    throw new EnergywebError('argument-invalid', `${path} is there and not a demonstration's`, {
      hint: 'Name another folder with --folder.',
    })
  }
  if (options.fresh) rmSync(path, { recursive: true, force: true })
  mkdirSync(join(path, 'keys'), { recursive: true, mode: 0o700 })
  writeFileSync(readme, marker)
  const keysPassword = passwordIn(join(path, 'keys.password'))
  const accounts = new Map<string, string>()
  await keyIn(join(path, 'keys/log.json'), { algorithm: 'ed25519', password: keysPassword })
  for (const name of [...plants.map(plant => plant.name), 'anchor']) {
    const file = join(path, `keys/${name}.json`)
    await keyIn(file, { algorithm: 'secp256k1', password: keysPassword })
    accounts.set(name, (await describeKeystore(file)).address ?? '')
  }
  return {
    path,
    config: join(path, 'energyweb.yml'),
    state: join(path, 'demo.json'),
    chain: join(path, 'chain.json'),
    data: join(path, 'data'),
    meterPassword: passwordIn(join(path, 'meter.password')),
    accounts,
  }
}

function passwordIn(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const password = randomBytes(18).toString('base64url')
  writeFileSync(file, `${password}\n`, { mode: 0o600 })
  return password
}

async function keyIn(
  file: string,
  options: { algorithm: 'ed25519' | 'secp256k1'; password: string },
): Promise<void> {
  if (existsSync(file)) return
  const { text } = await newKeystore(options)
  await writeKeystore(file, text)
}
