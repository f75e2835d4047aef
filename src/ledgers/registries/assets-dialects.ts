import { consumingAbiA, producingAbiA } from './abi-release-a.ts'
import { assetsAbiB } from './abi-release-b.ts'
import type { AssetRecord, AssetRole, AssetsDialect } from './asset-record.ts'
import type { Release } from './roles.ts'
import { view } from './view.ts'

/*
 * `getAssetGeneral` has one selector in all four registries and three results. viem answers several outputs as a list: they get their
 * names here and nowhere else, as the fourth is the register in one and the capacity in another.
 */

const producingA: AssetsDialect = {
  release: 'A',
  record(registry, id) {
    const { decode, ...asked } = view(registry, producingAbiA, 'getAssetGeneral', id)
    return {
      ...asked,
      decode: data => {
        const [smartMeter, owner, operationalSince, lastRead, active, lastHash] = decode(data)
        return recordA({ id, smartMeter, owner, operationalSince, lastRead, active, lastHash })
      },
    }
  },
}

const consumingA: AssetsDialect = {
  release: 'A',
  record(registry, id) {
    const { decode, ...asked } = view(registry, consumingAbiA, 'getAssetGeneral', id)
    return {
      ...asked,
      decode: data => {
        const [smartMeter, owner, operationalSince, , , lastRead, , active, lastHash] = decode(data)
        return recordA({ id, smartMeter, owner, operationalSince, lastRead, active, lastHash })
      },
    }
  },
}

const eitherB: AssetsDialect = {
  release: 'B',
  record(registry, id) {
    const { decode, ...asked } = view(registry, assetsAbiB, 'getAssetGeneral', id)
    return {
      ...asked,
      decode: data => {
        const [smartMeter, owner, lastRead, active, lastHash, matchers, document, url, lookup, bundled] =
          decode(data)
        return {
          ...{ id, active, lastRead, lastHash },
          smartMeter: smartMeter.toLowerCase(),
          owner: owner.toLowerCase(),
          details: {
            ...{ release: 'B', matchers, propertiesDocumentHash: document, url, bundled },
            marketLookup: /^0x0+$/.test(lookup) ? undefined : lookup.toLowerCase(),
          },
        }
      },
    }
  },
}

function recordA({
  smartMeter,
  owner,
  operationalSince,
  ...rest
}: Omit<AssetRecord, 'details'> & { readonly operationalSince: bigint }): AssetRecord {
  return {
    ...rest,
    smartMeter: smartMeter.toLowerCase(),
    owner: owner.toLowerCase(),
    details: { release: 'A', operationalSince },
  }
}

/** How a kind of registry of a release is read. */
export function assetsDialect(release: Release, role: AssetRole): AssetsDialect {
  if (release === 'B') return eitherB
  return role === 'producer' ? producingA : consumingA
}
