import { z } from 'zod'
import { carriedName } from '../carried-name.ts'
import { contractAddress } from '../kit-helpers.ts'

/** What a ledger of kind `origin-b` has of its own. */
export const originBOptions = z
  .strictObject({
    producing: contractAddress('the registry of producers (AssetProducingRegistryLogic)').optional(),
    consuming: contractAddress('the registry of consumers (AssetConsumingRegistryLogic)').optional(),
    assetLookup: contractAddress(
      'the AssetContractLookup, which names both registries, also after an update',
    ).optional(),
  })
  .refine(given => Object.values(given).some(address => address !== undefined), {
    message: 'name `assetLookup`, or the registries that are reported to: `producing`, `consuming`',
  })
  .refine(given => given.assetLookup === undefined || (given.producing ?? given.consuming) === undefined, {
    message: '`assetLookup` names the registries: leave out `producing` and `consuming`',
  })

export type OriginBOptions = z.output<typeof originBOptions>

/** What a report line to it has of its own. */
export const originBLine = z.strictObject({
  assetId: z
    .union([z.number().int().nonnegative().safe(), z.string().regex(/^\d{1,78}$/)])
    .transform(given => BigInt(given))
    .refine(id => id < 1n << 256n, 'expected a whole number from 0 to 2^256 - 1')
    .meta({ description: 'number of the asset in its registry, from 0' }),
  carries: carriedName('as the text of a reading, instead of the leaf hash of its entry'),
})

export type OriginBLine = z.output<typeof originBLine>
