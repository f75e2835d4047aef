import { environmentSigner, verifierKey } from '../../src/keys/index.ts'
import type { LogReader } from '../../src/storage/index.ts'
import type { Ended } from '../cli/memory-io.ts'
import type { RunCommand } from './desk.ts'
import { logOrigin, logSecret } from './stage.ts'

/** Checks the log, and proves the day to somebody who has its file, the log's key and a node. Answers what is wrong. */
export async function proveDay(
  log: LogReader,
  {
    run,
    rpc,
    tell,
    assets = ['roof', 'house'],
  }: { run: RunCommand; rpc: string; tell: (line: string) => void; assets?: readonly string[] },
): Promise<readonly string[]> {
  const wrong: string[] = []
  const must = (what: string, ended: Ended) => {
    tell(`${what}: ${ended.stdout.trim().split('\n')[0] ?? ''}`)
    if (ended.code !== 0) wrong.push(`${what} ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`)
    return ended
  }
  must('log check', await run('log', 'check'))
  const key = await keyOfLog()
  for (const asset of assets) {
    const times = countedTimes(log, asset)
    const [from = '', to = ''] = [times[0], times.at(-2)]
    const file = `${asset}.evidence.json`
    must(`prove ${asset}`, await run('prove', asset, '--from', from, '--to', to, '--out', file))
    must(`verify ${asset}`, await run('verify', file, '--key', key, '--rpc', rpc))
  }
  return wrong
}

/** When the asset's counted readings were measured, in the order of the log. */
function countedTimes(log: LogReader, asset: string): readonly string[] {
  const times: string[] = []
  for (const page of log.pages({ stream: asset })) {
    for (const { kind, document } of page) {
      if (kind !== 'reading' || document?.status !== 'counted') continue
      if (typeof document.measuredAt === 'string') times.push(document.measuredAt)
    }
  }
  return times
}

/** The key by which a third party knows the log, made from the secret and not from what is to be proven. */
export async function keyOfLog(): Promise<string> {
  const environment = { KEY: logSecret }
  const signer = await environmentSigner({ variable: 'KEY', algorithm: 'ed25519', environment })
  return verifierKey(logOrigin, signer.publicKey('ed25519'))
}
