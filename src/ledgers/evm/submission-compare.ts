import type { LineState, Submission } from '../../core/submission.ts'
import { OpenRegistrations } from './open-registrations.ts'
import type { PlannedSkip, RegistryCall, RegistryState } from './registry.ts'
import { anchorAt, isFinal, type Line, type Sender, type Turn, trackedOf } from './sender.ts'
import { noteAdopted } from './stray-costs.ts'
import { markMined, receiptFrom } from './submission-receipts.ts'
import { searchBack } from './submission-search.ts'
import { newSubmission, signAgain } from './submission-sign.ts'
import { planWindow } from './submission-window.ts'

/** How many of a line's newest submissions are looked at; more when none of them registered anything. */
const recentSubmissions = 64

async function newest(store: Sender['store'], line: string): Promise<readonly Submission[]> {
  for (let limit = recentSubmissions; ; limit *= 4) {
    const found = await store.ofLine(line, limit)
    if (found.length < limit || found.some(({ state }) => state === 'final' || state === 'mined'))
      return found
  }
}

/**
 * Before the first signature, and after a restart: compares what the contract holds with what we know. A reading that is
 * there already is adopted; a total above ours, or below what we know to be final, stops the line. Answers whether the
 * line may go on.
 * @throws EnergywebError `ledger-not-ready` when the contract would refuse us, `network-unreachable`.
 */
export async function compareWithChain(
  sender: Sender,
  turn: Turn,
  { line, state }: { line: Line; state: LineState },
): Promise<boolean> {
  const { registry, store, account } = sender
  const { report } = line
  const { signal } = turn
  await registry.check(report, account, { signal })
  const chain = await registry.readState(report, { at: turn.head.number, signal })
  const recent = await leaveOthers(sender, await newest(store, report.name))
  const latest = recent.find(item => item.state === 'final' || item.state === 'mined')
  line.value = latest?.value ?? 0n
  line.carbon = chain.carbon
  line.finalUpTo = recent.reduce(
    (most, item) => Math.max(most, item.state === 'final' ? (item.reading ?? -1) : -1),
    line.finalUpTo,
  )
  const failed = recent.filter(item => item.state === 'failed')
  // A later one that is mined may make what failed obsolete, once it is final.
  if (failed.length > 0 && latest?.state === 'mined') return false
  if (failed.length > 0) return retryFailed(sender, turn, { line, failed, chain })
  if (agrees(sender, chain, latest)) return go(line)
  // It may still be in a block that the chain has left.
  if (latest?.state === 'mined') return false
  const found = await adoptRegistered(sender, turn, {
    line,
    state,
    chain,
    from: registry.isUnordered ? registry.fromBlock : (latest?.receipt?.block ?? registry.fromBlock),
  })
  if (found === 'wait') return false
  const known = latest !== undefined || found.adopted > 0
  const comparison = { chain, known, ours: line.value, next: found.next?.value }
  const problem = await registry.conflict(report, comparison)
  if (problem !== undefined) return stop(sender, line, problem)
  if (known && chain.total !== line.value) {
    sender.log.warn(
      { line: report.name, chain: chain.total, ours: line.value },
      chain.total > line.value
        ? 'the contract holds registrations that this log does not know'
        : 'the contract holds less than what was final',
    )
  }
  if (known || found.next !== undefined) {
    line.value = registry.goesOnFrom?.(comparison) ?? line.value
    return go(line)
  }
  // Nothing of ours to compare with yet.
  line.retryAt = sender.network.clock.monotonic() + sender.settings.retryAfter
  return false
}

/**
 * Without those that went to a place which the line has left: what stands there says nothing of what the contract must hold.
 * What nobody follows any more, because it is of another account or has failed, is given up.
 */
async function leaveOthers(
  { registry, store, account, network }: Sender,
  recent: readonly Submission[],
): Promise<readonly Submission[]> {
  const isHere = (item: Submission) => item.state === 'skipped' || (registry.isHere?.(item) ?? true)
  for (const item of recent.filter(one => !isHere(one) && one.state !== 'final')) {
    const isFollowed = item.account === account && item.chainId === network.chainId
    if (isFollowed && item.state !== 'failed') continue
    await store.abandon(item.id, `it went to ${item.to} by ${item.account}, which the ledger has left`)
  }
  return recent.filter(isHere)
}

function go(line: Line): boolean {
  line.compared = true
  line.trouble = undefined
  return true
}

async function stop(sender: Sender, line: Line, problem: string): Promise<boolean> {
  const reason = `ledger-conflict: ${line.report.name}: ${problem}`
  await sender.store.setStopped(line.report.name, reason)
  line.stopped = reason
  sender.log.error({ line: line.report.name }, reason)
  return false
}

const zeroLink = `0x${'0'.repeat(64)}`

function agrees(sender: Sender, chain: RegistryState, latest: Submission | undefined): boolean {
  const { total, link } = chain
  if (latest === undefined) return total === 0n && (link === '' || link === zeroLink)
  return total === latest.value && (link === '' || link === sender.registry.linkOf(latest.data))
}

/**
 * Registrations of our readings that are on the chain and not in our books (restored from a backup, or a renamed line)
 * are taken over as they are, in order.
 */
async function adoptRegistered(
  sender: Sender,
  turn: Turn,
  { line, state, chain, from }: { line: Line; state: LineState; chain: RegistryState; from: bigint },
): Promise<{ adopted: number; next: RegistryCall | undefined } | 'wait'> {
  const { store, registry } = sender
  const { name } = line.report
  const request = { atOnce: true, chain }
  const asked = { at: turn.head.number, signal: turn.signal }
  let adopted = 0
  let current = state
  let open: OpenRegistrations | undefined
  for (;;) {
    const { plan } = await planWindow(sender, line, { state: current, request })
    const { calls } = plan
    let skips = plan.skips ?? []
    const [first] = calls
    if (first === undefined) {
      if (skips.length === 0) return { adopted, next: undefined }
      await keepSkips(sender, line, skips)
      current = await store.line(name)
      continue
    }
    if (open === undefined) {
      const history = await searchBack(sender, turn, { line, from, total: first.value })
      if (history === undefined) return 'wait'
      open = new OpenRegistrations(history)
    }
    const { isTaken } = open
    for (const call of calls) {
      const known = { logs: open.logs, isTaken, ...asked }
      const registration = await registry.registrationIn(line.report, call, known)
      if (registration === undefined) return { adopted, next: call }
      const { log, value } = registration
      if (!isFinal(sender, turn, log.block)) {
        line.trouble = `${registry.words.item(call.reading)} is on the chain already, in block ${log.block}: waiting until that is final`
        return 'wait'
      }
      const { data = call.data } = registration
      const made = newSubmission(sender, line, { call: { ...call, data }, gas: 0n })
      await keepSkips(
        sender,
        line,
        skips.filter(({ first }) => first < call.first),
      )
      skips = skips.filter(({ first }) => first > call.first)
      const receipt = receiptFrom(sender, registration)
      await store.adopt(made, receipt)
      // It is as final as what we sent ourselves, and may leave the chain like that.
      anchorAt(sender, receipt)
      noteAdopted(sender, receipt)
      open.take(registration)
      adopted += 1
      line.value = value
      line.finalUpTo = Math.max(line.finalUpTo, call.reading)
      line.finalBlock = receipt.block
      // What was planned behind it went on from another call.
      if (data !== call.data) break
    }
    current = await store.line(name)
  }
}

async function keepSkips({ store }: Sender, { report }: Line, skips: readonly PlannedSkip[]): Promise<void> {
  for (const { first, last, reason } of skips) await store.skip(report.name, first, last, reason)
}

/** The operator let a line go on that a failed submission had stopped: that one comes first. */
async function retryFailed(
  sender: Sender,
  turn: Turn,
  { line, failed, chain }: { line: Line; failed: readonly Submission[]; chain: RegistryState },
): Promise<boolean> {
  const { words, standsAlone } = sender.registry
  for (const submission of [...failed].sort((a, b) => a.first - b.first)) {
    const { id, reading, value, nonce } = submission
    if (standsAlone && (await recover(sender, turn, { line, submission }))) continue
    if ((reading ?? -1) < line.finalUpTo && !standsAlone) {
      await sender.store.abandon(id, words.laterIsEnough(line.finalUpTo))
    } else if (!standsAlone && agrees(sender, chain, submission)) {
      // Its event was not seen at the time; an operator may have changed the node since.
      if (!(await recover(sender, turn, { line, submission }))) waitForEvent(sender, line, submission)
    } else if (!standsAlone && chain.total > value) {
      return stop(
        sender,
        line,
        `the contract holds ${words.total(chain.total)}, more than the ${words.total(value)} of ${words.item(reading)}`,
      )
    } else {
      const item = trackedOf(
        { ...submission, state: 'signed', nonce: nonce ?? 0 },
        sender.network.clock.monotonic(),
      )
      if (item !== undefined) await signAgain(sender, turn, item)
    }
  }
  return false
}

/** Where what failed is registered after all, its receipt is taken. */
async function recover(
  sender: Sender,
  { head, signal }: Turn,
  { line, submission }: { line: Line; submission: Submission },
): Promise<boolean> {
  const range = { from: sender.registry.standsAlone ? 0n : line.finalBlock, to: head.number, signal }
  const registration = await sender.registry.find(line.report, submission, range)
  const item = trackedOf({ ...submission, state: 'signed' }, sender.network.clock.monotonic())
  if (registration === undefined || item === undefined) return false
  await markMined(sender, item, registration)
  sender.book?.push(item)
  return true
}

function waitForEvent({ registry, network, settings }: Sender, line: Line, { reading }: Submission): void {
  line.trouble = `the contract holds ${registry.words.item(reading)}, and the node does not show its event: waiting for that`
  line.retryAt = network.clock.monotonic() + settings.retryAfter
}
