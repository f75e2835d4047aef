import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newKeystore, openTokenKey, p256Signer, verifierKey, writeKeystore } from '../../src/keys/index.ts'
import { anchorAbi, anchorBytecode } from '../../src/ledgers/anchor/generated/checkpoint-anchor.ts'
import { startAnvil } from '../../src/testing/anvil.ts'
import { Bench } from '../contracts/bench.ts'
import { Softhsm, softhsmLibrary } from '../support/softhsm.ts'
import { Swtpm, tpmLibrary } from '../support/swtpm.ts'
import { checkpointsIn, filesWith, opensslVerifies } from './checkpoints.ts'
import { KeysGateway, until } from './gateway.ts'
import { sealedScene } from './sealed-gateway.ts'

/** One claim, and what was found. */
export interface ProvenLine {
  readonly what: string
  readonly isProven: boolean
  readonly found: string
}

const origin = 'gateway.example.org/keys'

/** Runs it all; what it leaves stays in its folder when something is not proven. */
export async function runKeys(
  tell: (text: string) => void,
): Promise<{ readonly lines: readonly ProvenLine[]; readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-keys-'))
  const lines: ProvenLine[] = []
  const prove = (what: string, isProven: boolean, found: string | number) => {
    lines.push({ what, isProven, found: String(found) })
    tell(`${isProven ? 'proven' : 'FAILED'}: ${what}: ${found}`)
  }
  const tokens = new Softhsm()
  const tpm = await Swtpm.start('ewtpm')
  const osaka = await startAnvil({ hardfork: 'osaka', blockTime: 1 })
  const prague = await startAnvil({ hardfork: 'prague', chainId: 31_338, blockTime: 1 })
  const gateway = { running: undefined as KeysGateway | undefined }
  try {
    await scene({ folder, tokens, tpm, osaka, prague, prove, tell, gateway })
  } finally {
    await gateway.running?.stop()
    tpm.remove()
    tokens.remove()
    await Promise.all([osaka.stop(), prague.stop()])
  }
  if (lines.every(({ isProven }) => isProven)) rmSync(folder, { recursive: true, force: true })
  return { lines, folder }
}

interface Scene {
  readonly folder: string
  readonly tokens: Softhsm
  readonly tpm: Swtpm
  readonly osaka: Awaited<ReturnType<typeof startAnvil>>
  readonly prague: Awaited<ReturnType<typeof startAnvil>>
  readonly prove: (what: string, isProven: boolean, found: string | number) => void
  readonly tell: (text: string) => void
  readonly gateway: { running: KeysGateway | undefined }
}

async function scene({
  folder,
  tokens,
  tpm,
  osaka,
  prague,
  prove,
  tell,
  gateway: held,
}: Scene): Promise<void> {
  const gasPin = `gas${randomBytes(5).toString('hex')}`
  const logPassword = randomBytes(12).toString('hex')
  tokens.addToken('ew')
  tokens.makeKey('ew', { label: 'gas', type: 'EC:secp256k1' })
  tokens.tool('ew', '--change-pin', '--new-pin', gasPin)
  tpm.makeKey('ewtpm', 'evidence')
  const spki = tpm.publicKey('ewtpm', 'evidence')
  const evidenceKey = verifierKey(origin, spki.subarray(-65), 'evidence')
  const keyId = evidenceKey.split('+')[1] ?? ''
  const log = await newKeystore({ algorithm: 'ed25519', password: logPassword })
  mkdirSync(join(folder, 'secrets'), { mode: 0o700 })
  await writeKeystore(join(folder, 'log.json'), log.text)
  writeFileSync(join(folder, 'secrets/log.password'), logPassword, { mode: 0o600 })
  const logKey = verifierKey(origin, log.publicKey)
  const bench = new Bench(osaka)
  const contract = await bench.deploy({ abi: anchorAbi, bytecode: anchorBytecode })

  const environment = { ...tpm.environment, ...tokens.environment }
  const gateway = new KeysGateway(folder, {
    config: configOf({ rpc: osaka.url, contract }),
    environment: { ...environment, GAS_PIN: gasPin, TPM_PIN: tpm.pin },
  })
  held.running = gateway
  const shown = gateway.command('check')
  prove(
    'the configuration names both tokens, and check takes it',
    shown.code === 0,
    `exit code ${shown.code}`,
  )
  const gas = await gasAccount(tokens, gasPin)
  await osaka.rpc('anvil_setBalance', [gas, '0x8ac7230489e80000'])
  gateway.start()
  const data = join(folder, 'data')
  const signed = () => checkpointsIn(data).filter(({ keyIds }) => keyIds.includes(keyId))
  const entries = async () => (await gateway.status())?.assets[0]?.register?.entries ?? 0
  await until(async () => (await gateway.status()) !== undefined, { seconds: 60 })
  const pid = gateway.pid

  const both = await until(() => signed().length >= 3, { seconds: 60 })
  prove('checkpoints are signed by the log key and by the TPM', both, `${signed().length} with both lines`)

  const nonce = async () => Number(await osaka.rpc('eth_getTransactionCount', [gas, 'latest']))
  const anchored = await until(async () => (await nonce()) >= 2, { seconds: 90 })
  prove('transactions are signed by the account in SoftHSM', anchored, `${await nonce()} by ${gas}`)

  tell('pulling the TPM out')
  tpm.unplug()
  const [before, readings] = [checkpointsIn(data).length, await entries()]
  const awaySince = await until(async () => (await gateway.status())?.evidenceKey?.awaySince != null, {
    seconds: 60,
  })
  const goesOn = await until(
    async () => checkpointsIn(data).length >= before + 4 && (await entries()) > readings,
    {
      seconds: 60,
    },
  )
  const unsigned = checkpointsIn(data).filter(({ keyIds }) => !keyIds.includes(keyId))
  prove(
    'without the TPM readings and checkpoints go on, and status says since when it is away',
    goesOn && awaySince && unsigned.length > 0,
    `${(await entries()) - readings} readings, ${unsigned.length} checkpoints without its line`,
  )
  tell('plugging the TPM in')
  tpm.plugIn()
  const completed = await until(() => unsigned.every(({ size }) => signed().some(one => one.size === size)), {
    seconds: 120,
  })
  prove(
    'back again it signs all that waited, without a restart',
    completed && gateway.pid === pid,
    `${unsigned.length} completed`,
  )
  const caughtUp = await until(
    async () => {
      const { signed = 0, waiting } = (await gateway.status())?.evidenceKey?.readings ?? {}
      return signed > readings && (waiting ?? 99) < 3
    },
    { seconds: 120 },
  )
  const { signed: count = 0 } = (await gateway.status())?.evidenceKey?.readings ?? {}
  prove('the TPM signs readings one by one, those that waited, too', caughtUp, `${count} signed`)

  tell('taking SoftHSM away')
  const [nonceBefore, sizeBefore] = [await nonce(), checkpointsIn(data).at(-1)?.size ?? 0]
  tokens.takeAway()
  const isHeld = await until(async () => (await gateway.status())?.ledgers[0]?.lines[0]?.trouble != null, {
    seconds: 90,
  })
  const still = await nonce()
  const logGrows = await until(() => (checkpointsIn(data).at(-1)?.size ?? 0) > sizeBefore + 5, {
    seconds: 60,
  })
  prove(
    'without SoftHSM readings go on and transactions wait',
    isHeld && logGrows,
    `${still - nonceBefore} sent meanwhile`,
  )
  tokens.bringBack()
  const resumed = await until(async () => (await nonce()) > still + 1, { seconds: 180 })
  prove(
    'back again it pays on, without a restart',
    resumed && gateway.pid === pid,
    `${(await nonce()) - still} further transactions`,
  )

  const now = new Date()
  const at = (minutes: number) =>
    new Date(now.getTime() + minutes * 60_000).toISOString().replace(/\.\d+Z$/, 'Z')
  const made = gateway.command(
    'prove',
    'roof',
    '--from',
    at(-60),
    '--to',
    at(-0.25),
    '--out',
    'e.json',
    '--force',
  )
  const verify = (...words: readonly string[]) =>
    gateway.command('verify', 'e.json', '--key', logKey, ...words)
  const offline = verify('--evidence-key', evidenceKey)
  prove(
    'the file is verified offline with both keys demanded',
    made.code === 0 && offline.code === 0 && /holds\s+evidence-key/.test(offline.text),
    `exit code ${offline.code}`,
  )
  const each = verify('--evidence-key', evidenceKey, '--each-reading')
  const eachText = each.text.replace(/\s+/g, ' ')
  const signedEach = /signed each of the (\d+) readings/.exec(eachText)?.[1]
  prove(
    'each reading of the period is signed by the TPM',
    each.code === 0 && signedEach !== undefined,
    `${signedEach} readings, exit code ${each.code}`,
  )
  const foreign = verifierKey(origin, p256Signer(randomBytes(32)).publicKey('p256'), 'evidence')
  const other = verify('--evidence-key', foreign)
  prove('another evidence key is not taken for it', other.code === 2, `exit code ${other.code}`)

  const newest = signed().at(-1)
  const openssl = newest !== undefined && opensslVerifies(newest, { publicKey: spki, keyId, folder })
  const bent = newest && { ...newest, text: newest.text.replace(/\n\d+\n/, '\n1\n') }
  const refused = bent !== undefined && !opensslVerifies(bent, { publicKey: spki, keyId, folder })
  prove('OpenSSL verifies the line, and refuses it under another text', openssl && refused, `key id ${keyId}`)

  const onChain = verify('--evidence-key', evidenceKey, '--rpc', osaka.url)
  const isChecked = onChain.text.replace(/\s+/g, ' ').includes('Checked on chain 31337 by the precompile')
  prove('the precompile of a chain verifies it (anvil, osaka)', isChecked, 'checked on chain 31337')
  const nowhere = verify('--evidence-key', evidenceKey, '--rpc', prague.url)
  const isAbsent = nowhere.text.replace(/\s+/g, ' ').includes('Chain 31338 has no precompile')
  prove('a chain without it says nothing of the signature (anvil, prague)', isAbsent, 'chain 31338 has none')

  const code = await gateway.stop()
  prove('it ends in order', code === 0, `exit code ${code}`)
  const checked = gateway.command('log', 'check', '--key', logKey, '--evidence-key', evidenceKey)
  const kept = /signatures of single entries: (\d+)/.exec(checked.text)?.[1]
  prove(
    'log check finds each signature good',
    checked.code === 0 && kept !== undefined,
    `${kept} signatures, exit code ${checked.code}`,
  )
  const secrets = [gasPin, tpm.pin, logPassword]
  const found = filesWith(secrets, folder).filter(path => !path.endsWith('log.password'))
  const inText = secrets.filter(secret => gateway.text.includes(secret)).length
  prove(
    'no PIN and no password stands in the folder, nor in what it wrote',
    found.length === 0 && inText === 0,
    found.length === 0 ? 'nothing' : found.join(', '),
  )
  await sealedScene({
    folder,
    tokens,
    environment,
    secrets: { gasPin, tpmPin: tpm.pin, logPassword },
    nonce,
    prove,
    gateway: held,
  })
}

/** The address of the gas key, as the gateway's own code opens it. */
async function gasAccount(tokens: Softhsm, pin: string): Promise<string> {
  const opened = await openTokenKey({
    library: softhsmLibrary,
    token: 'ew',
    pin,
    key: { label: 'gas' },
    expect: 'secp256k1',
    environment: tokens.environment,
  })
  opened.close()
  if (opened.address === undefined) throw new Error('the key gas has no address')
  return opened.address
}

function configOf({ rpc, contract }: { rpc: string; contract: string }): string {
  return `energyweb: 1
info: { title: Two keys }
data: ./data
keys:
  log: { keystore: ./log.json, password: { file: ./secrets/log.password } }
  evidence: { pkcs11: ${tpmLibrary}, token: ewtpm, label: evidence, pin: { env: TPM_PIN } }
  gas: { pkcs11: ${softhsmLibrary}, token: ew, label: gas, pin: { env: GAS_PIN } }
log: { key: log, evidence: { key: evidence, readings: true }, origin: ${origin}, checkpoint: 2s }
networks:
  local: { preset: local, rpc: ['${rpc}'], confirmations: 1 }
ledgers:
  anchor: { kind: anchor, network: local, contract: '${contract}', key: gas, every: 4s }
assets:
  - name: roof
    role: producer
    capacity: 10 kW
    every: 1s
    source: { kind: simulator, profile: solar, peak: 10 kW }
    channel: export
`
}
