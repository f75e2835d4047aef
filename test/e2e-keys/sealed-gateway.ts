import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startTpm } from '../sealed/software-tpm.ts'
import { type Softhsm, softhsmLibrary } from '../support/softhsm.ts'
import { checkpointsIn, filesWith } from './checkpoints.ts'
import { KeysGateway, until } from './gateway.ts'

export interface SealedScene {
  /** Of the gateway that ran from the plain configuration. */
  readonly folder: string
  readonly tokens: Softhsm
  /** What lets the gateway find its tokens; no secret. */
  readonly environment: Record<string, string>
  readonly secrets: { readonly gasPin: string; readonly tpmPin: string; readonly logPassword: string }
  /** How many transactions the gas key has sent. */
  readonly nonce: () => Promise<number>
  readonly prove: (what: string, isProven: boolean, found: string | number) => void
  readonly gateway: { running: KeysGateway | undefined }
}

/**
 * The same gateway from a sealed configuration that holds every PIN and password: the machine's TPM opens it in the state in
 * which it is, a key in SoftHSM opens it in any.
 */
export async function sealedScene(scene: SealedScene): Promise<void> {
  const { folder, environment, secrets, tokens, prove } = scene
  const machine = await startTpm()
  try {
    const bare = { ...environment, TPM2TOOLS_TCTI: machine.environment.TPM2TOOLS_TCTI ?? '' }
    const sealer = new KeysGateway(folder, {
      environment: { ...bare, GAS_PIN: secrets.gasPin, TPM_PIN: secrets.tpmPin },
    })
    const token = ['--pkcs11', softhsmLibrary, '--token', 'ew', '--label', 'seal', '--generate']
    const to = ['--to', 'tpm:sha256:7,16', ...token, '--pin-env', 'GAS_PIN']
    const sealed = sealer.command('config', 'seal', ...to, '--take-secrets', '--remove')
    const isGone =
      !existsSync(join(folder, 'energyweb.yml')) && !existsSync(join(folder, 'secrets/log.password'))
    prove(
      'the configuration is sealed with all its PINs and passwords',
      sealed.code === 0 && isGone,
      sealed.code ?? 'killed',
    )

    const gateway = new KeysGateway(folder, { environment: bare })
    scene.gateway.running = gateway
    const data = join(folder, 'data')
    const [nonce, size] = [await scene.nonce(), checkpointsIn(data).at(-1)?.size ?? 0]
    gateway.start()
    const isSigned = await until(
      () => checkpointsIn(data).some(one => one.size > size && one.keyIds.length === 2),
      { seconds: 120 },
    )
    const isPaid = await until(async () => (await scene.nonce()) > nonce, { seconds: 120 })
    prove(
      'it runs from there, told no secret: the TPM opens it, both tokens sign',
      isSigned && isPaid,
      `${(await scene.nonce()) - nonce} transactions`,
    )
    prove('it ends in order', (await gateway.stop()) === 0, 'exit code 0')

    machine.extend(16)
    const moved = gateway.command('check')
    prove(
      'in another state of the machine the TPM does not open it',
      moved.code === 3 && moved.text.includes('the machine is in another state'),
      `exit code ${moved.code}`,
    )
    const withPin = new KeysGateway(folder, { environment: { ...bare, ENERGYWEB_TOKEN_PIN: secrets.gasPin } })
    const byToken = withPin.command('config', 'show')
    prove(
      'the token does',
      byToken.code === 0 && byToken.text.includes('[redacted]'),
      `exit code ${byToken.code}`,
    )
    tokens.takeAway()
    const away = withPin.command('check')
    tokens.bringBack()
    prove('and not while it is away', away.code === 4, `exit code ${away.code}`)

    const texts = [sealed, moved, byToken, away].map(({ text }) => text).concat(gateway.text)
    const all = Object.values(secrets).flatMap(formsOf)
    const found = filesWith(all, folder)
    const told = all.filter(secret => texts.some(text => text.includes(secret)))
    prove(
      'the copied folder shows no secret in any form, nor does what was written',
      found.length === 0 && told.length === 0,
      found.length === 0 ? 'nothing' : found.join(', '),
    )
  } finally {
    machine.stop()
  }
}

/** As it is, in hex, and of base64 what no neighbour changes, at each offset. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].map(offset =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(offset === 0 ? 0 : 4, -2),
  )
  return [secret, bytes.toString('hex'), ...base64]
}
