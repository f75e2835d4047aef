// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/*
 * A stand-in for the registries of EWF Origin, release A, for tests only: the same interface and, on purpose, the same
 * faults (registers that fall, replays, re-initialisation, refusals without a reason, calls that burn their gas).
 * Written from the observed behaviour. The original is GPL-3.0-or-later; nothing of it is in here.
 *
 * It is never deployed outside of a test chain and never shipped.
 */

/// @dev How the original fails. Built with solc 0.4, it knows neither reasons nor panics.
abstract contract OldFailures {
    /// @dev The old compiler's answer to an impossible value.
    function boom() external pure {
        _invalid();
    }

    function _invalid() internal pure {
        assembly ("memory-safe") {
            invalid()
        }
    }

    /// @dev An unknown id fails in an inner call, which takes 63/64 of the gas with it; then comes an empty revert.
    function _burnAndRevert() internal view {
        try this.boom() {} catch {}
        assembly ("memory-safe") {
            revert(0, 0)
        }
    }
}

/// @dev Roles and addresses. The account that deploys it passes every role check.
contract OriginDouble is OldFailures {
    address public owner = msg.sender;
    /// @dev Without a user registry of its own this contract keeps the roles, and takes a role for a user.
    address public userRegistry = address(this);
    address public assetProducingRegistry;
    address public assetConsumingRegistry;
    address public certificateRegistry;
    address public demandRegistry;
    mapping(address account => uint256 mask) public roles;
    mapping(address account => bool exists) private known;
    /// @dev The second public build differs in certificates only.
    bool public immutable audited;

    constructor(bool audited_) {
        audited = audited_;
    }

    function init(address producing, address consuming, address certificates) external {
        require(msg.sender == owner && assetProducingRegistry == address(0));
        assetProducingRegistry = producing;
        assetConsumingRegistry = consuming;
        certificateRegistry = certificates;
    }

    /// @dev From now on users and their roles are those of a full user registry.
    function useUsers(UserDouble users) external {
        require(msg.sender == owner && userRegistry == address(this));
        userRegistry = address(users);
    }

    /// @dev The original wants a full user first; here a role makes one.
    function setRoles(address account, uint256 mask) external {
        require(isRole(1, msg.sender));
        known[account] = true;
        roles[account] = mask;
    }

    function doesUserExist(address account) external view returns (bool) {
        return userRegistry == address(this) ? known[account] : UserDouble(userRegistry).doesUserExist(account);
    }

    function isRole(uint8 role, address caller) public view returns (bool) {
        if (!audited && caller == owner) return true;
        if (role > 6) _invalid();
        uint256 mask = userRegistry == address(this) ? roles[caller] : UserDouble(userRegistry).getRolesRights(caller);
        return caller == owner || mask & (1 << role) != 0;
    }
}

/// @dev The user registry. What an account was called stays when it is deactivated, and so does its mask.
contract UserDouble is OldFailures {
    struct User {
        bytes32[9] texts;
        uint256 roles;
        bool active;
    }

    /// @dev TopAdmin, UserAdmin, AssetAdmin, AgreementAdmin.
    uint256 private constant ADMIN_ROLES = 15;

    OriginDouble private immutable origin;
    mapping(address account => User user) private users;

    modifier onlyUserAdmin() {
        require(origin.isRole(1, msg.sender));
        _;
    }

    constructor(OriginDouble origin_) {
        origin = origin_;
    }

    function cooContract() external view returns (address) {
        return address(origin);
    }

    function isRole(uint8 role, address caller) external view returns (bool) {
        if (role > 6 && (origin.audited() || caller != origin.owner())) _invalid();
        return origin.isRole(role, caller);
    }

    function setUser(
        address account,
        bytes32 firstName,
        bytes32 surname,
        bytes32 organization,
        bytes32 street,
        bytes32 number,
        bytes32 zip,
        bytes32 city,
        bytes32 country,
        bytes32 state
    ) external onlyUserAdmin {
        bytes32[9] memory texts = [firstName, surname, organization, street, number, zip, city, country, state];
        for (uint256 i = 0; i < 8; i++) require(texts[i] != 0);
        users[account].texts = texts;
        users[account].active = true;
    }

    function setRoles(address account, uint256 mask) external onlyUserAdmin {
        require(users[account].active);
        users[account].roles = mask;
    }

    function deactivateUser(address account) external onlyUserAdmin {
        require(users[account].roles & ADMIN_ROLES == 0);
        users[account].active = false;
    }

    function doesUserExist(address account) external view returns (bool) {
        return users[account].active;
    }

    function getRolesRights(address account) external view returns (uint256) {
        return users[account].roles;
    }

    function getFullUser(address account)
        external
        view
        returns (bytes32, bytes32, bytes32, bytes32, bytes32, bytes32, bytes32, bytes32, bytes32, uint256, bool)
    {
        User storage user = users[account];
        bytes32[9] memory t = user.texts;
        return (t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], user.roles, user.active);
    }
}

abstract contract RegistryDouble is OldFailures {
    struct General {
        address smartMeter;
        address owner;
        uint256 operationalSince;
        uint256 capacityWh;
        bool maxCapacitySet;
        uint256 readWh;
        uint256 certificatesWh;
        bool active;
        bytes32 fileHash;
        bool hasGeneral;
        bool hasLocation;
        bool complete;
        bytes32[8] location;
    }

    OriginDouble internal immutable origin;
    uint256 internal count;
    mapping(uint256 assetId => General asset) internal assets;

    event LogAssetCreated(address sender, uint256 indexed assetId);
    event LogAssetFullyInitialized(uint256 indexed assetId);
    event LogAssetSetActive(uint256 indexed assetId);
    event LogAssetSetInactive(uint256 indexed assetId);

    modifier onlyAssetAdmin() {
        require(origin.isRole(2, msg.sender));
        _;
    }

    constructor(OriginDouble origin_) {
        origin = origin_;
    }

    function cooContract() external view returns (address) {
        return address(origin);
    }

    function isRole(uint8 role, address caller) external view returns (bool) {
        // Checked here too: from an inner call the invalid opcode would come out as an empty revert.
        if (role > 6 && (origin.audited() || caller != origin.owner())) _invalid();
        return origin.isRole(role, caller);
    }

    function createAsset() external onlyAssetAdmin {
        emit LogAssetCreated(msg.sender, count++);
    }

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
    ) external onlyAssetAdmin {
        General storage asset = _known(assetId);
        asset.hasLocation = true;
        asset.location = [country, region, zip, city, street, houseNumber, gpsLatitude, gpsLongitude];
        _completeIfReady(assetId);
    }

    function setActive(uint256 assetId, bool active) external onlyAssetAdmin {
        _known(assetId).active = active;
        if (active) emit LogAssetSetActive(assetId);
        else emit LogAssetSetInactive(assetId);
    }

    function updateSmartMeter(uint256 assetId, address newSmartMeter) external onlyAssetAdmin {
        _known(assetId).smartMeter = newSmartMeter;
    }

    function getActive(uint256 assetId) external view returns (bool) {
        return _known(assetId).active;
    }

    function getAssetListLength() external view returns (uint256) {
        return count;
    }

    function getLastSmartMeterReadFileHash(uint256 assetId) external view returns (bytes32) {
        return _known(assetId).fileHash;
    }

    function getAssetLocation(uint256 assetId)
        external
        view
        returns (bytes32, bytes32, bytes32, bytes32, bytes32, bytes32, bytes32, bytes32)
    {
        bytes32[8] memory place = _known(assetId).location;
        return (place[0], place[1], place[2], place[3], place[4], place[5], place[6], place[7]);
    }

    function _known(uint256 assetId) internal view returns (General storage) {
        if (assetId >= count) _burnAndRevert();
        return assets[assetId];
    }

    /// @dev May be called again: counter and hash then start from 0.
    function _initGeneral(
        uint256 assetId,
        address smartMeter,
        address assetOwner,
        uint256 operationalSince,
        bool active
    ) internal onlyAssetAdmin {
        require(origin.isRole(4, assetOwner));
        General storage asset = _known(assetId);
        asset.smartMeter = smartMeter;
        asset.owner = assetOwner;
        asset.operationalSince = operationalSince;
        asset.active = active;
        asset.readWh = 0;
        asset.fileHash = 0;
        asset.hasGeneral = true;
        _completeIfReady(assetId);
    }

    function _completeIfReady(uint256 assetId) internal {
        General storage asset = assets[assetId];
        if (asset.complete || !asset.hasGeneral || !asset.hasLocation || !_hasProperties(assetId)) return;
        asset.complete = true;
        emit LogAssetFullyInitialized(assetId);
    }

    /// @dev Checks in the original's order: id, sender, active. Every value and every hash is accepted.
    function _record(uint256 assetId, uint256 newMeterRead, bytes32 fileHash) internal returns (uint256 old) {
        General storage asset = _known(assetId);
        require(msg.sender == asset.smartMeter);
        require(asset.active);
        old = asset.readWh;
        asset.readWh = newMeterRead;
        asset.fileHash = fileHash;
    }

    function _hasProperties(uint256 assetId) internal view virtual returns (bool);
}

contract ProducingDouble is RegistryDouble {
    struct Properties {
        uint8 assetType;
        uint256 capacityWh;
        uint256 co2Read;
        uint256 co2Used;
        uint8 compliance;
        bytes32 otherGreenAttributes;
        bytes32 typeOfPublicSupport;
    }

    mapping(uint256 assetId => Properties properties) private properties;

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

    constructor(OriginDouble origin_) RegistryDouble(origin_) {}

    function initGeneral(
        uint256 assetId,
        address smartMeter,
        address assetOwner,
        uint256 operationalSince,
        bool active
    ) external {
        _initGeneral(assetId, smartMeter, assetOwner, operationalSince, active);
    }

    /// @dev May be called again: what certificates were made for, and both CO2 totals, then start from 0.
    function initProducingProperties(
        uint256 assetId,
        uint8 assetType,
        uint256 capacityWh,
        uint8 registryCompliance,
        bytes32 otherGreenAttributes,
        bytes32 typeOfPublicSupport
    ) external onlyAssetAdmin {
        if (assetType > 3 || registryCompliance > 3) _invalid();
        _known(assetId).certificatesWh = 0;
        properties[assetId] = Properties(
            assetType, capacityWh, 0, 0, registryCompliance, otherGreenAttributes, typeOfPublicSupport
        );
        _completeIfReady(assetId);
    }

    function saveSmartMeterRead(
        uint256 assetId,
        uint256 newMeterRead,
        bool smartMeterDown,
        bytes32 lastSmartMeterReadFileHash,
        uint256 CO2OffsetMeterRead,
        bool CO2OffsetServiceDown
    ) external {
        uint256 old = _record(assetId, newMeterRead, lastSmartMeterReadFileHash);
        uint256 oldCo2 = properties[assetId].co2Read;
        properties[assetId].co2Read = CO2OffsetMeterRead;
        emit LogNewMeterRead(
            assetId,
            lastSmartMeterReadFileHash,
            old,
            newMeterRead,
            smartMeterDown,
            assets[assetId].certificatesWh,
            oldCo2,
            CO2OffsetMeterRead,
            CO2OffsetServiceDown
        );
    }

    function getAssetGeneral(uint256 assetId)
        external
        view
        returns (address, address, uint256, uint256, bool, bytes32)
    {
        General storage asset = _known(assetId);
        return
            (asset.smartMeter, asset.owner, asset.operationalSince, asset.readWh, asset.active, asset.fileHash);
    }

    function getAssetProducingProperties(uint256 assetId)
        external
        view
        returns (uint256, uint256, uint256, uint256, uint256, uint256, bytes32, bytes32)
    {
        uint256 certificatesWh = _known(assetId).certificatesWh;
        Properties storage own = properties[assetId];
        return (
            own.assetType,
            own.capacityWh,
            certificatesWh,
            own.co2Read,
            own.co2Used,
            own.compliance,
            own.otherGreenAttributes,
            own.typeOfPublicSupport
        );
    }

    function getAssetType(uint256 assetId) external view returns (uint8) {
        _known(assetId);
        return properties[assetId].assetType;
    }

    function getCompliance(uint256 assetId) external view returns (uint8) {
        _known(assetId);
        return properties[assetId].compliance;
    }

    function getCoSaved(uint256 assetId, uint256 wh) public view returns (uint256) {
        General storage asset = _known(assetId);
        Properties storage own = properties[assetId];
        if (asset.certificatesWh > asset.readWh) _invalid();
        unchecked {
            uint256 available = asset.readWh - asset.certificatesWh;
            if (available == 0) return 0;
            if (own.co2Used > own.co2Read) _invalid();
            return ((own.co2Read - own.co2Used) * ((wh * 1000000) / available)) / 1000000;
        }
    }

    /// @dev The border to the certificates; the original has it in other functions.
    function useForCertificate(uint256 assetId, uint256 wh)
        external
        returns (address assetOwner, bytes32 fileHash, uint256 coSaved)
    {
        require(msg.sender == origin.certificateRegistry());
        General storage asset = _known(assetId);
        require(asset.complete || !origin.audited());
        unchecked {
            uint256 total = asset.certificatesWh + wh;
            require(total >= wh && total <= asset.readWh);
            coSaved = this.getCoSaved(assetId, wh);
            asset.certificatesWh = total;
            properties[assetId].co2Used += coSaved;
        }
        return (asset.owner, asset.fileHash, coSaved);
    }

    function _hasProperties(uint256 assetId) internal view override returns (bool) {
        return properties[assetId].capacityWh > 0;
    }
}

contract ConsumingDouble is RegistryDouble {
    event LogNewMeterRead(
        uint256 indexed assetId,
        bytes32 indexed fileHash,
        uint256 oldMeterRead,
        uint256 newMeterRead,
        uint256 certificatesUsedForWh,
        bool smartMeterDown
    );

    constructor(OriginDouble origin_) RegistryDouble(origin_) {}

    function initGeneral(
        uint256 assetId,
        address smartMeter,
        address assetOwner,
        uint256 operationalSince,
        uint256 capacityWh,
        bool maxCapacitySet,
        bool active
    ) external {
        _initGeneral(assetId, smartMeter, assetOwner, operationalSince, active);
        assets[assetId].capacityWh = capacityWh;
        assets[assetId].maxCapacitySet = maxCapacitySet;
    }

    function saveSmartMeterRead(
        uint256 assetId,
        uint256 newMeterRead,
        bytes32 lastSmartMeterReadFileHash,
        bool smartMeterDown
    ) external {
        uint256 old = _record(assetId, newMeterRead, lastSmartMeterReadFileHash);
        uint256 certificatesWh = assets[assetId].certificatesWh;
        emit LogNewMeterRead(
            assetId, lastSmartMeterReadFileHash, old, newMeterRead, certificatesWh, smartMeterDown
        );
    }

    function getAssetGeneral(uint256 assetId)
        external
        view
        returns (address, address, uint256, uint256, bool, uint256, uint256, bool, bytes32)
    {
        General storage asset = _known(assetId);
        return (
            asset.smartMeter,
            asset.owner,
            asset.operationalSince,
            asset.capacityWh,
            asset.maxCapacitySet,
            asset.readWh,
            asset.certificatesWh,
            asset.active,
            asset.fileHash
        );
    }

    function _hasProperties(uint256) internal pure override returns (bool) {
        return true;
    }
}

contract CertificateDouble is OldFailures {
    struct Certificate {
        uint256 assetId;
        address owner;
        uint256 powerInW;
        bool retired;
        bytes32 dataLog;
        uint256 coSaved;
        address escrow;
        uint256 creationTime;
    }

    OriginDouble private immutable origin;
    uint256 private count;
    mapping(uint256 id => Certificate certificate) private certificates;

    event LogCreatedCertificate(uint256 indexed certificateId, uint256 powerInW, address owner, address escrow);
    event LogRetireRequest(uint256 indexed certificateId, bool retire);
    event LogCertificateOwnerChanged(
        uint256 indexed certificateId, address oldOwner, address newOwner, address oldEscrow, address newEscrow
    );

    constructor(OriginDouble origin_) {
        origin = origin_;
    }

    function createCertificateForAssetOwner(uint256 assetId, uint256 powerInW) external returns (uint256 id) {
        require(origin.isRole(6, msg.sender));
        ProducingDouble registry = ProducingDouble(origin.assetProducingRegistry());
        (address assetOwner, bytes32 dataLog, uint256 coSaved) = registry.useForCertificate(assetId, powerInW);
        id = count++;
        certificates[id] =
            Certificate(assetId, assetOwner, powerInW, false, dataLog, coSaved, msg.sender, block.timestamp);
        emit LogCreatedCertificate(id, powerInW, assetOwner, msg.sender);
    }

    /// @dev Once more is a success that says nothing.
    function retireCertificate(uint256 id) external {
        Certificate storage certificate = _known(id);
        require(msg.sender == certificate.owner);
        if (certificate.retired) return;
        certificate.retired = true;
        emit LogRetireRequest(id, true);
    }

    /// @dev The event names the new owner twice, as the original's does. What becomes of the escrow is our guess: none.
    function changeCertificateOwner(uint256 id, address newOwner) external {
        Certificate storage certificate = _known(id);
        require(msg.sender == certificate.owner && !certificate.retired && origin.doesUserExist(newOwner));
        address oldEscrow = certificate.escrow;
        certificate.owner = newOwner;
        certificate.escrow = address(0);
        emit LogCertificateOwnerChanged(id, newOwner, newOwner, oldEscrow, address(0));
    }

    function getCertificate(uint256 id)
        external
        view
        returns (uint256, address, uint256, bool, bytes32, uint256, address, uint256)
    {
        Certificate storage own = _known(id);
        return (
            own.assetId,
            own.owner,
            own.powerInW,
            own.retired,
            own.dataLog,
            own.coSaved,
            own.escrow,
            own.creationTime
        );
    }

    function _known(uint256 id) private view returns (Certificate storage) {
        if (id >= count) _burnAndRevert();
        return certificates[id];
    }
}
