// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/*
 * A stand-in for the contracts of EWF Origin, release B, for tests only: the same interface, the same reasons for refusals
 * and, on purpose, the same oddities (creation that ignores its flag, unknown ids that burn their gas, certificates minted
 * inside of the reading). Written from the observed behaviour, and held to it: the same cases run against the originals.
 * Those are GPL-3.0; nothing of them is in here. Logic and storage, two contracts there, are one here.
 *
 * Compiled for byzantium, the oldest fork that the originals run on. Never deployed outside of a test chain, never shipped.
 */

/// @dev What several contracts fail with.
abstract contract FailuresB {
    /// @dev The old compiler's answer to an index beyond the end.
    function boom() external pure {
        assembly ("memory-safe") {
            invalid()
        }
    }

    /// @dev In the originals an unknown id fails in the storage contract, which takes 63/64 of the gas with it.
    function _burnAndRevert() internal view {
        try this.boom() {} catch {}
        _refuse();
    }

    function _refuse() internal pure {
        assembly ("memory-safe") {
            revert(0, 0)
        }
    }

    function _require(bool condition) internal pure {
        if (!condition) _refuse();
    }
}

contract UserLookupB {
    address public userRegistry;

    constructor(address userRegistry_) {
        userRegistry = userRegistry_;
    }
}

/// @dev Roles: 0 UserAdmin, 1 AssetAdmin, 2 AgreementAdmin, 3 AssetManager, 4 Trader, 5 Matcher. Nobody passes without one.
contract UserRegistryB is FailuresB {
    struct User {
        string organization;
        uint256 roles;
        bool active;
    }

    mapping(address account => User user) private users;

    modifier onlyUserAdmin() {
        require(users[msg.sender].roles & 1 != 0, "user does not have the required role");
        _;
    }

    /// @dev Has the role, and yet does not "exist".
    constructor() {
        users[msg.sender].roles = 1;
    }

    function setUser(address _user, string calldata _organization) external onlyUserAdmin {
        require(bytes(_organization).length > 0, "empty string");
        users[_user].organization = _organization;
        users[_user].active = true;
    }

    function setRoles(address _user, uint256 _rights) external onlyUserAdmin {
        require(users[_user].active, "User does not exist");
        users[_user].roles = _rights;
    }

    function deactivateUser(address _user) external onlyUserAdmin {
        require(users[_user].roles & 7 == 0, "user has an admin role at the moment");
        users[_user].active = false;
    }

    function doesUserExist(address _user) external view returns (bool) {
        return users[_user].active;
    }

    function getRolesRights(address _user) external view returns (uint256) {
        return users[_user].roles;
    }

    function getFullUser(address _user) external view returns (string memory, uint256, bool) {
        User storage user = users[_user];
        return (user.organization, user.roles, user.active);
    }

    function isRole(uint8 _role, address _caller) external view returns (bool) {
        _require(_role <= 5);
        return users[_caller].roles & (1 << _role) != 0;
    }
}

contract AssetLookupB {
    UserLookupB public userRegistry;
    address public assetProducingRegistry;
    address public assetConsumingRegistry;
    uint256 public constant maxMatcherPerAsset = 10;

    function init(UserLookupB users, address producing, address consuming) external {
        userRegistry = users;
        assetProducingRegistry = producing;
        assetConsumingRegistry = consuming;
    }
}

struct AssetGeneralB {
    address smartMeter;
    address owner;
    uint256 lastSmartMeterReadWh;
    bool active;
    string lastSmartMeterReadFileHash;
    address[] matcher;
    string propertiesDocumentHash;
    string url;
    address marketLookupContract;
    bool bundled;
}

abstract contract RegistryB is FailuresB {
    AssetLookupB public immutable owner;
    UserLookupB public immutable userContractLookup;
    address[] internal meters;
    /// @dev By meter, as in the originals: an asset keeps its meter's address for life.
    mapping(address meter => AssetGeneralB asset) internal assets;

    event LogAssetCreated(address _sender, uint256 indexed _assetId);
    event LogAssetSetActive(uint256 indexed _assetId);
    event LogAssetSetInactive(uint256 indexed _assetId);
    event LogNewMeterRead(uint256 indexed _assetId, uint256 _oldMeterRead, uint256 _newMeterRead);

    constructor(UserLookupB users, AssetLookupB lookup) {
        userContractLookup = users;
        owner = lookup;
    }

    function isRole(uint8 _role, address _caller) public view returns (bool) {
        _require(_role <= 5);
        return UserRegistryB(userContractLookup.userRegistry()).isRole(_role, _caller);
    }

    function setActive(uint256 _assetId, bool _active) external {
        require(isRole(1, msg.sender), "user does not have the required role");
        _known(_assetId).active = _active;
        if (_active) emit LogAssetSetActive(_assetId);
        else emit LogAssetSetInactive(_assetId);
    }

    function setMarketLookupContract(uint256 _assetId, address _lookup) external {
        AssetGeneralB storage asset = _known(_assetId);
        require(msg.sender == asset.owner, "sender is not the assetOwner");
        asset.marketLookupContract = _lookup;
    }

    function addMatcher(uint256 _assetId, address _new) external {
        AssetGeneralB storage asset = _known(_assetId);
        require(msg.sender == asset.owner, "addMatcher: not the owner");
        require(asset.matcher.length < owner.maxMatcherPerAsset(), "addMatcher: too many matcher already");
        asset.matcher.push(_new);
    }

    function removeMatcher(uint256 _assetId, address _remove) external {
        AssetGeneralB storage asset = _known(_assetId);
        require(msg.sender == asset.owner, "removeMatcher: not the owner");
        uint256 length = asset.matcher.length;
        for (uint256 i = 0; i < length; i++) {
            if (asset.matcher[i] != _remove) continue;
            asset.matcher[i] = asset.matcher[length - 1];
            asset.matcher.pop();
            return;
        }
        revert("removeMatcher: address not found");
    }

    function getAssetListLength() external view returns (uint256) {
        return meters.length;
    }

    function getAssetOwner(uint256 _assetId) external view returns (address) {
        return _known(_assetId).owner;
    }

    function getMarketLookupContract(uint256 _assetId) external view returns (address) {
        return _known(_assetId).marketLookupContract;
    }

    function getMatcher(uint256 _assetId) external view returns (address[] memory) {
        return _known(_assetId).matcher;
    }

    function getLastMeterReadingAndHash(uint256 _assetId) external view returns (uint256, string memory) {
        AssetGeneralB storage asset = _known(_assetId);
        return (asset.lastSmartMeterReadWh, asset.lastSmartMeterReadFileHash);
    }

    function getAssetGeneral(uint256 _assetId)
        external
        view
        returns (
            address smartMeter,
            address assetOwner,
            uint256 lastSmartMeterReadWh,
            bool active,
            string memory lastSmartMeterReadFileHash,
            address[] memory matcher,
            string memory propertiesDocumentHash,
            string memory url,
            address marketLookupContract,
            bool bundled
        )
    {
        AssetGeneralB memory asset = _known(_assetId);
        smartMeter = asset.smartMeter;
        assetOwner = asset.owner;
        lastSmartMeterReadWh = asset.lastSmartMeterReadWh;
        active = asset.active;
        lastSmartMeterReadFileHash = asset.lastSmartMeterReadFileHash;
        matcher = asset.matcher;
        propertiesDocumentHash = asset.propertiesDocumentHash;
        url = asset.url;
        marketLookupContract = asset.marketLookupContract;
        bundled = asset.bundled;
    }

    function checkAssetExistExternal(address _smartMeter) public view returns (bool) {
        return assets[_smartMeter].smartMeter != address(0);
    }

    function _known(uint256 _assetId) internal view returns (AssetGeneralB storage) {
        if (_assetId >= meters.length) _burnAndRevert();
        return assets[meters[_assetId]];
    }

    /// @dev Whatever the caller says, the asset is active.
    function _create(
        address meter,
        address assetOwner,
        address[] calldata matcher,
        string calldata documentHash,
        string calldata url
    ) internal returns (uint256 assetId) {
        require(matcher.length <= owner.maxMatcherPerAsset(), "addMatcher: too many matcher already");
        require(isRole(3, assetOwner), "user does not have the required role");
        require(isRole(1, msg.sender), "user does not have the required role");
        require(!checkAssetExistExternal(meter), "smartmeter does already exist");
        assetId = meters.length;
        meters.push(meter);
        AssetGeneralB storage asset = assets[meter];
        asset.smartMeter = meter;
        asset.owner = assetOwner;
        asset.active = true;
        asset.matcher = matcher;
        asset.propertiesDocumentHash = documentHash;
        asset.url = url;
        emit LogAssetCreated(msg.sender, assetId);
    }

    /// @dev Checks in the originals' order: id, sender, active, value. Answers by how much the register rose.
    function _record(uint256 assetId, uint256 newMeterRead, string calldata fileHash) internal returns (uint256) {
        AssetGeneralB storage asset = _known(assetId);
        require(asset.smartMeter == msg.sender, "saveSmartMeterRead: wrong sender");
        require(asset.active, "saveSmartMeterRead: asset not active");
        uint256 old = asset.lastSmartMeterReadWh;
        require(newMeterRead > old, "saveSmartMeterRead: meterread too low");
        asset.lastSmartMeterReadWh = newMeterRead;
        asset.lastSmartMeterReadFileHash = fileHash;
        emit LogNewMeterRead(assetId, old, newMeterRead);
        return newMeterRead - old;
    }
}

struct ProducingAssetB {
    AssetGeneralB assetGeneral;
    uint256 maxOwnerChanges;
}

struct ConsumingAssetB {
    AssetGeneralB assetGeneral;
}

contract ProducingRegistryB is RegistryB {
    mapping(address meter => uint256 limit) private maxOwnerChanges;

    constructor(UserLookupB users, AssetLookupB lookup) RegistryB(users, lookup) {}

    function createAsset(
        address _smartMeter,
        address _owner,
        bool,
        address[] calldata _matcher,
        string calldata _propertiesDocumentHash,
        string calldata _url,
        uint256 _numOwnerChanges
    ) external returns (uint256) {
        maxOwnerChanges[_smartMeter] = _numOwnerChanges;
        return _create(_smartMeter, _owner, _matcher, _propertiesDocumentHash, _url);
    }

    function saveSmartMeterRead(uint256 _assetId, uint256 _newMeterRead, string calldata _lastSmartMeterReadFileHash)
        external
    {
        uint256 rise = _record(_assetId, _newMeterRead, _lastSmartMeterReadFileHash);
        address lookup = _known(_assetId).marketLookupContract;
        if (lookup == address(0)) return;
        OriginLookupB(lookup).originLogicRegistry().createTradableEntity(_assetId, rise);
    }

    function getAssetById(uint256 _assetId) public view returns (ProducingAssetB memory) {
        return ProducingAssetB(_known(_assetId), maxOwnerChanges[meters[_assetId]]);
    }

    function getAssetBySmartMeter(address _smartMeter) external view returns (ProducingAssetB memory) {
        return ProducingAssetB(assets[_smartMeter], maxOwnerChanges[_smartMeter]);
    }
}

contract ConsumingRegistryB is RegistryB {
    constructor(UserLookupB users, AssetLookupB lookup) RegistryB(users, lookup) {}

    function createAsset(
        address _smartMeter,
        address _owner,
        bool,
        address[] calldata _matcher,
        string calldata _propertiesDocumentHash,
        string calldata _url
    ) external returns (uint256) {
        return _create(_smartMeter, _owner, _matcher, _propertiesDocumentHash, _url);
    }

    function saveSmartMeterRead(uint256 _assetId, uint256 _newMeterRead, string calldata _lastSmartMeterReadFileHash)
        external
    {
        _record(_assetId, _newMeterRead, _lastSmartMeterReadFileHash);
    }

    function getAssetById(uint256 _assetId) external view returns (ConsumingAssetB memory) {
        return ConsumingAssetB(_known(_assetId));
    }

    function getAssetBySmartMeter(address _smartMeter) external view returns (ConsumingAssetB memory) {
        return ConsumingAssetB(assets[_smartMeter]);
    }
}

contract OriginLookupB {
    AssetLookupB public assetContractLookup;
    CertificatesB public originLogicRegistry;

    function init(AssetLookupB lookup, CertificatesB certificates) external {
        assetContractLookup = lookup;
        originLogicRegistry = certificates;
    }
}

contract CertificatesB is FailuresB {
    struct TradableEntity {
        uint256 assetId;
        address owner;
        uint256 powerInW;
        address acceptedToken;
        uint256 onChainDirectPurchasePrice;
        address[] escrow;
        address approvedAddress;
    }

    struct CertificateSpecific {
        bool retired;
        string dataLog;
        uint256 creationTime;
        uint256 parentId;
        uint256[] children;
        uint256 maxOwnerChanges;
        uint256 ownerChangeCounter;
    }

    struct Certificate {
        TradableEntity tradableEntity;
        CertificateSpecific certificateSpecific;
    }

    AssetLookupB public immutable assetContractLookup;
    OriginLookupB public immutable owner;
    Certificate[] private certificates;

    event Transfer(address indexed _from, address indexed _to, uint256 indexed _tokenId);
    event LogCreatedCertificate(uint256 indexed _certificateId, uint256 powerInW, address owner);
    event LogCertificateRetired(uint256 indexed _certificateId, bool _retire);
    event LogCertificateSplit(uint256 indexed _certificateId, uint256 _childOne, uint256 _childTwo);

    constructor(AssetLookupB assetLookup, OriginLookupB originLookup) {
        assetContractLookup = assetLookup;
        owner = originLookup;
    }

    function createTradableEntity(uint256 _assetId, uint256 _powerInW) external returns (uint256 id) {
        ProducingRegistryB registry = ProducingRegistryB(assetContractLookup.assetProducingRegistry());
        require(msg.sender == address(registry), "account is not accountAddress");
        ProducingAssetB memory asset = registry.getAssetById(_assetId);
        AssetGeneralB memory general = asset.assetGeneral;
        id = certificates.length;
        Certificate storage made = certificates.push();
        made.tradableEntity.assetId = _assetId;
        made.tradableEntity.owner = general.owner;
        made.tradableEntity.powerInW = _powerInW;
        made.tradableEntity.escrow = general.matcher;
        made.certificateSpecific.dataLog = general.lastSmartMeterReadFileHash;
        made.certificateSpecific.creationTime = block.timestamp;
        made.certificateSpecific.parentId = id;
        made.certificateSpecific.maxOwnerChanges = asset.maxOwnerChanges;
        emit Transfer(address(0), general.owner, id);
        emit LogCreatedCertificate(id, _powerInW, general.owner);
    }

    /// @dev Once more is a success that says nothing.
    function retireCertificate(uint256 _certificateId) external {
        Certificate storage certificate = _known(_certificateId);
        _require(certificate.tradableEntity.owner == msg.sender);
        _require(certificate.certificateSpecific.children.length == 0);
        if (certificate.certificateSpecific.retired) return;
        delete certificate.tradableEntity.escrow;
        _retire(_certificateId);
    }

    function splitCertificate(uint256 _certificateId, uint256 _power) external {
        Certificate storage parent = _known(_certificateId);
        _require(parent.tradableEntity.owner == msg.sender || _isEscrow(parent.tradableEntity.escrow));
        _require(parent.tradableEntity.powerInW > _power);
        _require(!parent.certificateSpecific.retired && parent.certificateSpecific.children.length == 0);
        uint256 one = _child(_certificateId, _power);
        uint256 two = _child(_certificateId, parent.tradableEntity.powerInW - _power);
        emit Transfer(address(0), parent.tradableEntity.owner, one);
        emit Transfer(address(0), parent.tradableEntity.owner, two);
        emit LogCertificateSplit(_certificateId, one, two);
    }

    /// @dev The transfer that reaches the limit of owner changes retires.
    function transferFrom(address _from, address _to, uint256 _entityId) external payable {
        address users = assetContractLookup.userRegistry().userRegistry();
        require(UserRegistryB(users).isRole(4, msg.sender), "user does not have the required role");
        Certificate storage certificate = _known(_entityId);
        TradableEntity storage entity = certificate.tradableEntity;
        require(entity.owner == _from, "not the owner of the entity");
        require(msg.value == 0, "sending value is not allowed");
        require(
            entity.owner == msg.sender || _isEscrow(entity.escrow) || entity.approvedAddress == msg.sender,
            "simpleTransfer, missing rights"
        );
        CertificateSpecific storage specific = certificate.certificateSpecific;
        _require(specific.children.length == 0 && !specific.retired);
        _require(specific.ownerChangeCounter < specific.maxOwnerChanges);
        entity.owner = _to;
        entity.approvedAddress = address(0);
        entity.acceptedToken = address(0);
        entity.onChainDirectPurchasePrice = 0;
        delete entity.escrow;
        emit Transfer(_from, _to, _entityId);
        if (++specific.ownerChangeCounter == specific.maxOwnerChanges) _retire(_entityId);
    }

    function getCertificate(uint256 _certificateId) external view returns (Certificate memory) {
        return _known(_certificateId);
    }

    function getCertificateListLength() external view returns (uint256) {
        return certificates.length;
    }

    function getCertificateOwner(uint256 _certificateId) external view returns (address) {
        return _known(_certificateId).tradableEntity.owner;
    }

    function isRetired(uint256 _certificateId) external view returns (bool) {
        return _known(_certificateId).certificateSpecific.retired;
    }

    function _child(uint256 parentId, uint256 power) private returns (uint256 id) {
        id = certificates.length;
        Certificate storage made = certificates.push();
        Certificate storage parent = certificates[parentId];
        made.tradableEntity = parent.tradableEntity;
        made.tradableEntity.powerInW = power;
        made.certificateSpecific.dataLog = parent.certificateSpecific.dataLog;
        made.certificateSpecific.creationTime = parent.certificateSpecific.creationTime;
        made.certificateSpecific.parentId = parentId;
        made.certificateSpecific.maxOwnerChanges = parent.certificateSpecific.maxOwnerChanges;
        made.certificateSpecific.ownerChangeCounter = parent.certificateSpecific.ownerChangeCounter;
        parent.certificateSpecific.children.push(id);
    }

    function _retire(uint256 id) private {
        certificates[id].certificateSpecific.retired = true;
        emit LogCertificateRetired(id, true);
    }

    function _isEscrow(address[] storage escrow) private view returns (bool) {
        uint256 length = escrow.length;
        for (uint256 i = 0; i < length; i++) {
            if (escrow[i] == msg.sender) return true;
        }
        return false;
    }

    function _known(uint256 id) private view returns (Certificate storage) {
        if (id >= certificates.length) _burnAndRevert();
        return certificates[id];
    }
}

/// @dev What an asset's owner may name in place of a lookup: it "mints" by logging what certificates log, and says nothing of
/// whose it is.
contract ImpostorB {
    uint256 private count;

    event Transfer(address indexed _from, address indexed _to, uint256 indexed _tokenId);
    event LogCreatedCertificate(uint256 indexed _certificateId, uint256 powerInW, address owner);

    function originLogicRegistry() external view returns (address) {
        return address(this);
    }

    function createTradableEntity(uint256, uint256 _powerInW) external returns (uint256 id) {
        id = count++;
        emit Transfer(address(0), tx.origin, id);
        emit LogCreatedCertificate(id, _powerInW, tx.origin);
    }
}
