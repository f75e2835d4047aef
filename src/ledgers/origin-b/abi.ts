import { parseAbi } from 'viem/utils'

/*
 * The face of EWF Origin, release B, as a gateway sees it. Producing and consuming registry are two contracts with the same
 * functions and the same event; only what `getAssetById` answers tells them apart.
 */

/** Of both asset registries. */
export const registryAbi = parseAbi([
  'function saveSmartMeterRead(uint256 assetId, uint256 newMeterRead, string lastSmartMeterReadFileHash)',
  'function getLastMeterReadingAndHash(uint256 assetId) view returns (uint256 lastSmartMeterReadWh, string lastSmartMeterReadFileHash)',
  'function getAssetGeneral(uint256 assetId) view returns (address smartMeter, address owner, uint256 lastSmartMeterReadWh, bool active, string lastSmartMeterReadFileHash, address[] matcher, string propertiesDocumentHash, string url, address marketLookupContract, bool bundled)',
  'function getMarketLookupContract(uint256 assetId) view returns (address)',
  'function getAssetListLength() view returns (uint256)',
  'function checkAssetExistExternal(address smartMeter) view returns (bool)',
  'event LogNewMeterRead(uint256 indexed assetId, uint256 oldMeterRead, uint256 newMeterRead)',
])

/**
 * `getAssetById`, of which only the first two words are read: where the answer's struct begins, and where the general part
 * begins in it. After 64 bytes in a producer, which has one field more, after 32 in a consumer.
 */
export const assetHeadAbi = parseAbi([
  'function getAssetById(uint256 assetId) view returns (uint256 start, uint256 general)',
])

/** Of the lookups, which name the other contracts, and of the registries and certificates, which name their lookup. */
export const lookupAbi = parseAbi([
  'function assetProducingRegistry() view returns (address)',
  'function assetConsumingRegistry() view returns (address)',
  'function originLogicRegistry() view returns (address)',
  'function assetContractLookup() view returns (address)',
])

/** Of the certificates, tokens of ERC-721. */
export const certificateAbi = parseAbi([
  'function getCertificateOwner(uint256 certificateId) view returns (address)',
  'event Transfer(address indexed from, address indexed to, uint256 indexed tokenId)',
  'event LogCreatedCertificate(uint256 indexed certificateId, uint256 powerInW, address owner)',
  'event LogCertificateRetired(uint256 indexed certificateId, bool retire)',
])

/** topic0 of `LogNewMeterRead`, the same of producers and consumers. */
export const meterReadTopic = '0x2726fc1611c0f712314323e4cf7789e39ab4b8a5e4d34c6d828ee2ef657ad543'

/** topic0 of `LogCreatedCertificate(uint256,uint256,address)`. */
export const createdTopic = '0xc0300f89fa66c737609c90575f912c101a539bdc6659f1562ba9b0868f8d181d'

/** topic0 of ERC-721's `Transfer(address,address,uint256)`. */
export const transferTopic = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
