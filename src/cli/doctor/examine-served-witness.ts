import type { ResolvedConfig } from '../../config/check-config.ts'
import { witnessFolderOf } from '../../config/compose-witnesses.ts'
import { readWitnessFolder, type WitnessedLog } from '../../storage/index.ts'
import { shellWord } from '../shell-word.ts'
import { failureOf } from '../system-failure.ts'
import { bad, doubtful, type Finding, failed, good } from './finding.ts'

/** The witness that this gateway is for others: what it has cosigned, and logs that showed two faces. */
export async function examineServedWitness(config: ResolvedConfig): Promise<readonly Finding[]> {
  const { witness } = config
  if (witness === undefined) return []
  try {
    const kept = await readWitnessFolder(witnessFolderOf(config))
    const count = kept.filter(({ checkpoint }) => checkpoint !== undefined).length
    return [
      ...kept.flatMap(troublesOf),
      good(`the witness ${witness.name} has cosigned ${count} of ${witness.logs.length} logs`),
    ]
  } catch (error) {
    return [failed(`the witness ${witness.name}`, failureOf(error))]
  }
}

function troublesOf({ origin, equivocation, unproven }: WitnessedLog): readonly Finding[] {
  return [
    ...(equivocation === undefined
      ? []
      : [
          bad(
            `the log ${origin} has signed two trees of one size; nothing of it is cosigned`,
            `energyweb witness show, then energyweb witness release ${shellWord(origin)} --help`,
            equivocation.at,
          ),
        ]),
    ...(unproven === undefined
      ? []
      : [
          doubtful(
            `a signed checkpoint of the log ${origin} came without a valid proof`,
            'energyweb witness show; ask its operator',
            unproven.at,
          ),
        ]),
  ]
}
