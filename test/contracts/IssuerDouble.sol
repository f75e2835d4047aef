// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/*
 * A stand-in for the Issuer of ERC-1888 certificates and the registry that it issues to, for tests only: as much of their
 * interface as a gateway and an issuing desk use, with the same events, refusals and oversights (identical requests are not
 * noticed, a request that stands in a batch twice is issued twice). Written from the observed behaviour.
 *
 * It is never deployed outside of a test chain and never shipped.
 */

interface IReceiver {
    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external returns (bytes4);
}

/// @dev Certificates as amounts of ERC-1155. Whoever issues must be a contract that says whether a certificate is valid.
contract CertificateRegistryDouble {
    struct Certificate {
        uint256 topic;
        address issuer;
        bytes validityData;
        bytes data;
    }

    mapping(uint256 id => Certificate) public certificateStorage;
    mapping(uint256 id => mapping(address account => uint256)) public claimedBalances;
    mapping(uint256 id => mapping(address account => uint256)) private _balances;
    mapping(address account => mapping(address operator => bool)) public isApprovedForAll;
    uint256 private _latest;

    event TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value);
    event ApprovalForAll(address indexed account, address indexed operator, bool approved);
    event IssuanceSingle(address indexed issuer, uint256 indexed topic, uint256 id, uint256 value);
    event IssuanceBatch(address indexed issuer, uint256[] indexed topics, uint256[] ids, uint256[] values);
    event ClaimSingle(
        address indexed claimIssuer,
        address indexed claimSubject,
        uint256 indexed topic,
        uint256 id,
        uint256 value,
        bytes claimData
    );

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0xd9b67a26;
    }

    function balanceOf(address account, uint256 id) public view returns (uint256) {
        require(account != address(0), "ERC1155: balance query for the zero address");
        return _balances[id][account];
    }

    function claimedBalanceOf(address account, uint256 id) external view returns (uint256) {
        return claimedBalances[id][account];
    }

    function getCertificate(uint256 id) external view returns (address, uint256, bytes memory, bytes memory) {
        require(id <= _latest, "_id out of bounds");
        Certificate storage one = certificateStorage[id];
        return (one.issuer, one.topic, one.validityData, one.data);
    }

    function setApprovalForAll(address operator, bool approved) external {
        isApprovedForAll[msg.sender][operator] = approved;
        emit ApprovalForAll(msg.sender, operator, approved);
    }

    function issue(address to, bytes calldata validity, uint256 topic, uint256 value, bytes calldata data)
        external
        returns (uint256 id)
    {
        require(to != address(0), "_to must be non-zero.");
        _validate(msg.sender, validity);
        id = ++_latest;
        _mint(to, id, value);
        certificateStorage[id] = Certificate(topic, msg.sender, validity, data);
        emit IssuanceSingle(msg.sender, topic, id, value);
    }

    function batchIssueMultiple(
        address[] calldata to,
        bytes[] calldata validity,
        uint256[] calldata topics,
        uint256[] calldata values,
        bytes[] calldata data
    ) external returns (uint256[] memory ids) {
        require(values.length > 0, "no values specified");
        ids = new uint256[](values.length);
        for (uint256 i = 0; i < values.length; i++) {
            ids[i] = ++_latest;
            _validate(msg.sender, validity[i]);
            _mint(to[i], ids[i], values[i]);
            certificateStorage[ids[i]] = Certificate(topics[i], msg.sender, validity[i], data[i]);
        }
        emit IssuanceBatch(msg.sender, topics, ids, values);
    }

    function safeTransferFrom(address from, address to, uint256 id, uint256 amount, bytes calldata data) public {
        require(from == msg.sender || isApprovedForAll[from][msg.sender], "ERC1155: caller is not owner nor approved");
        require(to != address(0), "ERC1155: transfer to the zero address");
        require(_balances[id][from] >= amount, "ERC1155: insufficient balance for transfer");
        _balances[id][from] -= amount;
        _balances[id][to] += amount;
        emit TransferSingle(msg.sender, from, to, id, amount);
        _accepted(from, to, id, amount, data);
    }

    function safeTransferAndClaimFrom(
        address from,
        address to,
        uint256 id,
        uint256 value,
        bytes calldata data,
        bytes calldata claimData
    ) external {
        Certificate storage one = certificateStorage[id];
        _validate(one.issuer, one.validityData);
        require(from == msg.sender || isApprovedForAll[from][msg.sender], "No operator approval");
        require(_balances[id][from] >= value, "_from balance less than _value");
        if (from != to) safeTransferFrom(from, to, id, value, data);
        _balances[id][to] -= value;
        claimedBalances[id][to] += value;
        emit TransferSingle(msg.sender, to, address(0), id, value);
        emit ClaimSingle(from, to, one.topic, id, value, claimData);
    }

    function _mint(address to, uint256 id, uint256 value) private {
        _balances[id][to] += value;
        emit TransferSingle(msg.sender, address(0), to, id, value);
        _accepted(address(0), to, id, value, "");
    }

    function _accepted(address from, address to, uint256 id, uint256 value, bytes memory data) private {
        if (to.code.length == 0) return;
        try IReceiver(to).onERC1155Received(msg.sender, from, id, value, data) returns (bytes4 answer) {
            require(answer == IReceiver.onERC1155Received.selector, "ERC1155: ERC1155Receiver rejected tokens");
        } catch {
            revert("ERC1155: transfer to non ERC1155Receiver implementer");
        }
    }

    function _validate(address verifier, bytes memory validity) private view {
        (bool success, bytes memory result) = verifier.staticcall(validity);
        require(success && abi.decode(result, (bool)), "Request/certificate invalid");
    }
}

contract IssuerDouble {
    struct CertificationRequest {
        address owner;
        bytes data;
        bool approved;
        bool revoked;
        address sender;
    }

    address public owner;
    address public privateIssuer;
    uint256 public certificateTopic;
    CertificateRegistryDouble public registry;
    mapping(uint256 id => CertificationRequest) private _requests;
    mapping(uint256 id => uint256) private _certificates;
    mapping(uint256 id => bool) private _revoked;
    uint256 private _latest;

    event CertificationRequested(address indexed owner, uint256 indexed id);
    event CertificationRequestedBatch(address indexed operator, address[] owners, uint256[] ids);
    event CertificationRequestApproved(address indexed owner, uint256 indexed id, uint256 indexed certificateId);
    event CertificationRequestBatchApproved(
        address indexed operator,
        address[] owners,
        uint256[] ids,
        uint256[] certificateIds
    );
    event CertificationRequestRevoked(address indexed owner, uint256 indexed id);
    event CertificateRevoked(uint256 indexed certificateId);

    modifier onlyOwner() {
        require(msg.sender == owner, "Ownable: caller is not the owner");
        _;
    }

    function initialize(uint256 topic, address registry_) external {
        require(address(registry) == address(0), "Initializable: contract is already initialized");
        require(registry_ != address(0), "Cannot use address 0x0");
        owner = msg.sender;
        certificateTopic = topic;
        registry = CertificateRegistryDouble(registry_);
    }

    function getCertificationRequest(uint256 id) external view returns (CertificationRequest memory) {
        return _requests[id];
    }

    function requestCertificationFor(bytes memory data, address for_) public returns (uint256 id) {
        id = _request(data, for_);
        emit CertificationRequested(for_, id);
    }

    function requestCertification(bytes calldata data) external returns (uint256) {
        return requestCertificationFor(data, msg.sender);
    }

    function requestCertificationForBatch(bytes[] memory data, address[] memory owners)
        public
        returns (uint256[] memory ids)
    {
        ids = new uint256[](data.length);
        for (uint256 i = 0; i < data.length; i++) ids[i] = _request(data[i], owners[i]);
        emit CertificationRequestedBatch(msg.sender, owners, ids);
    }

    function revokeRequest(uint256 id) external {
        CertificationRequest storage one = _requests[id];
        require(msg.sender == one.owner || msg.sender == owner, "Unauthorized revoke request");
        require(!one.revoked, "Already revoked");
        require(!one.approved, "Can't revoke approved requests");
        one.revoked = true;
        emit CertificationRequestRevoked(one.owner, id);
    }

    function revokeCertificate(uint256 id) external onlyOwner {
        require(!_revoked[id], "Already revoked");
        _revoked[id] = true;
        emit CertificateRevoked(id);
    }

    function approveCertificationRequest(uint256 id, uint256 value) public returns (uint256 certificateId) {
        require(msg.sender == owner, "caller not owner or issuer");
        CertificationRequest storage one = _open(id);
        one.approved = true;
        certificateId = registry.issue(one.owner, _validity(id), certificateTopic, value, one.data);
        _certificates[id] = certificateId;
        emit CertificationRequestApproved(one.owner, id, certificateId);
    }

    /// @dev All are looked at before the first is marked: one that stands there twice passes twice.
    function approveCertificationRequestBatch(uint256[] memory ids, uint256[] memory values)
        public
        returns (uint256[] memory certificateIds)
    {
        require(msg.sender == owner, "caller not owner or issuer");
        require(ids.length == values.length, "Arrays not same length");
        for (uint256 i = 0; i < ids.length; i++) _open(ids[i]);
        address[] memory owners = new address[](ids.length);
        bytes[] memory data = new bytes[](ids.length);
        bytes[] memory validity = new bytes[](ids.length);
        uint256[] memory topics = new uint256[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) {
            CertificationRequest storage one = _requests[ids[i]];
            one.approved = true;
            (owners[i], data[i], validity[i], topics[i]) = (one.owner, one.data, _validity(ids[i]), certificateTopic);
        }
        certificateIds = registry.batchIssueMultiple(owners, validity, topics, values, data);
        for (uint256 i = 0; i < ids.length; i++) _certificates[ids[i]] = certificateIds[i];
        emit CertificationRequestBatchApproved(msg.sender, owners, ids, certificateIds);
    }

    function issue(address to, uint256 value, bytes memory data) external onlyOwner returns (uint256) {
        return approveCertificationRequest(requestCertificationFor(data, to), value);
    }

    function issueBatch(address[] memory to, uint256[] memory values, bytes[] memory data)
        external
        onlyOwner
        returns (uint256[] memory)
    {
        return approveCertificationRequestBatch(requestCertificationForBatch(data, to), values);
    }

    function isRequestValid(uint256 id) external view returns (bool) {
        require(id <= _latest, "cert request ID out of bounds");
        CertificationRequest storage one = _requests[id];
        return one.approved && !one.revoked && !_revoked[_certificates[id]];
    }

    function _request(bytes memory data, address for_) private returns (uint256 id) {
        require(for_ != address(0), "Owner cannot be 0x0");
        id = ++_latest;
        _requests[id] = CertificationRequest(for_, data, false, false, msg.sender);
    }

    function _open(uint256 id) private view returns (CertificationRequest storage one) {
        one = _requests[id];
        require(!one.approved && !one.revoked, "already approved or revoked");
    }

    function _validity(uint256 id) private pure returns (bytes memory) {
        return abi.encodeWithSignature("isRequestValid(uint256)", id);
    }
}
