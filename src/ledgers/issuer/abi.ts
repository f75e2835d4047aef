import { parseAbi } from 'viem'

/** The Issuer of ERC-1888 certificates, as far as we speak to it; names of arguments are ours. */
export const issuerAbi = parseAbi([
  'struct CertificationRequest { address owner; bytes data; bool approved; bool revoked; address sender; }',
  'function owner() view returns (address)',
  'function privateIssuer() view returns (address)',
  'function registry() view returns (address)',
  'function certificateTopic() view returns (uint256)',
  'function getCertificationRequest(uint256 requestId) view returns (CertificationRequest)',
  'function isRequestValid(uint256 requestId) view returns (bool)',
  'function requestCertification(bytes data) returns (uint256)',
  'function requestCertificationFor(bytes data, address owner) returns (uint256)',
  'function requestCertificationForBatch(bytes[] data, address[] owners) returns (uint256[])',
  'function revokeRequest(uint256 requestId)',
  'function approveCertificationRequest(uint256 requestId, uint256 value) returns (uint256)',
  'function approveCertificationRequestBatch(uint256[] requestIds, uint256[] values) returns (uint256[])',
  'function issue(address to, uint256 value, bytes data) returns (uint256)',
  'function issueBatch(address[] to, uint256[] values, bytes[] data) returns (uint256[])',
  'function revokeCertificate(uint256 certificateId)',
  'event CertificationRequested(address indexed owner, uint256 indexed id)',
  'event CertificationRequestedBatch(address indexed operator, address[] owners, uint256[] ids)',
  'event CertificationRequestApproved(address indexed owner, uint256 indexed id, uint256 indexed certificateId)',
  'event CertificationRequestBatchApproved(address indexed operator, address[] owners, uint256[] ids, uint256[] certificateIds)',
  'event CertificationRequestRevoked(address indexed owner, uint256 indexed id)',
  'event CertificateRevoked(uint256 indexed certificateId)',
])

/** The registry that an Issuer issues to: ERC-1155 with the certificates of ERC-1888. */
export const certificateRegistryAbi = parseAbi([
  'function supportsInterface(bytes4 interfaceId) view returns (bool)',
  'function balanceOf(address account, uint256 id) view returns (uint256)',
  'function claimedBalanceOf(address owner, uint256 id) view returns (uint256)',
  'function isApprovedForAll(address account, address operator) view returns (bool)',
  'function getCertificate(uint256 id) view returns (address issuer, uint256 topic, bytes validityCall, bytes data)',
  'function safeTransferFrom(address from, address to, uint256 id, uint256 amount, bytes data)',
  'function safeTransferAndClaimFrom(address from, address to, uint256 id, uint256 value, bytes data, bytes claimData)',
  'event TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value)',
  'event ClaimSingle(address indexed claimIssuer, address indexed claimSubject, uint256 indexed topic, uint256 id, uint256 value, bytes claimData)',
])
