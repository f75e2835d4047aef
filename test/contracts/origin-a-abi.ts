import { parseAbi } from 'viem'

/**
 * The public interface of EWF Origin, release A, as its clients know it. Written down apart from our Solidity, so
 * that the tests compare two sources.
 */
const shared = [
  'function createAsset()',
  'function initLocation(uint256 assetId, bytes32 country, bytes32 region, bytes32 zip, bytes32 city, bytes32 street, bytes32 houseNumber, bytes32 gpsLatitude, bytes32 gpsLongitude)',
  'function setActive(uint256 assetId, bool active)',
  'function updateSmartMeter(uint256 assetId, address newSmartMeter)',
  'function getActive(uint256 assetId) view returns (bool)',
  'function getAssetListLength() view returns (uint256)',
  'function getLastSmartMeterReadFileHash(uint256 assetId) view returns (bytes32)',
  'function getAssetLocation(uint256 assetId) view returns (bytes32, bytes32, bytes32, bytes32, bytes32, bytes32, bytes32, bytes32)',
  'function isRole(uint8 role, address caller) view returns (bool)',
  'function cooContract() view returns (address)',
  'event LogAssetCreated(address sender, uint256 indexed assetId)',
  'event LogAssetFullyInitialized(uint256 indexed assetId)',
  'event LogAssetSetActive(uint256 indexed assetId)',
  'event LogAssetSetInactive(uint256 indexed assetId)',
] as const

export const producingAbi = parseAbi([
  ...shared,
  'function initGeneral(uint256 assetId, address smartMeter, address owner, uint256 operationalSince, bool active)',
  'function initProducingProperties(uint256 assetId, uint8 assetType, uint256 capacityWh, uint8 registryCompliance, bytes32 otherGreenAttributes, bytes32 typeOfPublicSupport)',
  'function saveSmartMeterRead(uint256 assetId, uint256 newMeterRead, bool smartMeterDown, bytes32 lastSmartMeterReadFileHash, uint256 CO2OffsetMeterRead, bool CO2OffsetServiceDown)',
  'function getAssetGeneral(uint256 assetId) view returns (address smartMeter, address owner, uint256 operationalSince, uint256 lastSmartMeterReadWh, bool active, bytes32 lastSmartMeterReadFileHash)',
  'function getAssetProducingProperties(uint256 assetId) view returns (uint256 assetType, uint256 capacityWh, uint256 certificatesCreatedForWh, uint256 lastSmartMeterCO2OffsetRead, uint256 cO2UsedForCertificate, uint256 registryCompliance, bytes32 otherGreenAttributes, bytes32 typeOfPublicSupport)',
  'function getAssetType(uint256 assetId) view returns (uint8)',
  'function getCompliance(uint256 assetId) view returns (uint8)',
  'function getCoSaved(uint256 assetId, uint256 wh) view returns (uint256)',
  'event LogNewMeterRead(uint256 indexed assetId, bytes32 indexed fileHash, uint256 oldMeterRead, uint256 newMeterRead, bool smartMeterDown, uint256 certificatesCreatedForWh, uint256 oldCO2OffsetReading, uint256 newCO2OffsetReading, bool serviceDown)',
])

export const consumingAbi = parseAbi([
  ...shared,
  'function initGeneral(uint256 assetId, address smartMeter, address owner, uint256 operationalSince, uint256 capacityWh, bool maxCapacitySet, bool active)',
  'function saveSmartMeterRead(uint256 assetId, uint256 newMeterRead, bytes32 lastSmartMeterReadFileHash, bool smartMeterDown)',
  'function getAssetGeneral(uint256 assetId) view returns (address smartMeter, address owner, uint256 operationalSince, uint256 capacityWh, bool maxCapacitySet, uint256 lastSmartMeterReadWh, uint256 certificatesUsedForWh, bool active, bytes32 lastSmartMeterReadFileHash)',
  'event LogNewMeterRead(uint256 indexed assetId, bytes32 indexed fileHash, uint256 oldMeterRead, uint256 newMeterRead, uint256 certificatesUsedForWh, bool smartMeterDown)',
])

export const certificateAbi = parseAbi([
  'function createCertificateForAssetOwner(uint256 assetId, uint256 powerInW) returns (uint256)',
  'function retireCertificate(uint256 id)',
  'function changeCertificateOwner(uint256 id, address newOwner)',
  'function getCertificate(uint256 id) view returns (uint256 assetId, address owner, uint256 powerInW, bool retired, bytes32 dataLog, uint256 coSaved, address escrow, uint256 creationTime)',
  'event LogCreatedCertificate(uint256 indexed certificateId, uint256 powerInW, address owner, address escrow)',
  'event LogRetireRequest(uint256 indexed certificateId, bool retire)',
  'event LogCertificateOwnerChanged(uint256 indexed certificateId, address oldOwner, address newOwner, address oldEscrow, address newEscrow)',
])
