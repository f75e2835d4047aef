import { formatInstant } from '../../core/time.ts'
import { defineCommand, requiredText, text, word } from '../command.ts'
import { whoever } from '../whoever.ts'
import { findWitness, witnessOptions } from '../witness-folder.ts'

/** `energyweb witness release` */
export const witnessReleaseCommand = defineCommand({
  name: 'witness release',
  summary: 'Let a witness go on with a log that showed two faces',
  description:
    'After a log has signed two trees of one size nothing of it is cosigned. This lets the witness go on, from the checkpoint that it has cosigned; the other tree never gets a cosignature. The proof stays, with the decision in it. Where the log begins anew it needs another name instead. The witness may be at work meanwhile.',
  arguments: { log: word("the log's name, as `witness show` tells it") },
  options: {
    ...witnessOptions,
    reason: requiredText('text', 'why it is trusted again; stands beside the proof'),
    by: text('name', 'who decides; default the user of this shell'),
  },
  examples: [
    {
      command:
        "witness release gateway.example.org/roof --data ./witness --reason 'restored from a backup by mistake, the copy is gone'",
      description: 'goes on from what was cosigned',
    },
  ],
  async run({ log, reason, by, ...given }, { io, printer }) {
    const { decideEquivocation } = await import('../../storage/index.ts')
    const decision = { at: formatInstant(io.clock.now()), by: by ?? whoever(), reason }
    const file = await decideEquivocation(await findWitness(given, io), log, decision)
    await printer.data({ log, file, ...decision }, `${log} is cosigned again; the proof stays in ${file}`)
  },
})
