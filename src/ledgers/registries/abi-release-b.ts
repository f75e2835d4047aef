import { parseAbi } from 'viem/utils'
import { anyAssetsAbi, anyUsersAbi } from './abi-shared.ts'

/** The user registry of release B. */
export const usersAbiB = [
  ...anyUsersAbi,
  ...parseAbi([
    'function setUser(address account, string organization)',
    'function getFullUser(address account) view returns (string organization, uint256 roles, bool active)',
  ]),
] as const

/** What both asset registries of release B have. */
export const assetsAbiB = [
  ...anyAssetsAbi,
  ...parseAbi([
    'function getAssetGeneral(uint256 assetId) view returns (address smartMeter, address owner, uint256 lastSmartMeterReadWh, bool active, string lastSmartMeterReadFileHash, address[] matcher, string propertiesDocumentHash, string url, address marketLookupContract, bool bundled)',
    'function checkAssetExistExternal(address smartMeter) view returns (bool)',
    'function setMarketLookupContract(uint256 assetId, address lookup)',
    'function addMatcher(uint256 assetId, address matcher)',
    'function removeMatcher(uint256 assetId, address matcher)',
  ]),
] as const

/** The registry of plants: they tell how often their certificates may change hands. */
export const producingAbiB = [
  ...assetsAbiB,
  ...parseAbi([
    'function createAsset(address smartMeter, address owner, bool active, address[] matcher, string propertiesDocumentHash, string url, uint256 numOwnerChanges) returns (uint256)',
  ]),
] as const

/** The registry of consumers. */
export const consumingAbiB = [
  ...assetsAbiB,
  ...parseAbi([
    'function createAsset(address smartMeter, address owner, bool active, address[] matcher, string propertiesDocumentHash, string url) returns (uint256)',
  ]),
] as const
