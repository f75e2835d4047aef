/** The steps of publishing a log at which a crash must do no harm, in their order. */
export const publishingFaultPoints = [
  /** The content of a tile or a bundle is durable and does not have its name. */
  'publishing/file-unnamed',
  /** It has its name; the folder that lists it is not durable. */
  'publishing/file-named',
  /** All files of the new size are durable; the old checkpoint stands. */
  'publishing/before-checkpoint',
  /** The new checkpoint is durable and does not have its name. */
  'publishing/checkpoint-unnamed',
  /** The new checkpoint stands; partial files that nobody needs any more do too. */
  'publishing/before-removal',
] as const

export type PublishingFaultPoint = (typeof publishingFaultPoints)[number]
