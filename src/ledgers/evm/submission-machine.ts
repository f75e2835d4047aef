/*
 * The submission law at work: one ordered sender per account. It stands on core's stores (what survives) and on a
 * registry (what to call, how to know that it worked), and knows no contract itself. A submission is signed and on disk
 * with its nonce before anything is sent; receipts, never answers, tell what became of it; only a block compared again at
 * its depth makes it final. Each step has its own file beside this one.
 */

import type { LineStatus, ReportLine } from '../../core/ledger.ts'
import type { Logger } from '../../core/logger.ts'
import type { Signer } from '../../core/signer.ts'
import type { CursorStore, LineEnd, SubmissionState, SubmissionStore } from '../../core/submission.ts'
import { countOf, headOf } from './answers.ts'
import type { EvmNetwork } from './network.ts'
import type { Registry } from './registry.ts'
import { quantity } from './rpc-calls.ts'
import type { Line, Moved, Sender, SubmissionSettings, Turn } from './sender.ts'
import { SharedGas } from './shared-gas.ts'
import { Spending } from './spending.ts'
import { countStrays } from './stray-costs.ts'
import { openBook } from './submission-book.ts'
import { broadcast } from './submission-broadcast.ts'
import {
  type CertificateStores,
  followCertificates,
  linesWithCertificatesDue,
  neverLooked,
} from './submission-certificates.ts'
import { confirm } from './submission-finality.ts'
import { fillGap } from './submission-gap.ts'
import { guarded, waitsForKey } from './submission-guard.ts'
import { isUnsettled, settleLost } from './submission-lost.ts'
import { followFinals, isAnchorDue } from './submission-moved.ts'
import { planLines } from './submission-plan-lines.ts'
import { waitingLines } from './submission-planning.ts'
import { collectReceipts } from './submission-receipts.ts'
import { replaceStuck } from './submission-replacement.ts'
import { adaptRoom } from './submission-room.ts'
import { accountOf } from './transaction.ts'

export interface SubmissionMachineOptions {
  readonly network: EvmNetwork
  readonly registry: Registry
  readonly store: CursorStore & SubmissionStore
  readonly signer: Signer
  readonly lines: readonly ReportLine[]
  readonly settings: SubmissionSettings
  readonly log: Logger
  /** Default: shared with no other account. */
  readonly sharedGas?: SharedGas
  /** What its transactions cost is added up there; default nowhere that others see. */
  readonly spending?: Spending
  readonly certificates?: CertificateStores
}

/** The lines of one account on one chain. */
export class SubmissionMachine {
  readonly #sender: Sender
  /** The trouble that was told last. */
  #told: string | undefined

  private constructor(sender: Sender) {
    this.#sender = sender
  }

  /** Opens the lines in the store. The chain is first asked by `work`. */
  static async open(options: SubmissionMachineOptions): Promise<SubmissionMachine> {
    const { network, store, signer } = options
    const lines = new Map<string, Line>()
    for (const report of options.lines) {
      const { stopped } = await store.openLine(report.name, report.stream)
      lines.set(report.name, newLine(report, stopped))
    }
    const { registry, settings, log, certificates, sharedGas = new SharedGas() } = options
    const { spending = new Spending() } = options
    const account = accountOf(signer)
    const state = {
      book: undefined,
      nextNonce: 0,
      trouble: undefined,
      firstLine: 0,
      short: false,
      gap: undefined,
      leapSince: undefined,
      room: { least: settings.inFlight, now: settings.inFlight, seen: undefined },
      anchor: undefined,
      anchorSeenAt: 0,
      moved: new Map<number, Moved>(),
      front: undefined,
    }
    return new SubmissionMachine({
      network,
      registry,
      store,
      signer,
      account,
      lines,
      settings,
      log,
      sharedGas,
      spending,
      strays: [],
      certificates,
      ...state,
    })
  }

  /** The account that pays, lower case. */
  get account(): string {
    return this.#sender.account
  }

  /** Nothing is under way: unless something is new the chain need not be asked. */
  isAtRest(): boolean {
    const { book, gap, moved, strays } = this.#sender
    if (book?.length !== 0 || gap !== undefined || moved.size > 0 || strays.length > 0) return false
    if (isAnchorDue(this.#sender)) return false
    return linesWithCertificatesDue(this.#sender).length === 0
  }

  /** Nothing is to be planned. @param ends - of its lines, in their order */
  hasNothingNew(ends: readonly LineEnd[]): boolean {
    return waitingLines(this.#sender, ends).length === 0
  }

  /**
   * Turns until nothing more can be done before time passes or entries come.
   * @throws EnergywebError what stops the network or the log; the state on disk stays right.
   */
  async work(options: { signal: AbortSignal }): Promise<void> {
    while (await this.turn(options)) options.signal.throwIfAborted()
  }

  /**
   * One turn; says whether another one may do more at once.
   * @throws EnergywebError as `work`
   */
  async turn({ signal }: { signal: AbortSignal }): Promise<boolean> {
    const { network, account } = this.#sender
    return network.exclusive(account, async () => {
      try {
        const more = await takeTurn(this.#sender, signal)
        if (!more) this.#tellTrouble()
        return more
      } catch (error) {
        // Whatever was interrupted: what is on disk counts.
        this.#sender.book = undefined
        throw error
      }
    })
  }

  /** The key can sign again: lines that waited for it are due now. */
  keyIsReady(): void {
    for (const line of this.#sender.lines.values()) if (waitsForKey(line)) line.retryAt = 0
  }

  /** The account's trouble concerns all of its lines; it is said when it begins and when it is over. */
  #tellTrouble(): void {
    const { trouble, log, account } = this.#sender
    if (trouble === this.#told) return
    if (trouble !== undefined) log.warn({ account }, trouble)
    else log.info({ account }, `account ${account} goes on`)
    this.#told = trouble
  }

  async status(): Promise<readonly LineStatus[]> {
    const { lines, store, book, trouble, registry } = this.#sender
    return Promise.all(
      [...lines.values()].map(async line => {
        const { name } = line.report
        const [state, backlog] = await Promise.all([store.line(name), store.backlog(name)])
        const pending: Partial<Record<SubmissionState, number>> = {}
        for (const item of book ?? []) {
          if (item.submission.line === name) pending[item.state] = (pending[item.state] ?? 0) + 1
        }
        // Entries at the end that register nothing wait for the next one; nobody waits for them.
        const { cursor, planned, stopped } = state
        const idle = line.idleAt === cursor + backlog ? line.trailing : 0
        const trailing = line.resting?.(cursor + backlog) ? backlog - (planned - cursor) : idle
        return {
          line: name,
          cursor,
          backlog: backlog - trailing,
          pending,
          stopped,
          trouble: line.trouble ?? trouble ?? line.notice ?? line.watch.trouble,
          ...(registry.asksForCertificates && { unanswered: line.watch.unanswered }),
        }
      }),
    )
  }
}

function newLine(report: ReportLine, stopped: string | undefined): Line {
  return {
    report,
    compared: false,
    stopped,
    trouble: undefined,
    retryAt: 0,
    value: 0n,
    carbon: 0n,
    finalUpTo: -1,
    finalBlock: 0n,
    notice: undefined,
    idleAt: undefined,
    trailing: 0,
    resting: undefined,
    search: undefined,
    gas: new Map(),
    unexplained: 0,
    watch: neverLooked(),
  }
}

/** One turn of an account; says whether another one may do more at once. */
async function takeTurn(sender: Sender, signal: AbortSignal): Promise<boolean> {
  const { network, account } = sender
  const { anchor } = sender
  const asked = [
    { method: 'eth_getTransactionCount', params: [account, 'latest'] },
    ...(anchor === undefined
      ? []
      : [{ method: 'eth_getBlockByNumber', params: [quantity(anchor.block), false] }]),
  ]
  const { head, results } = await network.readyWith(asked, { signal })
  const anchorHash = anchor === undefined ? undefined : headOf(results[1])?.hash
  const turn: Turn = { head, count: countOf(results[0], 'transaction count'), anchorHash, signal }
  if (!sender.short) sender.trouble = undefined
  adaptRoom(sender, turn)
  await openBook(sender, turn)
  const steps: readonly ((sender: Sender, turn: Turn) => Promise<boolean>)[] = [
    confirm,
    followFinals,
    collectReceipts,
    settleSafely,
    fillGap,
    broadcast,
    replaceStuck,
    planLines,
    broadcast,
    followCertificates,
    countStrays,
  ]
  let changed = false
  for (const step of steps) {
    signal.throwIfAborted()
    changed = (await step(sender, turn)) || changed
  }
  return changed
}

async function settleSafely(sender: Sender, turn: Turn): Promise<boolean> {
  let changed = false
  const due = new Set((sender.book ?? []).filter(isUnsettled).map(({ submission }) => submission.line))
  for (const [name, line] of sender.lines) {
    if (sender.book === undefined) return changed
    // Asked of every line, what each has under way is too much where an account has many.
    if (!due.has(name)) continue
    changed = (await guarded(sender, turn, { line, run: () => settleLost(sender, turn, line) })) || changed
  }
  return changed
}
