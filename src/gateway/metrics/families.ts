import type { MetricFamily } from './family.ts'

const counter = (name: string, labels: readonly string[], help: string): MetricFamily => ({
  name,
  type: 'counter',
  labels,
  help,
})

const gauge = (name: string, labels: readonly string[], help: string): MetricFamily => ({
  name,
  type: 'gauge',
  labels,
  help,
})

const histogram = (
  name: string,
  labels: readonly string[],
  { help, bounds }: { help: string; bounds: readonly number[] },
): MetricFamily => ({ name, type: 'histogram', labels, help, bounds })

const asset = ['asset', 'channel']
const line = ['asset', 'ledger']
const node = ['network', 'node']

/**
 * All that is measured: the one table that the exposition, the reference page, the dashboard's and the alerts' tests come from.
 * Base units throughout: seconds, bytes, grams and joules, so that the rate of a register is a power in W.
 */
export const metricFamilies = {
  // Readings
  readings: counter(
    'energyweb_readings_total',
    [...asset, 'outcome'],
    'Readings that the log took: counted, held, late or duplicate.',
  ),
  polls: counter('energyweb_polls_total', asset, 'Polls begun.'),
  pollFailures: counter('energyweb_poll_failures_total', asset, 'Polls that failed.'),
  pollErrors: counter('energyweb_poll_errors_total', ['source', 'code'], 'Failed polls by driver and code.'),
  pollDuration: histogram('energyweb_poll_duration_seconds', ['source'], {
    help: 'How long a source took to answer, failures included, by driver.',
    bounds: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  }),
  pollLateness: histogram('energyweb_poll_lateness_seconds', [], {
    help: 'How late polls began after their slots.',
    bounds: [0.01, 0.1, 0.5, 1, 5, 30, 60, 300],
  }),
  recordDuration: histogram('energyweb_record_duration_seconds', [], {
    help: "How long a poll waited until its readings were durable: the store's queue and its commit.",
    bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
  }),
  newestReading: gauge(
    'energyweb_newest_reading_timestamp_seconds',
    asset,
    "The newest instant that the log has a reading of, by the meter's clock.",
  ),
  outage: gauge('energyweb_outage', asset, '1 while the asset is silent, else 0.'),
  outageSince: gauge(
    'energyweb_outage_since_timestamp_seconds',
    asset,
    'Since when it is silent; only while it is.',
  ),
  outages: counter('energyweb_outages_total', ['reason'], 'Outages that began, and new reasons of old ones.'),
  // Registers
  registerTotal: counter(
    'energyweb_register_joules_total',
    asset,
    'The register, as exact as a float64 is: to the millijoule up to 2.5 GWh. The status has all digits.',
  ),
  registerHeld: gauge('energyweb_register_held_joules', asset, 'Energy in question.'),
  registerDebit: gauge(
    'energyweb_register_debit_joules',
    asset,
    'Energy that was counted and revised away, which later energy pays off.',
  ),
  heldReadings: gauge('energyweb_held_readings', asset, 'Readings that wait for an operator.'),
  holds: counter('energyweb_holds_total', ['reason'], 'Readings that were held.'),
  streamEntries: gauge('energyweb_stream_entries', asset, "Entries of the asset's stream."),
  // CO2
  carbonTotal: counter('energyweb_carbon_grams_total', ['asset', 'basis'], 'The carbon register, g.'),
  carbonWaiting: gauge('energyweb_carbon_waiting_steps', ['asset'], 'Steps that wait for their factor.'),
  carbonMissing: gauge('energyweb_carbon_missing_steps', ['asset'], 'Steps whose factor is missing.'),
  carbonTrouble: gauge('energyweb_carbon_trouble', ['asset'], '1 while there are no factors, else 0.'),
  // Report lines
  waiting: gauge('energyweb_line_waiting_entries', line, 'Entries that wait to be final on the ledger.'),
  waitingAge: gauge(
    'energyweb_line_oldest_waiting_age_seconds',
    line,
    'Age of the oldest entry that waits to be registered; 0 when none does.',
  ),
  settled: counter('energyweb_line_settled_entries_total', line, 'Entries that are final, or skipped.'),
  submissions: gauge(
    'energyweb_line_submissions',
    [...line, 'state'],
    'Submissions under way: signed, sent or mined.',
  ),
  lineStopped: gauge('energyweb_line_stopped', line, '1 for a line that waits for an operator, else 0.'),
  lineTrouble: gauge('energyweb_line_trouble', line, '1 while its newest attempt has failed, else 0.'),
  lineDrain: gauge(
    'energyweb_line_drain_seconds',
    line,
    'Time until its queue is worked off; +Inf when more arrives; absent until that is known.',
  ),
  unanswered: gauge(
    'energyweb_line_unanswered_requests',
    line,
    'Requests for certificates that have none; absent where nothing asks for any.',
  ),
  unansweredEnergy: gauge('energyweb_line_unanswered_joules', line, 'What those ask for.'),
  ledgerTrouble: gauge('energyweb_ledger_trouble', ['ledger'], '1 while the ledger stands still, else 0.'),
  ledgerTurn: gauge(
    'energyweb_ledger_last_turn_timestamp_seconds',
    ['ledger'],
    'When its last good turn ended.',
  ),
  // What it costs
  transactions: counter(
    'energyweb_ledger_transactions_total',
    ['ledger', 'network', 'outcome'],
    'Own transactions that are final, by their receipts: registered, reverted, without-event, adopted (found on the chain) or filler (of a gap of nonces).',
  ),
  gas: counter('energyweb_ledger_gas_total', ['ledger', 'network', 'outcome'], 'Gas that those used.'),
  fees: counter(
    'energyweb_ledger_fees_wei_total',
    ['ledger', 'network', 'outcome'],
    "Fees that were paid for those, wei of the network's coin, as exact as a float64 is.",
  ),
  // Nodes
  nodeState: gauge(
    'energyweb_node_state',
    [...node, 'state'],
    '1 for the state that a node is in, 0 for the others.',
  ),
  nodeInUse: gauge('energyweb_node_in_use', node, '1 for the node that is asked now, else 0.'),
  nodeLatency: gauge('energyweb_node_latency_seconds', node, 'Average of its last answers.'),
  nodeFailures: gauge(
    'energyweb_node_failure_ratio',
    node,
    'Share of its last requests that failed, 0 to 1.',
  ),
  nodeHead: gauge('energyweb_node_head_block', node, 'Number of its newest block.'),
  nodeHeadAge: gauge(
    'energyweb_node_head_age_seconds',
    node,
    "Age of its newest block, by that block's time.",
  ),
  // Keys
  keyUsable: gauge(
    'energyweb_key_usable',
    ['key'],
    '1 while the key signs, 0 while it is away or refused; absent while it opens.',
  ),
  keySince: gauge(
    'energyweb_key_since_timestamp_seconds',
    ['key'],
    'Since when it is as energyweb_key_usable says; Unix time.',
  ),
  keyExchanged: gauge(
    'energyweb_key_exchanged',
    ['key'],
    '1 while it signs and is another key than the log knows by its name, else 0.',
  ),
  signatures: counter('energyweb_signatures_total', ['key'], 'Signatures made.'),
  signingFailures: counter(
    'energyweb_signing_failures_total',
    ['key', 'code'],
    'Attempts that failed, by code.',
  ),
  signingDuration: histogram('energyweb_signing_duration_seconds', ['key'], {
    help: 'How long a signature took, failures left out.',
    bounds: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
  }),
  // The log
  logStopped: gauge('energyweb_log_stopped', [], '1 while the log takes no entries, else 0.'),
  logFailures: counter('energyweb_log_failures_total', [], 'Times that an I/O error has stopped the log.'),
  commitDuration: histogram('energyweb_log_commit_duration_seconds', [], {
    help: 'How long the disk took to make a commit of the log durable: what shares it is one commit.',
    bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
  }),
  logEntries: gauge('energyweb_log_entries', [], 'Entries of the log.'),
  logBytes: gauge('energyweb_log_bytes', [], 'Bytes that the log takes of the disk.'),
  logGrowth: gauge('energyweb_log_growth_bytes_per_second', [], 'Growth over the last two days.'),
  uncovered: gauge('energyweb_log_uncovered_entries', [], 'Entries that no signed checkpoint covers.'),
  checkpoints: counter('energyweb_checkpoints_total', [], 'Checkpoints signed.'),
  checkpointAt: gauge(
    'energyweb_checkpoint_timestamp_seconds',
    [],
    'When the last checkpoint of this run was signed.',
  ),
  checkpointSize: gauge('energyweb_checkpoint_entries', [], 'Entries that it covers.'),
  selfCheckAt: gauge(
    'energyweb_self_check_timestamp_seconds',
    [],
    "When the log's tail was last found good; absent once it was not.",
  ),
  selfCheckVerified: gauge(
    'energyweb_self_check_verified_entries',
    [],
    'Entries that were derived again then.',
  ),
  clockTrouble: gauge('energyweb_clock_trouble', [], "1 while the machine's clock can't be trusted, else 0."),
  // Witnesses
  witnessSize: gauge(
    'energyweb_witness_cosigned_entries',
    ['witness'],
    'Size of the largest checkpoint it cosigned.',
  ),
  witnessNewest: gauge(
    'energyweb_witness_asked_entries',
    ['witness'],
    'Size of the newest checkpoint it was asked for.',
  ),
  witnessAt: gauge(
    'energyweb_witness_cosigned_timestamp_seconds',
    ['witness'],
    'When it cosigned, by its clock.',
  ),
  witnessTrouble: gauge(
    'energyweb_witness_trouble',
    ['witness'],
    '1 while it has not cosigned the newest, else 0.',
  ),
  witnessAlarm: gauge(
    'energyweb_witness_alarm',
    ['witness'],
    '1 when it knows another log under our name, else 0.',
  ),
  evidenceKeySize: gauge(
    'energyweb_evidence_key_signed_entries',
    ['key'],
    'Size of the largest checkpoint that the evidence key has signed in this run.',
  ),
  evidenceKeyTrouble: gauge('energyweb_evidence_key_trouble', ['key'], '1 while it does not sign, else 0.'),
  evidenceKeyReadings: counter(
    'energyweb_evidence_key_readings_total',
    ['key'],
    'Readings that the evidence key has signed one by one in this run.',
  ),
  evidenceKeyReadingsWaiting: gauge(
    'energyweb_evidence_key_readings_waiting',
    ['key'],
    'Readings that wait for their signature, counted no further than 10,000 of each asset.',
  ),
  quorum: gauge('energyweb_witness_quorum', [], 'So many witnesses must have cosigned a checkpoint.'),
  // The disk
  diskFree: gauge('energyweb_disk_free_bytes', [], "Free room of the data folder's disk."),
  diskSize: gauge('energyweb_disk_size_bytes', [], 'Size of that disk.'),
  diskKeepFree: gauge('energyweb_disk_keep_free_bytes', [], 'Room that is kept free.'),
  diskAutonomy: gauge(
    'energyweb_disk_autonomy_seconds',
    [],
    'Time until only that is left; +Inf for a log that does not grow; absent until that is known.',
  ),
  diskTrouble: gauge('energyweb_disk_trouble', [], '1 while nothing is left to give up, else 0.'),
  // Messages on their way out
  messagesWaiting: gauge('energyweb_messages_waiting', ['destination'], 'Messages that wait to be sent.'),
  messagesAge: gauge(
    'energyweb_messages_oldest_waiting_age_seconds',
    ['destination'],
    'Age of the oldest that waits; 0 when none does.',
  ),
  messagesDelivered: counter('energyweb_messages_delivered_total', ['destination'], 'Messages delivered.'),
  messagesShed: counter('energyweb_messages_shed_total', ['destination'], 'Given up for want of room.'),
  messagesRefused: counter('energyweb_messages_refused_total', ['destination'], 'Refused for good.'),
  messagesDeliveredAt: gauge(
    'energyweb_messages_delivered_timestamp_seconds',
    ['destination'],
    'When it last took some.',
  ),
  messagesTrouble: gauge('energyweb_messages_trouble', ['destination'], '1 while it takes none, else 0.'),
  messagesBytes: gauge('energyweb_spool_bytes', [], 'Bytes of messages that wait on the disk.'),
  messagesCap: gauge('energyweb_spool_cap_bytes', [], 'The most that may wait there.'),
  messagesOffDisk: gauge('energyweb_spool_trouble', [], '1 while they cannot wait on the disk, else 0.'),
  // Tasks
  taskRuns: counter('energyweb_task_runs_total', ['task'], 'Runs begun; polls are told by asset instead.'),
  taskFailures: counter('energyweb_task_failures_total', ['task'], 'Runs and preparations that failed.'),
  taskSkipped: counter(
    'energyweb_task_skipped_total',
    ['task', 'reason'],
    'Slots that passed without a run.',
  ),
  taskSucceeded: gauge(
    'energyweb_task_last_success_timestamp_seconds',
    ['task'],
    'When the last good run began to be over.',
  ),
  taskFailing: gauge('energyweb_task_consecutive_failures', ['task'], 'Failures since the last good run.'),
  metricsRefused: counter(
    'energyweb_metrics_refused_points_total',
    [],
    'Data points that the collector of `metrics.otlp` refused although it took the rest.',
  ),
  // The process
  buildInfo: gauge('energyweb_build_info', ['version', 'node'], 'Always 1; the version runs on this Node.'),
  complete: gauge(
    'energyweb_scrape_complete',
    [],
    '1 when every part of the gateway answered in time, else 0: what is missing is not told.',
  ),
  loopDelay: gauge(
    'energyweb_event_loop_delay_seconds',
    ['percentile'],
    'How late the event loop was, over the last one to two minutes.',
  ),
  loopActive: counter('energyweb_event_loop_active_seconds_total', [], 'Time that the event loop worked.'),
  loopIdle: counter('energyweb_event_loop_idle_seconds_total', [], 'Time that it waited.'),
  heap: gauge('energyweb_heap_used_bytes', [], 'JavaScript heap in use, of the main thread.'),
  cpu: counter('process_cpu_seconds_total', [], 'Processor time of the process, user and system.'),
  memory: gauge('process_resident_memory_bytes', [], 'Resident memory of the process.'),
  startTime: gauge('process_start_time_seconds', [], 'When the process began.'),
} satisfies Readonly<Record<string, MetricFamily>>

/** Short name of a family. */
export type MetricName = keyof typeof metricFamilies

/** All families, in the order in which they are told. */
export const allMetricFamilies: readonly MetricFamily[] = Object.values(metricFamilies)
