import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EnergywebError } from '../../core/errors.ts'
import type { Opener, OpenerContext } from './opener.ts'
import { withPrivateFolder } from './private-folder.ts'
import { outputOf, type ProgramCall } from './run-program.ts'
import type { WrappedKey } from './sealed-header.ts'

type Wrapped = Extract<WrappedKey, { kind: 'tpm' }>

/** The storage key of the owner's hierarchy: the same TPM makes the same one of this template, every time (TPM 2.0 part 1, 23.2). */
const parent = [
  '-C',
  'o',
  '-g',
  'sha256',
  '-G',
  'ecc256:aes128cfb',
  '-a',
  'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|decrypt',
]

/** No `userwithauth`: with a policy, the policy is the only way in. */
const bound = 'fixedtpm|fixedparent|noda'

/**
 * A data key, sealed by this machine's TPM.
 * @param pcrs - what must be measured then as it is now, like `sha256:7,16`
 */
export function wrapByTpm(
  dataKey: Uint8Array,
  {
    pcrs,
    ...context
  }: Pick<OpenerContext, 'environment' | 'signal'> & { readonly pcrs?: string | undefined },
): Promise<Wrapped> {
  return withTpm(context, async ({ run, folder }) => {
    await run('tpm2_createprimary', [...parent, '-c', 'parent'])
    if (pcrs !== undefined) await run('tpm2_createpolicy', ['--policy-pcr', '-l', pcrs, '-L', 'policy'])
    const policy = pcrs === undefined ? [] : ['-L', 'policy', '-a', bound]
    const words = ['-C', 'parent', '-i', '-', '-u', 'public', '-r', 'private', ...policy]
    await run('tpm2_create', words, dataKey)
    return {
      kind: 'tpm',
      ...(pcrs !== undefined && { pcrs }),
      private: await readFile(join(folder, 'private')),
      public: await readFile(join(folder, 'public')),
    }
  })
}

/** Opens by the TPM of the machine that it was sealed on. */
export const tpmOpener: Opener<'tpm'> = {
  unwrap: (wrapped, context) =>
    withTpm(context, async ({ run, folder }) => {
      await Promise.all([
        writeFile(join(folder, 'public'), wrapped.public),
        writeFile(join(folder, 'private'), wrapped.private),
      ])
      await run('tpm2_createprimary', [...parent, '-c', 'parent'])
      await run('tpm2_load', ['-C', 'parent', '-u', 'public', '-r', 'private', '-c', 'object']).catch(
        (cause: unknown) => {
          throw refusal(cause, 'another TPM sealed it, or this one was cleared since')
        },
      )
      const policy = wrapped.pcrs === undefined ? [] : ['-p', `pcr:${wrapped.pcrs}`]
      // -Q would silence the key too.
      return run('tpm2_unseal', ['-c', 'object', ...policy]).catch((cause: unknown) => {
        throw wrapped.pcrs === undefined
          ? cause
          : refusal(cause, `the machine is in another state than when it was sealed (PCR ${wrapped.pcrs})`)
      })
    }),
  describe: ({ pcrs }) => (pcrs === undefined ? 'TPM' : `TPM, in the state of PCR ${pcrs}`),
}

function refusal(cause: unknown, message: string): unknown {
  if (!(cause instanceof EnergywebError) || cause.code !== 'config-sealed' || cause.retryable) return cause
  return new EnergywebError('config-sealed', message, { cause })
}

interface TpmSession {
  readonly folder: string
  run(program: string, words: readonly string[], input?: Uint8Array): Promise<Buffer>
}

/** Where there is no resource manager, a TPM holds three objects and each program leaves its own behind: they are taken away. */
async function withTpm<Answer>(
  { environment, signal }: Pick<OpenerContext, 'environment' | 'signal'>,
  use: (session: TpmSession) => Promise<Answer>,
): Promise<Answer> {
  return withPrivateFolder('tpm', environment, async folder => {
    const call = (words: readonly string[], input?: Uint8Array): ProgramCall => ({
      arguments: words,
      folder,
      package: 'tpm2-tools',
      hint: 'Is there a TPM, and may this user use it (on Debian the group tss)? TPM2TOOLS_TCTI names another.',
      environment,
      signal,
      ...(input && { input }),
    })
    const loaded = async () => {
      const objects = await outputOf('tpm2_getcap', call(['handles-transient']))
      const sessions = await outputOf('tpm2_getcap', call(['handles-loaded-session']))
      return new Set(`${objects}${sessions}`.match(/0x[0-9a-fA-F]+/g))
    }
    const before = await loaded()
    return use({
      folder,
      async run(program, words, input) {
        try {
          return await outputOf(program, call(words, input))
        } finally {
          for (const handle of await loaded())
            if (!before.has(handle)) await outputOf('tpm2_flushcontext', call([handle]))
        }
      },
    })
  })
}
