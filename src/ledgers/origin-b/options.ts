import { z } from 'zod'

const contract = (description: string) =>
  z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/, 'expected an address: 0x and 40 hex digits')
    .transform(given => given.toLowerCase())
    .meta({ description })

/** What a ledger of kind `origin-b` has of its own. */
export const originBOptions = z
  .strictObject({
    producing: contract('the registry of producers (AssetProducingRegistryLogic)').optional(),
    consuming: contract('the registry of consumers (AssetConsumingRegistryLogic)').optional(),
    assetLookup: contract(
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
})

export type OriginBLine = z.output<typeof originBLine>
