/** The steps of the store at which a crash must do no harm, in the order in which an append passes them. */
export const storageFaultPoints = [
  /** The lock is ours; the database is not open yet. */
  'storage/locked',
  /** A migration has run and is not committed. */
  'storage/before-migration-commit',
  /** Requests have come; nothing is written. */
  'storage/before-transaction',
  /** An entry's row stands; its document does not. */
  'storage/between-rows',
  /** The entries of readings stand; the steps that they add to a carbon register do not. */
  'storage/before-carbon-steps',
  /** The entries of a carbon register stand; the steps that they settle still wait. */
  'storage/before-carbon-settled',
  /** All rows of the transaction stand; it is not committed. */
  'storage/before-commit',
  /** It is durable; nobody knows. */
  'storage/after-commit',
  /** The answers are on their way. */
  'storage/after-acknowledge',
  /** A signed checkpoint is durable in the database; the file beside it is still the old one. */
  'storage/before-checkpoint-file',
  /** The new checkpoint file stands under its temporary name. */
  'storage/before-checkpoint-rename',
] as const

/** Those that an erasure passes besides. */
export const erasureFaultPoints = [
  /** Documents of an erased range are deleted; its entry does not stand, nothing is committed. */
  'storage/between-erasures',
  /** An erasure is durable; its bytes may still be found in the files. */
  'storage/before-scrub',
  /** The database is written anew; the write-ahead log still has what was. */
  'storage/scrub-rewritten',
] as const

/** Those that a file of a report line passes. */
export const chainFileFaultPoints = [
  /** The call is kept; its file is not begun. */
  'storage/before-chain-file',
  /** The file is durable and does not have its name. */
  'storage/chain-file-unnamed',
  /** The file is durable; nothing goes on from it yet. */
  'storage/chain-file-kept',
] as const

/** Those that a witness passes when it keeps what it has cosigned. */
export const witnessFaultPoints = [
  /** The cosignature is made; nothing of it is kept. */
  'storage/before-witness-file',
  /** The new state is durable and does not have its name. */
  'storage/witness-file-unnamed',
  /** The state is durable; nobody has the cosignature. */
  'storage/witness-file-kept',
] as const

export type StorageFaultPoint = (
  | typeof storageFaultPoints
  | typeof erasureFaultPoints
  | typeof chainFileFaultPoints
  | typeof witnessFaultPoints
)[number]
