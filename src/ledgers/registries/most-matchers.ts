import { parseAbi } from 'viem/utils'
import { EnergywebError } from '../../core/errors.ts'
import type { Installation } from './installation.ts'
import { askViews, view } from './view.ts'

const limitAbi = parseAbi(['function maxMatcherPerAsset() view returns (uint256)'])

/**
 * So many matchers may an asset have: the lookup of assets says it, where that is known.
 * @throws EnergywebError `argument-invalid` for more
 */
export async function refuseTooManyMatchers(
  { network, found }: Installation,
  matchers: readonly string[],
): Promise<void> {
  const answers = await askViews(
    network,
    found.lookups.map(lookup => view(lookup, limitAbi, 'maxMatcherPerAsset')),
  )
  const limit = answers.find(answer => answer !== undefined)
  if (limit === undefined || BigInt(matchers.length) <= limit) return
  throw new EnergywebError('argument-invalid', `${matchers.length} matchers: an asset may have ${limit}`, {
    hint: 'The AssetContractLookup of the installation sets the limit.',
  })
}
