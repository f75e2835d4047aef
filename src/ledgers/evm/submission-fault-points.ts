/** The steps of a submission's life at which a crash must do no harm, in order. */
export const submissionFaultPoints = [
  'ledgers/planned',
  'ledgers/before-sign',
  'ledgers/signed',
  'ledgers/before-broadcast',
  'ledgers/after-broadcast',
  'ledgers/receipt-seen',
  'ledgers/before-final',
  'ledgers/after-final',
] as const

export type SubmissionFaultPoint = (typeof submissionFaultPoints)[number]

/** The steps of a call that is kept in a log before it is made, besides those of its submission. */
export const callFaultPoints = ['ledgers/call-asked', 'ledgers/call-kept'] as const
