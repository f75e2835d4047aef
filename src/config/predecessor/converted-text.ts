import type { Finding } from '../problem.ts'
import { formatPath } from '../problem.ts'
import type { PlainValue } from '../read-node.ts'
import type { Translation } from './translate.ts'

/** The text of a converted configuration; what was assumed about an asset stands above it. */
export async function convertedText(
  value: NonNullable<Translation['value']>,
  { warnings, places, from }: Pick<Translation, 'warnings' | 'places'> & { from: string },
): Promise<string> {
  const { stringify, Document, isMap, isSeq } = await import('yaml')
  const section = (content: object) => stringify(content, options)
  const { assets, keys, networks, ledgers, energyweb, data } = value
  const document = new Document({ assets }, { aliasDuplicateObjects: false })
  const list = document.get('assets')
  for (const [index, asset] of (isSeq(list) ? list.items : []).entries()) {
    if (!isMap(asset)) continue
    asset.commentBefore = commentOf(warnings, places[index] ?? [])
    const report = asset.get('report')
    if (isSeq(report)) report.flow = true
    for (const part of [asset.get('source'), asset.get('carbon')]) {
      for (const { value: option } of isMap(part) ? part.items : []) if (isMap(option)) option.flow = true
    }
  }
  return [
    `# energyweb: made from ${from}. What was assumed stands above each asset. Check it with: energyweb check`,
    section({ energyweb }),
    '# Everything that must survive: the log, its registers, what was sent. Back it up.',
    section({ data }),
    ...(keys === undefined
      ? []
      : [
          '# The accounts of the assets. The keystores are as safe as their password: keep copies of both.',
          section({ keys }),
        ]),
    ...(networks === undefined
      ? []
      : [
          '# confirmations: blocks until a registration is final, its own included; default 12.',
          section({ networks }),
        ]),
    ...(ledgers === undefined ? [] : [section({ ledgers })]),
    '# capacity: 10 kW        a faster rise is held until you resolve it; give each asset its own',
    '# every: 15m             how often it is read; meters that keep their own intervals need no more',
    '# log: { key, origin }   signed checkpoints: see `energyweb keys new --log`',
    document.toString(options),
  ].join('\n')
}

// What is said twice is written twice: an alias is for those who know YAML well.
const options = {
  lineWidth: 120,
  flowCollectionPadding: true,
  indentSeq: true,
  aliasDuplicateObjects: false,
} as const

/** The warnings about one asset, as lines of a comment. */
function commentOf(warnings: readonly Finding[], place: readonly PlainValue[]): string {
  const depth = place.length
  return warnings
    .filter(({ path }) => place.every((step, index) => path[index] === step))
    .map(({ path, message }) => {
      const where = formatPath(path.slice(depth).filter(step => step !== 'class_parameters'))
      return ` ${formatPath(path.slice(0, depth))}${where === '' ? '' : `.${where}`}: ${message}`
    })
    .join('\n')
}
