import { type DocumentWith, defineSchema } from './document.ts'

/**
 * The document schema of a receipt that tells what became of a certificate: in the asset's stream, beside the receipts of
 * registrations (`receipt/1`). One entry for each state that a certificate has come to.
 */
export const certificateSchema = defineSchema('certificate/1', {
  block: 'integer',
  blockHash: 'text',
  /** Id of the certificate in its contract; ids may begin at 0. */
  certificate: 'integer',
  chainId: 'integer',
  /** The contract that holds the certificate, 0x and 40 hex digits. */
  contract: 'text',
  /** What it stands for, Wh. */
  energy: 'integer',
  /** Sequences of the first and the last entry whose energy it stands for. */
  first: 'integer',
  last: 'integer',
  ledger: 'text',
  /** Place of the event that says so, in its block. */
  logIndex: 'integer',
  /** Whose it is then, 0x and 40 hex digits. */
  owner: 'text',
  /** One of {@link certificateStates}. */
  state: 'text',
  transaction: 'text',
})

/** What a certificate can come to, as far as a ledger tells us. */
export const certificateStates = ['issued', 'revoked', 'retired', 'claimed'] as const

export type CertificateState = (typeof certificateStates)[number]

/** What an entry of a certificate says. */
export type CertificateDocument = DocumentWith<(typeof certificateSchema)['fields']>

/** A certificate as a ledger found it, final on its chain. */
export interface Certificate {
  readonly state: CertificateState
  readonly chainId: bigint
  /** The contract that holds it, 0x and 40 hex digits, lower case. */
  readonly contract: string
  /** Its id there. */
  readonly id: bigint
  /** Wh. */
  readonly energy: bigint
  /** 0x and 40 hex digits, lower case. */
  readonly owner: string
  /** Sequences of the first and the last entry whose energy it stands for. */
  readonly first: number
  readonly last: number
  /** Where the event stands that says so. */
  readonly transaction: string
  readonly block: bigint
  readonly blockHash: string
  readonly logIndex: number
}

/** Certificates of report lines: an entry in the asset's stream each. */
export interface CertificateBook {
  /** The newest state of each certificate of a line, in the order of their entries. It reads them all: ask once a process. */
  certificates(line: string): Promise<readonly Certificate[]>
  /**
   * Appends the entries of certificates, in one transaction; one that is known in this state, by this event, is left out. The
   * same state by an event that stands elsewhere on the chain (after a reorg deeper than finality) is news: the newest counts.
   * Resolves when they are durable.
   * @throws EnergywebError `argument-invalid` when one can't be, or its range is not of the stream; `log-io`
   */
  recordCertificates(line: string, certificates: readonly Certificate[]): Promise<void>
}
