import { fromBase64, toBase64 } from '../../src/core/bytes.ts'
import type { Evidence } from '../../src/proof/evidence/index.ts'
import { witness } from './make-evidence.ts'
import { MemoryLog } from './memory-log.ts'
import { goodFile, roof } from './scenarios.ts'
import { falsified, type Vector } from './vector.ts'

/** Files whose checkpoint nobody vouches for, or whose log is not the one of an earlier audit. */
export async function evilCheckpoints(good: Evidence): Promise<readonly Vector[]> {
  const foreign = new MemoryLog({ secret: 9 })
  const [, size] = good.checkpoint.split('\n')
  const cosigned = async (evidence: Evidence, cosign: (note: string) => Promise<string>) => ({
    ...evidence,
    checkpoint: await cosign(await roof().log.checkpoint()),
  })
  const signature = (line: string) =>
    `— ${new MemoryLog().origin} ${toBase64(fromBase64(line.split(' ')[2]!).map((byte, i) => (i === 20 ? byte ^ 4 : byte)))}`
  const lines = good.checkpoint.split('\n')
  const otherSize = await witness(8).cosign(await roof().log.checkpoint(12))
  return [
    falsified('checkpoint-malformed', 'not-a-note', { ...good, checkpoint: 'trust me\n' }),
    falsified('checkpoint-malformed', 'a-size-with-leading-zeros', {
      ...good,
      checkpoint: good.checkpoint.replace(`\n${size}\n`, `\n0${size}\n`),
    }),
    falsified('signature-false', 'a-bit-of-the-signature', {
      ...good,
      checkpoint: lines.with(4, signature(lines[4]!)).join('\n'),
    }),
    falsified('signature-false', 'another-size', {
      ...good,
      checkpoint: good.checkpoint.replace(`\n${size}\n`, `\n${Number(size) + 1}\n`),
    }),
    falsified('signature-false', 'another-root', {
      ...good,
      checkpoint: lines.with(2, toBase64(new Uint8Array(32))).join('\n'),
    }),
    falsified('key-foreign', 'signed-by-another-key', await goodFile(roof(foreign))),
    falsified(
      'key-foreign',
      'another-origin',
      await goodFile(roof(new MemoryLog({ origin: 'log.example.org/shed' }))),
    ),
    falsified('key-not-trusted', 'no-key-trusted', good, { verdict: 'incomplete', trusted: false }),
    falsified(
      'key-not-trusted',
      'no-key-trusted-and-none-named',
      { ...good, key: 'none' },
      { verdict: 'incomplete', trusted: false },
    ),
    falsified(
      'signature-false',
      'no-key-trusted-and-signature-false',
      { ...good, checkpoint: lines.with(4, signature(lines[4]!)).join('\n') },
      { trusted: false },
    ),
    falsified('key-differs', 'another-key-named', { ...good, key: foreign.key }, { verdict: 'proven' }),
    falsified('cosignature-false', 'cosigned-by-another-key', {
      ...good,
      checkpoint: good.checkpoint.replace(
        lines.at(-2)!,
        (await witness(10).cosign(await roof().log.checkpoint()))
          .split('\n')
          .at(-2)!
          .replace(/ \S+$/, ` ${wrongId(lines.at(-2)!)}`),
      ),
    }),
    falsified('cosignature-false', 'cosignature-of-another-size', {
      ...good,
      checkpoint: good.checkpoint.replace(lines.at(-2)!, otherSize.split('\n').at(-2)!),
    }),
    falsified('witnesses-missing', 'no-cosignature', await cosigned(good, async note => note), {
      verdict: 'incomplete',
    }),
    falsified(
      'witnesses-missing',
      'cosigned-by-a-stranger',
      await cosigned(good, witness(10, 'stranger.example.org').cosign),
      { verdict: 'incomplete' },
    ),
  ]
}

/** The witness's key id with a signature that is not its own. */
function wrongId(line: string): string {
  const bytes = fromBase64(line.split(' ')[2]!)
  return toBase64(bytes.map((byte, i) => (i > 40 ? byte ^ 0x10 : byte)))
}
