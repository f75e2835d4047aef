import type { Certificate, CertificateBook } from '../core/certificate.ts'
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import type { Receipt } from '../core/receipt.ts'
import type { CursorStore, NewSubmission, SubmissionStore, Variant } from '../core/submission.ts'

/** What a suite needs of an implementation: a fresh one each time. */
export interface StoreSubject {
  readonly stores: CursorStore & SubmissionStore & CertificateBook
  /** Appends so many entries to the stream `roof`. */
  append(count: number): Promise<void>
}

export interface StoreCase {
  readonly name: string
  /** Throws when the store breaks its promise. */
  run(subject: StoreSubject): Promise<void>
}

const line = 'roof/origin'
const account = `0x${'11'.repeat(20)}`
const chainId = 31337n

const variantOf = (nonce: number, price = 1n): Variant => ({
  hash: `0x${nonce.toString(16).padStart(32, '0')}${price.toString(16).padStart(32, '0')}`,
  raw: `0x${nonce.toString(16).padStart(4, '0')}`,
  nonce,
  maxFeePerGas: price,
  maxPriorityFeePerGas: 0n,
})

const submissionOf = (first: number, last = first): NewSubmission => {
  const call = { to: account, data: '0x', gas: 90_000n, value: BigInt(last) }
  return { line, first, last, reading: last, chainId, account, ...call }
}

const receiptOf = (block: bigint): Receipt => ({
  chainId,
  contract: account,
  transaction: `0x${'22'.repeat(32)}`,
  block,
  blockHash: `0x${'33'.repeat(32)}`,
  logIndex: 4,
  value: 7n,
})

const certificateOf = (id: bigint, changes: Partial<Certificate> = {}): Certificate => ({
  state: 'issued',
  chainId,
  contract: account,
  id,
  energy: 12n,
  owner: `0x${'44'.repeat(20)}`,
  first: 0,
  last: 1,
  transaction: `0x${'22'.repeat(32)}`,
  block: 9n,
  blockHash: `0x${'33'.repeat(32)}`,
  logIndex: Number(id),
  ...changes,
})

function same(what: string, found: unknown, expected: unknown): void {
  const show = (value: unknown) =>
    JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part)) ?? 'undefined'
  if (show(found) !== show(expected)) {
    throw new EnergywebError('internal', `${what} is ${show(found)}, expected ${show(expected)}`)
  }
}

async function refused(what: string, attempt: Promise<unknown>): Promise<void> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isEnergywebError(error, 'nonce-conflict')) {
    throw new EnergywebError('internal', `${what} must be refused with nonce-conflict`, { cause: error })
  }
}

async function rejected(what: string, attempt: Promise<unknown>): Promise<void> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isEnergywebError(error, 'argument-invalid')) {
    throw new EnergywebError('internal', `${what} must be refused with argument-invalid`, { cause: error })
  }
}

async function cursorOf({ stores }: StoreSubject): Promise<number> {
  return (await stores.line(line)).cursor
}

/** What every CursorStore, SubmissionStore and CertificateBook must do, as data: any test runner can go through it. */
export const storeCases: readonly StoreCase[] = [
  {
    name: 'a fresh line has nothing planned, and all entries are its outbox',
    async run({ stores, append }) {
      const { cursor, planned, lastReading, stopped } = await stores.openLine(line, 'roof')
      same('the line', [cursor, planned, lastReading, stopped], [-1, -1, undefined, undefined])
      await append(3)
      const sequences = async (limit: number) =>
        (await stores.unplanned(line, limit)).map(entry => entry.sequence)
      same('the outbox', await sequences(10), [0, 1, 2])
      same('its beginning', await sequences(2), [0, 1])
      same('the backlog', await stores.backlog(line), 3)
    },
  },
  {
    name: 'create takes nonce and range together, in order',
    async run({ stores, append }) {
      await stores.openLine(line, 'roof')
      await append(5)
      same('the next nonce', await stores.nextNonce(chainId, account), undefined)
      await stores.raiseNonce(chainId, account, 7)
      await refused('an old nonce', stores.create(submissionOf(0), variantOf(6)))
      await refused('a nonce beyond the next', stores.create(submissionOf(0), variantOf(8)))
      const { id, ...created } = await stores.create(submissionOf(0, 1), variantOf(7))
      same(
        'what was created',
        [created.state, created.nonce, created.variants],
        ['signed', 7, [variantOf(7)]],
      )
      await refused('a taken range', stores.create(submissionOf(1), variantOf(8)))
      await refused('a hole', stores.create(submissionOf(3), variantOf(8)))
      same('the next nonce after refusals', await stores.nextNonce(chainId, account), 8)
      const [planned, next] = [(await stores.line(line)).planned, await stores.unplanned(line, 9)]
      same('what is planned', planned, 1)
      same(
        'the outbox',
        next.map(entry => entry.sequence),
        [2, 3, 4],
      )
      same(
        'pending',
        (await stores.pending(chainId, account)).map(item => item.id),
        [id],
      )
    },
  },
  {
    name: 'the link goes on from the entry that the latest submission registers',
    async run({ stores, append }) {
      await stores.openLine(line, 'roof')
      await append(3)
      const [, second] = await stores.unplanned(line, 3)
      await stores.create(submissionOf(0, 1), variantOf(0))
      const { lastReading } = await stores.line(line)
      same('its sequence', lastReading?.sequence, 1)
      same('its leaf hash', [...(lastReading?.leafHash ?? [])], [...(second?.leafHash ?? [])])
    },
  },
  {
    name: 'the nonce of an account is never lowered, and chains and accounts are apart',
    async run({ stores }) {
      await stores.raiseNonce(chainId, account, 5)
      await stores.raiseNonce(chainId, account, 3)
      same('the nonce', await stores.nextNonce(chainId, account), 5)
      same('of another chain', await stores.nextNonce(1n, account), undefined)
      same('of another account', await stores.nextNonce(chainId, `0x${'44'.repeat(20)}`), undefined)
    },
  },
  {
    name: 'the cursor moves over the contiguous final prefix only, and each final one appends a receipt',
    async run(subject) {
      const { stores, append } = subject
      await stores.openLine(line, 'roof')
      await append(3)
      const ids: number[] = []
      for (const at of [0, 1, 2]) ids.push((await stores.create(submissionOf(at), variantOf(at))).id)
      const [first = 0, second = 0, third = 0] = ids
      await stores.markSent(ids)
      for (const id of ids) await stores.markMined(id, receiptOf(9n))
      await stores.finalise([second])
      same('the cursor over a hole', await cursorOf(subject), -1)
      await stores.finalise([first, third])
      same('the cursor', await cursorOf(subject), 2)
      same('the backlog: three receipts', await stores.backlog(line), 3)
      const receipts = await stores.unplanned(line, 9)
      same(
        'their kind',
        receipts.map(entry => entry.kind),
        ['receipt', 'receipt', 'receipt'],
      )
      same('the entry that one is of', receipts[0]?.document?.reading, 1n)
      same('pending', await stores.pending(chainId, account), [])
      const [newest] = await stores.ofLine(line, 1)
      same('the newest', [newest?.id, newest?.state, newest?.receipt], [third, 'final', receiptOf(9n)])
    },
  },
  {
    name: 'a mined one that lost its block is signed again, without a receipt',
    async run({ stores, append }) {
      await stores.openLine(line, 'roof')
      await append(1)
      const { id } = await stores.create(submissionOf(0), variantOf(0))
      await stores.markMined(id, receiptOf(9n))
      await stores.markUnmined(id)
      const [item] = await stores.pending(chainId, account)
      same('the submission', [item?.state, item?.receipt, item?.nonce], ['signed', undefined, 0])
    },
  },
  {
    name: 'every variant is kept, oldest first, those of renounced nonces included',
    async run({ stores, append }) {
      await stores.openLine(line, 'roof')
      await append(1)
      const { id } = await stores.create(submissionOf(0), variantOf(0))
      await stores.addVariant(id, variantOf(0, 2n))
      await stores.markSent([id])
      await refused('a new nonce that is not the next', stores.renounce(id, variantOf(3)))
      await stores.renounce(id, variantOf(1, 5n))
      const [item] = await stores.pending(chainId, account)
      same('state and nonce', [item?.state, item?.nonce], ['signed', 1])
      same('the variants', item?.variants, [variantOf(0), variantOf(0, 2n), variantOf(1, 5n)])
      same('the next nonce', await stores.nextNonce(chainId, account), 2)
    },
  },
  {
    name: 'submissions are found by their nonces, under way or final, and given-up ones are not',
    async run({ stores, append }) {
      await stores.openLine(line, 'roof')
      await append(4)
      const ids: number[] = []
      for (const nonce of [0, 1, 2, 3]) {
        ids.push((await stores.create(submissionOf(nonce), variantOf(nonce))).id)
      }
      const [first = 0, second = 0] = ids
      await stores.markMined(first, receiptOf(9n))
      await stores.finalise([first])
      await stores.abandon(second, 'tested')
      const found = await stores.withNonces(chainId, account, { from: 0, to: 2 })
      same(
        'the submissions',
        found.map(({ nonce, state }) => [nonce, state]),
        [
          [0, 'final'],
          [2, 'signed'],
        ],
      )
      same('those of another chain', await stores.withNonces(1n, account, { from: 0, to: 2 }), [])
    },
  },
  {
    name: 'final ones behind an entry come oldest first, led by the one before them',
    async run({ stores, append }) {
      await stores.openLine(line, 'roof')
      await append(5)
      const ids: number[] = []
      for (const nonce of [0, 1, 2, 3, 4]) {
        ids.push((await stores.create(submissionOf(nonce), variantOf(nonce))).id)
      }
      for (const at of [0, 1, 3, 4]) {
        const id = ids[at] ?? 0
        await stores.markMined(id, receiptOf(9n))
        await stores.finalise([id])
      }
      const finals = async (after: number, limit: number) =>
        (await stores.finals(line, { after, limit })).map(({ last }) => last)
      same('all of them', await finals(-1, 9), [0, 1, 3, 4])
      same('a few', await finals(1, 1), [1, 3])
      same('those behind one that is not final', await finals(2, 9), [1, 3, 4])
      same('those behind the last', await finals(4, 9), [4])
    },
  },
  {
    name: 'the ends of many lines come in their order, with what has stopped them',
    async run({ stores, append }) {
      await stores.openLine(line, 'roof')
      await stores.openLine('roof/other', 'roof')
      same('at first', await stores.ends([line]), [{ end: -1 }])
      await append(2)
      await stores.setStopped('roof/other', 'tested')
      const ends = (await stores.ends(['roof/other', line])).map(({ end, stopped = null }) => [end, stopped])
      same('the ends', ends, [
        [1, 'tested'],
        [1, null],
      ])
    },
  },
  {
    name: 'what the ledger does not want is skipped with its reason, and the cursor moves',
    async run(subject) {
      const { stores, append } = subject
      await stores.openLine(line, 'roof')
      await append(4)
      await stores.skip(line, 0, 2, 'nothing in it')
      same('the cursor', await cursorOf(subject), 2)
      const [skipped] = await stores.ofLine(line, 1)
      same(
        'the record',
        [skipped?.state, skipped?.reason, skipped?.reading],
        ['skipped', 'nothing in it', undefined],
      )
    },
  },
  {
    name: 'an adopted registration is final at once and links on',
    async run(subject) {
      const { stores, append } = subject
      await stores.openLine(line, 'roof')
      await append(2)
      await stores.adopt(submissionOf(0, 1), receiptOf(5n))
      same('the cursor', await cursorOf(subject), 1)
      same('the link', (await stores.line(line)).lastReading?.sequence, 1)
      same(
        'a receipt entry',
        (await stores.unplanned(line, 2)).map(entry => entry.kind),
        ['receipt'],
      )
      same('no nonce', await stores.nextNonce(chainId, account), undefined)
    },
  },
  {
    name: 'what is final and moved gets another receipt entry, once, and nothing else changes',
    async run(subject) {
      const { stores, append } = subject
      await stores.openLine(line, 'roof')
      await append(1)
      const { id } = await stores.create(submissionOf(0), variantOf(0))
      await stores.markMined(id, receiptOf(9n))
      await rejected('a receipt of what is not final', stores.moveReceipt(id, receiptOf(10n)))
      await stores.finalise([id])
      for (const block of [9n, 12n, 12n]) await stores.moveReceipt(id, receiptOf(block))
      const kinds = (await stores.unplanned(line, 9)).map(entry => entry.kind)
      same('the entries', kinds, ['receipt', 'receipt'])
      const [item] = await stores.ofLine(line, 1)
      same('the record', [item?.state, item?.receipt?.block], ['final', 12n])
      same('the cursor', await cursorOf(subject), 0)
    },
  },
  {
    name: 'calls come oldest first, without what was skipped and with what was given up',
    async run(subject) {
      const { stores, append } = subject
      await stores.openLine(line, 'roof')
      await append(4)
      const { id } = await stores.create(submissionOf(0), variantOf(0))
      await stores.abandon(id, 'a later one is registered')
      await stores.skip(line, 1, 1, 'nothing in it')
      await stores.create(submissionOf(2), variantOf(1))
      await stores.create(submissionOf(3), variantOf(2))
      const shape = async (after: number, limit: number) =>
        (await stores.calls(line, { after, limit })).map(({ last, isFirst }) => [last, isFirst])
      const all = [
        [0, true],
        [2, false],
        [3, false],
      ]
      same('all', await shape(-1, 10), all)
      same('one behind the first', await shape(0, 1), [[2, false]])
    },
  },
  {
    name: 'a certificate is an entry for each of its states, once each, and the newest one counts',
    async run({ stores, append }) {
      await stores.openLine(line, 'roof')
      await append(2)
      const [zero, one] = [certificateOf(0n), certificateOf(1n)]
      const claimed = certificateOf(0n, { state: 'claimed', block: 12n, logIndex: 7 })
      same('at first', await stores.certificates(line), [])
      await stores.recordCertificates(line, [zero, one, zero])
      same('two', await stores.certificates(line), [zero, one])
      await stores.recordCertificates(line, [zero, claimed, one])
      same('the newest states', await stores.certificates(line), [one, claimed])
      const kinds = (await stores.unplanned(line, 9)).slice(2).map(entry => entry.kind)
      same('the entries', kinds, ['receipt', 'receipt', 'receipt'])
    },
  },
  {
    name: 'a certificate whose event stands elsewhere on the chain is told once more',
    async run({ stores, append }) {
      await stores.openLine(line, 'roof')
      await append(2)
      const moved = certificateOf(0n, { blockHash: `0x${'55'.repeat(32)}`, block: 10n })
      await stores.recordCertificates(line, [certificateOf(0n)])
      for (let times = 0; times < 2; times++) await stores.recordCertificates(line, [moved])
      same('where it is now', await stores.certificates(line), [moved])
      same('the entries', (await stores.unplanned(line, 9)).length, 4)
    },
  },
  {
    name: 'an abandoned submission is skipped with its reason',
    async run(subject) {
      const { stores, append } = subject
      await stores.openLine(line, 'roof')
      await append(1)
      const { id } = await stores.create(submissionOf(0), variantOf(0))
      await stores.abandon(id, 'a later one is registered')
      same('the cursor', await cursorOf(subject), 0)
      const [item] = await stores.ofLine(line, 1)
      same(
        'the record',
        [item?.state, item?.reason, item?.variants.length],
        ['skipped', 'a later one is registered', 1],
      )
    },
  },
  {
    name: 'a failed submission stops its line, keeps its range, and can be brought back',
    async run(subject) {
      const { stores, append } = subject
      await stores.openLine(line, 'roof')
      await append(2)
      const { id } = await stores.create(submissionOf(0), variantOf(0))
      await stores.fail(id, 'refused')
      same('the line', (await stores.line(line)).stopped, 'refused')
      same('pending', await stores.pending(chainId, account), [])
      await refused('its range', stores.create(submissionOf(0), variantOf(1)))
      await stores.setStopped(line, undefined)
      same('the line that goes on', (await stores.openLine(line, 'roof')).stopped, undefined)
      await stores.renounce(id, variantOf(1))
      same(
        'pending again',
        (await stores.pending(chainId, account)).map(item => item.state),
        ['signed'],
      )
    },
  },
]
