import type { CertificateDocument } from '../core/certificate.ts'
import { hasCertificates } from './certificates.ts'
import { Finding } from './check-result.ts'
import type { EntryRow } from './check-rows.ts'
import { finding } from './check-streams.ts'
import { integer } from './columns.ts'
import type { Sql } from './sql.ts'

/** Checks that what is kept of certificates points at the entries that tell of them, and at each of them once. */
export class CertificatesCheck {
  readonly #sql: Sql
  readonly #isKept: boolean
  #entries = 0

  constructor(sql: Sql) {
    this.#sql = sql
    this.#isKept = hasCertificates(sql)
  }

  /** An entry of a certificate in the stream of this name. */
  take(row: EntryRow, stream: string, document: CertificateDocument): void {
    const { ledger, chainId, contract, certificate, state, blockHash, logIndex } = document
    const found =
      this.#isKept &&
      this.#sql.get(
        `SELECT 1 FROM certificates c JOIN lines l ON l.id = c.line
         WHERE l.stream = ? AND l.name IN (?, ?) AND c.chain_id = ? AND c.contract = ? AND c.certificate = ?
           AND c.state = ? AND c.block_hash = ? AND c.log_index = ? AND c.sequence = ?`,
        row.stream,
        ledger,
        `${stream}/${ledger}`,
        String(chainId),
        contract,
        String(certificate),
        state,
        blockHash,
        logIndex,
        row.sequence,
      )
    if (!found) {
      const detail = `entry ${row.index} tells of certificate ${certificate}, which is not kept as it says`
      throw finding('certificate', detail, row, stream)
    }
    if (Number(document.last) >= row.sequence) {
      const detail = `entry ${row.index} tells of a certificate for entries that come after it`
      throw finding('certificate', detail, row, stream)
    }
    this.#entries += 1
  }

  finish(): void {
    if (!this.#isKept) return
    const kept = integer(this.#sql.get('SELECT count(*) AS count FROM certificates')?.count)
    if (kept === this.#entries) return
    throw new Finding(
      'certificate',
      `${kept} states of certificates are kept, ${this.#entries} have an entry`,
    )
  }
}
