// The keys room: whatever holds a private key. Keystore files (Web3 secret storage version 3, also for the log's Ed25519 key),
// keys from the environment, keys in tokens (PKCS#11), and the signers made of them; a key never leaves its signer. It imports core only. The curve
// (libsecp256k1 as WebAssembly) and keccak (@noble) are loaded when the first key is opened, never by importing this file.

export { describeKeystore, type KeystoreDescription } from './describe-keystore.ts'
export { ed25519Signer } from './ed25519-signer.ts'
export { environmentSigner } from './environment-signer.ts'
export { ethereumAddress } from './ethereum-address.ts'
export { deriveKey } from './key-derivation.ts'
export { writeKeystore } from './keystore-file.ts'
export type { ScryptCost } from './keystore-format.ts'
export { type LazySigner, type LazySignerOptions, lazySigner, type WatchableSigner } from './lazy-signer.ts'
export {
  defaultScryptCost,
  type ImportKeystoreOptions,
  importKeystore,
  type NewKeystore,
  type NewKeystoreOptions,
  newKeystore,
} from './new-keystore.ts'
export { type OpenedKeystore, type OpenKeystoreOptions, openKeystore } from './open-keystore.ts'
export { p256Signer } from './p256-signer.ts'
export { passwordWeakness } from './password-weakness.ts'
export {
  type OpenedTokenKey,
  type OpenTokenKeyOptions,
  openTokenKey,
} from './pkcs11/pkcs11-signer.ts'
export type { FoundKey, KeyAttributes, KeyName, OaepHash, TokenFace, TokenName } from './pkcs11/protocol.ts'
export type { TokenListener, TokenPlace } from './pkcs11/token-holder.ts'
export { newTokenKey, type TokenKey, tokenKeys, tokensIn } from './pkcs11/token-keys.ts'
export {
  newWrappingKey,
  removeWrappingKey,
  type TokenWrapped,
  unwrapByTokenKey,
  type WrappingKeyOptions,
  wrapByTokenKey,
} from './pkcs11/wrapping-key.ts'
export { parsePrivateKey } from './private-key.ts'
export { secp256k1Signer } from './secp256k1-signer.ts'
export { type VerifierKeyOwner, verifierKey } from './verifier-key.ts'
