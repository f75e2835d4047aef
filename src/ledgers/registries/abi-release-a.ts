import { parseAbi } from 'viem/utils'
import { anyAssetsAbi, anyUsersAbi } from './abi-shared.ts'

/** The user registry of release A. */
export const usersAbiA = [
  ...anyUsersAbi,
  ...parseAbi([
    'function setUser(address account, bytes32 firstName, bytes32 surname, bytes32 organization, bytes32 street, bytes32 number, bytes32 zip, bytes32 city, bytes32 country, bytes32 state)',
    'function getFullUser(address account) view returns (bytes32 firstName, bytes32 surname, bytes32 organization, bytes32 street, bytes32 number, bytes32 zip, bytes32 city, bytes32 country, bytes32 state, uint256 roles, bool active)',
  ]),
] as const

const assetsAbiA = [
  ...anyAssetsAbi,
  ...parseAbi([
    'function createAsset()',
    'function initLocation(uint256 assetId, bytes32 country, bytes32 region, bytes32 zip, bytes32 city, bytes32 street, bytes32 houseNumber, bytes32 gpsLatitude, bytes32 gpsLongitude)',
    'function updateSmartMeter(uint256 assetId, address newSmartMeter)',
  ]),
] as const

/** The registry of plants. `getAssetGeneral` has the selector of the other registry's and another result. */
export const producingAbiA = [
  ...assetsAbiA,
  ...parseAbi([
    'function initGeneral(uint256 assetId, address smartMeter, address owner, uint256 operationalSince, bool active)',
    'function initProducingProperties(uint256 assetId, uint8 assetType, uint256 capacityWh, uint8 registryCompliance, bytes32 otherGreenAttributes, bytes32 typeOfPublicSupport)',
    'function getAssetGeneral(uint256 assetId) view returns (address smartMeter, address owner, uint256 operationalSince, uint256 lastSmartMeterReadWh, bool active, bytes32 lastSmartMeterReadFileHash)',
    'function getAssetProducingProperties(uint256 assetId) view returns (uint256 assetType, uint256 capacityWh, uint256 certificatesCreatedForWh, uint256 lastSmartMeterCO2OffsetRead, uint256 cO2UsedForCertificate, uint256 registryCompliance, bytes32 otherGreenAttributes, bytes32 typeOfPublicSupport)',
  ]),
] as const

/** The registry of consumers. */
export const consumingAbiA = [
  ...assetsAbiA,
  ...parseAbi([
    'function initGeneral(uint256 assetId, address smartMeter, address owner, uint256 operationalSince, uint256 capacityWh, bool maxCapacitySet, bool active)',
    'function getAssetGeneral(uint256 assetId) view returns (address smartMeter, address owner, uint256 operationalSince, uint256 capacityWh, bool maxCapacitySet, uint256 lastSmartMeterReadWh, uint256 certificatesUsedForWh, bool active, bytes32 lastSmartMeterReadFileHash)',
  ]),
] as const
