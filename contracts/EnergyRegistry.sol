// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/**
 * @title EnergyRegistry
 * @notice A strict register of energy readings behind the public interface of EWF Origin, release A.
 *
 * Whatever reads or writes an Origin release A registry (signatures, argument order, events) works with these
 * two contracts. They differ in what they refuse: a register never falls, nothing is initialised twice, only the
 * asset's smart meter writes, and every refusal says why.
 *
 * Reasons are strings and not custom errors, because a client of release A has no ABI entry for our errors, while
 * every node, wallet and explorer of the last years decodes `Error(string)`.
 *
 * Energies are cumulative Wh. The CO2 offset is a cumulative integer in a unit the participants agree on.
 * `lastSmartMeterReadFileHash` is a link of the writer's own chain of records. The contract keeps and emits it but
 * cannot check it: it never sees the record itself.
 *
 * Roles: the owner (the deployer, until ownership is handed over) creates and initialises assets, switches them and
 * exchanges smart meters. The account which an asset names as its owner has no rights here.
 */
abstract contract EnergyRegistry {
    struct Asset {
        // One slot: all that decides whether a reading may be written.
        address smartMeter;
        bool active;
        bool hasLocation;
        bool hasProperties;
        // One slot: the two totals. 2^128 Wh is some 10^22 years of the world's electricity.
        uint128 readWh;
        uint128 co2Offset;
        bytes32 fileHash;
        address owner;
        uint8 assetType;
        uint8 compliance;
        bool maxCapacitySet;
        uint256 operationalSince;
        uint256 capacityWh;
        bytes32 otherGreenAttributes;
        bytes32 typeOfPublicSupport;
        bytes32[8] location;
    }

    /// @dev Role numbers of release A.
    uint8 private constant ROLE_ASSET_MANAGER = 4;
    uint8 private constant ROLE_LAST = 6;

    /// @notice The account that creates and initialises assets.
    address public owner;
    /// @notice The account that may take ownership over by `acceptOwnership`, or zero.
    address public offeredOwner;

    uint256 private _count;
    mapping(uint256 assetId => Asset asset) private _assets;

    event LogAssetCreated(address sender, uint256 indexed assetId);
    event LogAssetFullyInitialized(uint256 indexed assetId);
    event LogAssetSetActive(uint256 indexed assetId);
    event LogAssetSetInactive(uint256 indexed assetId);

    /// @notice An addition to release A, where the exchange of a smart meter leaves no trace.
    event LogSmartMeterUpdated(uint256 indexed assetId, address oldSmartMeter, address newSmartMeter);
    /// @notice An addition to release A.
    event LogOwnershipTransferred(address indexed oldOwner, address indexed newOwner);

    modifier onlyOwner() {
        require(msg.sender == owner, "sender is not the owner");
        _;
    }

    constructor() {
        owner = msg.sender;
        emit LogOwnershipTransferred(address(0), msg.sender);
    }

    /// @notice Offers ownership to `newOwner`; zero withdraws the offer. Nothing changes until it is accepted.
    function offerOwnership(address newOwner) external onlyOwner {
        offeredOwner = newOwner;
    }

    /// @notice Takes over the ownership that was offered to the sender.
    function acceptOwnership() external {
        require(msg.sender == offeredOwner, "ownership was not offered");
        emit LogOwnershipTransferred(owner, msg.sender);
        owner = msg.sender;
        offeredOwner = address(0);
    }

    /// @notice Creates an empty asset. Ids count from 0; the new one is in `LogAssetCreated`.
    function createAsset() external onlyOwner {
        emit LogAssetCreated(msg.sender, _count);
        _count++;
    }

    /// @notice Sets the place of an asset, once. Texts are UTF-8, padded with zeros on the right.
    function initLocation(
        uint256 assetId,
        bytes32 country,
        bytes32 region,
        bytes32 zip,
        bytes32 city,
        bytes32 street,
        bytes32 houseNumber,
        bytes32 gpsLatitude,
        bytes32 gpsLongitude
    ) external onlyOwner {
        Asset storage asset = _existing(assetId);
        require(!asset.hasLocation, "location is already initialised");
        asset.hasLocation = true;
        asset.location = [country, region, zip, city, street, houseNumber, gpsLatitude, gpsLongitude];
        _announceIfComplete(assetId, asset);
    }

    /// @notice Switches an asset on or off. An inactive asset takes no readings.
    function setActive(uint256 assetId, bool active) external onlyOwner {
        Asset storage asset = _initialised(assetId);
        asset.active = active;
        if (active) emit LogAssetSetActive(assetId);
        else emit LogAssetSetInactive(assetId);
    }

    /// @notice Exchanges the key that writes an asset's readings; the old key is refused from here on.
    function updateSmartMeter(uint256 assetId, address newSmartMeter) external onlyOwner {
        Asset storage asset = _initialised(assetId);
        require(newSmartMeter != address(0), "smart meter is missing");
        emit LogSmartMeterUpdated(assetId, asset.smartMeter, newSmartMeter);
        asset.smartMeter = newSmartMeter;
    }

    function getActive(uint256 assetId) external view returns (bool) {
        return _existing(assetId).active;
    }

    function getAssetListLength() external view returns (uint256) {
        return _count;
    }

    function getLastSmartMeterReadFileHash(uint256 assetId) external view returns (bytes32) {
        return _existing(assetId).fileHash;
    }

    function getAssetLocation(uint256 assetId)
        external
        view
        returns (
            bytes32 country,
            bytes32 region,
            bytes32 zip,
            bytes32 city,
            bytes32 street,
            bytes32 houseNumber,
            bytes32 gpsLatitude,
            bytes32 gpsLongitude
        )
    {
        bytes32[8] memory place = _existing(assetId).location;
        return (place[0], place[1], place[2], place[3], place[4], place[5], place[6], place[7]);
    }

    /**
     * @notice Answers as release A does for its role numbers: 0 TopAdmin, 1 UserAdmin, 2 AssetAdmin,
     * 3 AgreementAdmin, 4 AssetManager, 5 Trader, 6 Matcher. The owner of this contract has every role. AssetManager,
     * which release A asks of the account an asset belongs to, is open to everybody, as there is no list of users.
     */
    function isRole(uint8 role, address caller) external view returns (bool) {
        require(role <= ROLE_LAST, "unknown role");
        return caller == owner || (role == ROLE_ASSET_MANAGER && caller != address(0));
    }

    /// @notice The contract whose `owner()` may do everything: this one.
    function cooContract() external view returns (address) {
        return address(this);
    }

    /// @dev Sets what both kinds of assets have in common, once.
    function _initGeneral(
        uint256 assetId,
        address smartMeter,
        address assetOwner,
        uint256 operationalSince,
        bool active
    ) internal onlyOwner returns (Asset storage asset) {
        asset = _existing(assetId);
        require(asset.smartMeter == address(0), "asset is already initialised");
        require(smartMeter != address(0), "smart meter is missing");
        require(assetOwner != address(0), "asset owner is missing");
        asset.smartMeter = smartMeter;
        asset.owner = assetOwner;
        asset.operationalSince = operationalSince;
        asset.active = active;
    }

    /// @dev Says once that an asset is complete, in whichever call completes it.
    function _announceIfComplete(uint256 assetId, Asset storage asset) internal {
        if (asset.smartMeter != address(0) && asset.hasLocation && asset.hasProperties) {
            emit LogAssetFullyInitialized(assetId);
        }
    }

    /// @dev Takes a reading if the sender may write it and the register does not fall.
    function _record(uint256 assetId, uint256 newMeterRead, bytes32 fileHash)
        internal
        returns (Asset storage asset, uint256 oldMeterRead)
    {
        asset = _assets[assetId];
        // No account is zero, so that an asset without a smart meter, or none at all, ends here too.
        if (msg.sender != asset.smartMeter) {
            _initialised(assetId);
            revert("sender is not the smart meter");
        }
        require(asset.active, "asset is not active");
        oldMeterRead = asset.readWh;
        require(newMeterRead >= oldMeterRead, "register would fall");
        require(newMeterRead <= type(uint128).max, "register above 2^128 - 1");
        asset.readWh = uint128(newMeterRead);
        asset.fileHash = fileHash;
    }

    function _existing(uint256 assetId) internal view returns (Asset storage) {
        require(assetId < _count, "unknown asset");
        return _assets[assetId];
    }

    function _initialised(uint256 assetId) internal view returns (Asset storage asset) {
        asset = _existing(assetId);
        require(asset.smartMeter != address(0), "asset is not initialised");
    }
}

/**
 * @title ProducingEnergyRegistry
 * @notice The strict registry of plants that produce energy, with the interface of release A's producing registry.
 * It issues no certificates: the fields about certificates are always 0.
 */
contract ProducingEnergyRegistry is EnergyRegistry {
    uint8 private constant ASSET_TYPE_LAST = 3;
    uint8 private constant COMPLIANCE_LAST = 3;

    /**
     * @param certificatesCreatedForWh always 0 here
     * @param serviceDown true when the CO2 reading was not available; the value then repeats the last one
     */
    event LogNewMeterRead(
        uint256 indexed assetId,
        bytes32 indexed fileHash,
        uint256 oldMeterRead,
        uint256 newMeterRead,
        bool smartMeterDown,
        uint256 certificatesCreatedForWh,
        uint256 oldCO2OffsetReading,
        uint256 newCO2OffsetReading,
        bool serviceDown
    );

    /// @notice Names the smart meter (the account that writes readings) and the asset's owner, once.
    function initGeneral(
        uint256 assetId,
        address smartMeter,
        address assetOwner,
        uint256 operationalSince,
        bool active
    ) external {
        _announceIfComplete(assetId, _initGeneral(assetId, smartMeter, assetOwner, operationalSince, active));
    }

    /**
     * @notice Sets what kind of plant it is, once.
     * @param assetType 0 wind, 1 solar, 2 run-of-river hydro, 3 biomass gas
     * @param registryCompliance 0 none, 1 I-REC, 2 EEC, 3 TIGR
     */
    function initProducingProperties(
        uint256 assetId,
        uint8 assetType,
        uint256 capacityWh,
        uint8 registryCompliance,
        bytes32 otherGreenAttributes,
        bytes32 typeOfPublicSupport
    ) external onlyOwner {
        Asset storage asset = _existing(assetId);
        require(!asset.hasProperties, "properties already initialised");
        require(assetType <= ASSET_TYPE_LAST, "unknown asset type");
        require(registryCompliance <= COMPLIANCE_LAST, "unknown compliance");
        require(capacityWh > 0, "capacity is missing");
        asset.hasProperties = true;
        asset.assetType = assetType;
        asset.capacityWh = capacityWh;
        asset.compliance = registryCompliance;
        asset.otherGreenAttributes = otherGreenAttributes;
        asset.typeOfPublicSupport = typeOfPublicSupport;
        _announceIfComplete(assetId, asset);
    }

    /**
     * @notice Registers a reading. Only the asset's smart meter may, and neither total may fall; equal is fine.
     * @param newMeterRead cumulative Wh
     * @param smartMeterDown true when the meter did not answer; the value then repeats the last one
     * @param CO2OffsetMeterRead cumulative offset
     * @param CO2OffsetServiceDown true when the CO2 source did not answer; the value then repeats the last one
     */
    function saveSmartMeterRead(
        uint256 assetId,
        uint256 newMeterRead,
        bool smartMeterDown,
        bytes32 lastSmartMeterReadFileHash,
        uint256 CO2OffsetMeterRead,
        bool CO2OffsetServiceDown
    ) external {
        (Asset storage asset, uint256 oldMeterRead) = _record(assetId, newMeterRead, lastSmartMeterReadFileHash);
        uint256 oldOffset = asset.co2Offset;
        require(CO2OffsetMeterRead >= oldOffset, "CO2 offset would fall");
        require(CO2OffsetMeterRead <= type(uint128).max, "CO2 offset above 2^128 - 1");
        asset.co2Offset = uint128(CO2OffsetMeterRead);
        emit LogNewMeterRead(
            assetId,
            lastSmartMeterReadFileHash,
            oldMeterRead,
            newMeterRead,
            smartMeterDown,
            0,
            oldOffset,
            CO2OffsetMeterRead,
            CO2OffsetServiceDown
        );
    }

    function getAssetGeneral(uint256 assetId)
        external
        view
        returns (
            address smartMeter,
            address assetOwner,
            uint256 operationalSince,
            uint256 lastSmartMeterReadWh,
            bool active,
            bytes32 lastSmartMeterReadFileHash
        )
    {
        Asset storage asset = _existing(assetId);
        return
            (asset.smartMeter, asset.owner, asset.operationalSince, asset.readWh, asset.active, asset.fileHash);
    }

    /// @notice `certificatesCreatedForWh` and `cO2UsedForCertificate` are always 0 here.
    function getAssetProducingProperties(uint256 assetId)
        external
        view
        returns (
            uint256 assetType,
            uint256 capacityWh,
            uint256 certificatesCreatedForWh,
            uint256 lastSmartMeterCO2OffsetRead,
            uint256 cO2UsedForCertificate,
            uint256 registryCompliance,
            bytes32 otherGreenAttributes,
            bytes32 typeOfPublicSupport
        )
    {
        Asset storage asset = _existing(assetId);
        return (
            asset.assetType,
            asset.capacityWh,
            0,
            asset.co2Offset,
            0,
            asset.compliance,
            asset.otherGreenAttributes,
            asset.typeOfPublicSupport
        );
    }

    function getAssetType(uint256 assetId) external view returns (uint8) {
        return _existing(assetId).assetType;
    }

    function getCompliance(uint256 assetId) external view returns (uint8) {
        return _existing(assetId).compliance;
    }

    /// @notice The share of the CO2 offset that falls to `wh` of the registered energy, in steps of a millionth.
    function getCoSaved(uint256 assetId, uint256 wh) external view returns (uint256) {
        Asset storage asset = _existing(assetId);
        uint256 available = asset.readWh;
        if (available == 0) return 0;
        require(wh <= available, "more Wh than registered");
        return (uint256(asset.co2Offset) * ((wh * 1_000_000) / available)) / 1_000_000;
    }
}

/**
 * @title ConsumingEnergyRegistry
 * @notice The strict registry of consumers of energy, with the interface of release A's consuming registry.
 * It issues no certificates: the fields about certificates are always 0.
 */
contract ConsumingEnergyRegistry is EnergyRegistry {
    /// @param certificatesUsedForWh always 0 here
    event LogNewMeterRead(
        uint256 indexed assetId,
        bytes32 indexed fileHash,
        uint256 oldMeterRead,
        uint256 newMeterRead,
        uint256 certificatesUsedForWh,
        bool smartMeterDown
    );

    /// @notice Names the smart meter (the account that writes readings), the asset's owner and its capacity, once.
    function initGeneral(
        uint256 assetId,
        address smartMeter,
        address assetOwner,
        uint256 operationalSince,
        uint256 capacityWh,
        bool maxCapacitySet,
        bool active
    ) external {
        Asset storage asset = _initGeneral(assetId, smartMeter, assetOwner, operationalSince, active);
        asset.capacityWh = capacityWh;
        asset.maxCapacitySet = maxCapacitySet;
        // A consumer has no further properties: general and location make it complete.
        asset.hasProperties = true;
        _announceIfComplete(assetId, asset);
    }

    /**
     * @notice Registers a reading. Only the asset's smart meter may, and the register may not fall; equal is fine.
     * The hash comes BEFORE the flag here, the other way round than for a producer.
     * @param newMeterRead cumulative Wh
     * @param smartMeterDown true when the meter did not answer; the value then repeats the last one
     */
    function saveSmartMeterRead(
        uint256 assetId,
        uint256 newMeterRead,
        bytes32 lastSmartMeterReadFileHash,
        bool smartMeterDown
    ) external {
        (, uint256 oldMeterRead) = _record(assetId, newMeterRead, lastSmartMeterReadFileHash);
        emit LogNewMeterRead(
            assetId, lastSmartMeterReadFileHash, oldMeterRead, newMeterRead, 0, smartMeterDown
        );
    }

    /// @notice `certificatesUsedForWh` is always 0 here.
    function getAssetGeneral(uint256 assetId)
        external
        view
        returns (
            address smartMeter,
            address assetOwner,
            uint256 operationalSince,
            uint256 capacityWh,
            bool maxCapacitySet,
            uint256 lastSmartMeterReadWh,
            uint256 certificatesUsedForWh,
            bool active,
            bytes32 lastSmartMeterReadFileHash
        )
    {
        Asset storage asset = _existing(assetId);
        return (
            asset.smartMeter,
            asset.owner,
            asset.operationalSince,
            asset.capacityWh,
            asset.maxCapacitySet,
            asset.readWh,
            0,
            asset.active,
            asset.fileHash
        );
    }
}
