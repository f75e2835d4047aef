/*
 * `energyweb/identifiers`: names of content that anybody works out alike, before anything is uploaded or registered: CIDs of
 * files of any size, the blocks and CAR files behind them, UUIDs of entries and content. No Node, no network: it runs in browsers.
 */

export {
  type Cid,
  type CidCodec,
  decodeCid,
  encodeCid,
  formatCid,
  parseCid,
  rawCid,
  sameCid,
} from '../core/any-cid.ts'
export { EnergywebError, type ErrorCode, isEnergywebError } from '../core/errors.ts'
export { type Hashes, nobleHashes } from './hashes.ts'
export {
  contentUri,
  contentUuids,
  type EntryPlace,
  entryUri,
  entryUuid,
  leafUuid,
  originOfUuid,
  type UuidOrigin,
} from './ids/derived-ids.ts'
export { urlNamespace, uuidBytes, uuidV5, uuidV8, uuidV8OfName, uuidVersion } from './ids/uuid.ts'
export { CarReader, carBlock, carHeader, type PlacedBlock } from './ipfs/car.ts'
export type { DagLink } from './ipfs/dag-pb.ts'
export {
  type BlockOf,
  type ReadUnixFsOptions,
  readUnixFsFile,
  readUnixFsFolder,
} from './ipfs/read-unixfs.ts'
export {
  type Block,
  UnixFsFile,
  type UnixFsFileOptions,
  type UnixFsProfile,
  type UnixFsRules,
  unixFsCid,
  unixFsProfiles,
} from './ipfs/unixfs-file.ts'
export { unixFsFolder } from './ipfs/unixfs-folder.ts'
