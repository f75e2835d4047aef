/** The steps of giving content to a remote at which a crash must do no harm. */
export const ipfsFaultPoints = ['ipfs/before-put', 'ipfs/after-put'] as const
