import {
  type Certificate,
  type CertificateDocument,
  type CertificateState,
  certificateSchema,
  certificateStates,
} from '../core/certificate.ts'
import { decodeDocumentAs } from '../core/document.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Instant } from '../core/time.ts'
import { text } from './columns.ts'
import { isLogLine, type LineRow, lineNamed } from './lines.ts'
import { ledgerOf } from './receipt-entry.ts'
import type { Sql } from './sql.ts'
import type { Store } from './store.ts'
import { endOf } from './submissions.ts'

export interface RecordCertificatesInput {
  readonly line: string
  readonly certificates: readonly Certificate[]
  readonly at: Instant
}

/** Appends what is news of certificates to the stream of their line. */
export function recordCertificates(
  store: Store,
  { line: name, certificates, at }: RecordCertificatesInput,
): void {
  const line = lineNamed(store.sql, name)
  for (const certificate of certificates) checkCertificate(store, line, certificate)
  const given = new Map(certificates.map(one => [keyOf(one).join(' '), one]))
  const news = [...given.values()].filter(one => !isKnown(store.sql, line, one))
  if (news.length === 0) return
  const stream = store.stream(line.streamName)
  const contents = news.map(one => {
    return { kind: 'receipt', schema: certificateSchema.name, document: documentOf(one, line) } as const
  })
  const entries = store.compose(stream, contents, at)
  const references = store.write(stream, entries, { register: stream.register })
  news.forEach((one, i) => {
    store.sql.run(
      `INSERT INTO certificates (line, chain_id, contract, certificate, state, block_hash, log_index, sequence)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      line.id,
      ...keyOf(one),
      references[i]?.sequence ?? -1,
    )
  })
}

/** The newest state of each certificate of a line, in the order of their entries. */
export function certificatesOfLine(sql: Sql, line: LineRow): readonly Certificate[] {
  if (!hasCertificates(sql)) return []
  return sql
    .all(
      `SELECT d.body FROM certificates c JOIN entries e ON e.stream = ? AND e.sequence = c.sequence
       JOIN documents d ON d.entry = e.id
       WHERE c.line = ? AND c.sequence = (SELECT max(n.sequence) FROM certificates n
         WHERE n.line = c.line AND n.chain_id = c.chain_id AND n.contract = c.contract
           AND n.certificate = c.certificate)
       ORDER BY c.sequence`,
      line.stream,
      line.id,
    )
    .map(row => certificateOf(decodeDocumentAs(certificateSchema, text(row.body)) as CertificateDocument))
}

/** False for a database of an older format that is only read. */
export function hasCertificates(sql: Sql): boolean {
  return sql.get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'certificates'") !== undefined
}

/** What makes a state of a certificate news: the certificate, the state, and the event that says so. */
function keyOf({ chainId, contract, id, state, blockHash, logIndex }: Certificate) {
  return [chainId.toString(), contract, id.toString(), state, blockHash, logIndex] as const
}

function isKnown(sql: Sql, line: LineRow, certificate: Certificate): boolean {
  const row = sql.get(
    `SELECT 1 FROM certificates WHERE line = ? AND chain_id = ? AND contract = ? AND certificate = ? AND state = ?
     AND block_hash = ? AND log_index = ?`,
    line.id,
    ...keyOf(certificate),
  )
  return row !== undefined
}

const address = /^0x[0-9a-f]{40}$/
const hash = /^0x[0-9a-f]{64}$/

function checkCertificate(store: Store, line: LineRow, certificate: Certificate): void {
  const { id, state, energy, first, last, logIndex, chainId, block } = certificate
  const refuse = (why: string): never => {
    throw new EnergywebError('argument-invalid', `certificate ${id} of ${line.name}: ${why}`)
  }
  if (isLogLine(line)) refuse('the log itself has no certificates')
  if (!isState(state)) refuse(`"${state}" is no state of a certificate`)
  if (id < 0n || energy < 0n || chainId < 0n || block < 0n) refuse('a number lies below zero')
  if (!Number.isSafeInteger(logIndex) || logIndex < 0) refuse(`${logIndex} is no place in a block`)
  if (!address.test(certificate.contract)) refuse('its contract is not 0x and 40 lower-case hex digits')
  if (!address.test(certificate.owner)) refuse('its owner is not 0x and 40 lower-case hex digits')
  if (!hash.test(certificate.transaction) || !hash.test(certificate.blockHash)) {
    refuse('transaction or block hash is not 0x and 64 lower-case hex digits')
  }
  const end = endOf(store, line)
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || first < 0 || last < first || last > end)
    refuse(`entries ${first} to ${last} are no range of ${line.streamName}, which has 0 to ${end}`)
}

function isState(state: string): state is CertificateState {
  return (certificateStates as readonly string[]).includes(state)
}

function documentOf(certificate: Certificate, line: LineRow): CertificateDocument {
  const { id, first, last, logIndex, ...rest } = certificate
  const { block, blockHash, chainId, contract, energy, owner, state, transaction } = rest
  return {
    block,
    blockHash,
    certificate: id,
    chainId,
    contract,
    energy,
    first: BigInt(first),
    last: BigInt(last),
    ledger: ledgerOf(line),
    logIndex: BigInt(logIndex),
    owner,
    state,
    transaction,
  }
}

/** @throws EnergywebError `log-corrupt` for a document that no certificate has made */
function certificateOf(document: CertificateDocument): Certificate {
  const certificate = readCertificate(document)
  if (certificate !== undefined) return certificate
  throw new EnergywebError('log-corrupt', 'an entry of a certificate is not whole')
}

function readCertificate(document: CertificateDocument): Certificate | undefined {
  const { certificate: id, state, chainId, contract, energy, owner, first, last } = document
  const { transaction, block, blockHash, logIndex } = document
  if (id === null || state === null || !isState(state) || chainId === null || contract === null) return
  if (energy === null || owner === null || first === null || last === null) return
  if (transaction === null || block === null || blockHash === null || logIndex === null) return
  const range = { first: Number(first), last: Number(last) }
  const place = { transaction, block, blockHash, logIndex: Number(logIndex) }
  return { state, chainId, contract, id, energy, owner, ...range, ...place }
}
