import { parseAbi } from 'viem/utils'

/*
 * The parts of Origin's contracts that are alike in both releases, and those by which one is told from the other. Written from the
 * public interface of the contracts.
 */

/** What every contract with roles answers. */
export const rolesAbi = parseAbi(['function isRole(uint8 role, address account) view returns (bool)'])

/** What both kinds of asset registries of both releases have. */
export const anyAssetsAbi = parseAbi([
  'function getAssetListLength() view returns (uint256)',
  'function setActive(uint256 assetId, bool active)',
  'event LogAssetCreated(address sender, uint256 indexed assetId)',
  'event LogAssetFullyInitialized(uint256 indexed assetId)',
])

/** What both user registries have. */
export const anyUsersAbi = parseAbi([
  'function doesUserExist(address account) view returns (bool)',
  'function getRolesRights(address account) view returns (uint256)',
  'function setRoles(address account, uint256 roles)',
  'function deactivateUser(address account)',
])

/** Getters by which contracts name each other. Which of them a contract has tells what it is. */
export const namesAbi = parseAbi([
  'function cooContract() view returns (address)',
  'function owner() view returns (address)',
  'function userRegistry() view returns (address)',
  'function assetProducingRegistry() view returns (address)',
  'function assetConsumingRegistry() view returns (address)',
  'function certificateRegistry() view returns (address)',
  'function demandRegistry() view returns (address)',
  'function userContractLookup() view returns (address)',
  'function assetContractLookup() view returns (address)',
  'function originLogicRegistry() view returns (address)',
  'function getAssetListLength() view returns (uint256)',
])
