import type { CarbonBook, CarbonLog } from '../core/carbon-log.ts'
import type { CertificateBook } from '../core/certificate.ts'
import type { CheckpointBook } from '../core/checkpoint-book.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import type { EntrySignatureBook } from '../core/entry-signatures.ts'
import type { Eraser } from '../core/erasure.ts'
import { EnergywebError } from '../core/errors.ts'
import type { EventBook, OnceLog } from '../core/event-cursor.ts'
import type { KeyBook } from '../core/key-book.ts'
import { type Logger, silentLogger } from '../core/logger.ts'
import type { PinBook } from '../core/pin-book.ts'
import type { RemoteLogStatus } from '../core/remote-log.ts'
import type { SignatureAlgorithm } from '../core/signer.ts'
import type { CursorStore, SubmissionStore } from '../core/submission.ts'
import type { AppOptions } from '../dispatcher/index.ts'
import {
  type CheckpointOptions,
  type CheckpointStore,
  type CosignStore,
  type DiskOptions,
  type EvidenceKeyOptions,
  type EvidenceKeyStore,
  GatewayApp,
  type GatewayLog,
  type GatewayObserver,
  type GatewayOptions,
  type LogPublisher,
  type Sheddable,
} from '../gateway/index.ts'
import { unlessAborted } from '../keys/unless-aborted.ts'
import { sourceContext } from '../sources/index.ts'
import type { ResolvedConfig } from './check-config.ts'
import { clockRemark } from './clock-remark.ts'
import { composeAssets } from './compose-assets.ts'
import { composeSigner, PatientSigners } from './compose-signers.ts'
import { composeTasks } from './compose-tasks.ts'
import { composeWitnesses } from './compose-witnesses.ts'
import { networksOf } from './configured-networks.ts'
import { tellSecrets } from './configured-secrets.ts'
import { KnownKeys } from './known-keys.ts'
import { environmentOf, type SecretContext } from './secrets.ts'
import { type WatchedSigner, watchSigner } from './watched-signer.ts'

/** All that a gateway keeps. */
export type GatewayStorage = GatewayLog &
  PinBook &
  CheckpointBook &
  CarbonLog &
  CarbonBook &
  CertificateBook &
  CursorStore &
  SubmissionStore &
  CheckpointStore &
  CosignStore &
  EvidenceKeyStore &
  EntrySignatureBook &
  OnceLog &
  EventBook &
  KeyBook &
  Eraser

export interface OpenStorageOptions {
  /** The data folder; made where it is missing. */
  readonly folder: string
  /** Stamps the entries; default the machine's. */
  readonly clock?: Clock
  readonly log?: Logger
}

export interface ComposeOptions extends AppOptions, SecretContext {
  /** What is given up when the disk gets short of room, in this order; default nothing. */
  readonly sheddables?: readonly Sheddable[]
  /** Takes secrets out of what is written into the log and told by the status; default nothing. */
  readonly redact?: (text: string) => string
  readonly onGatewayEvent?: GatewayObserver
  /** How the messages stand that leave the box; default none do. */
  readonly remoteLog?: () => RemoteLogStatus
  /** Opens the data folder; default the log in SQLite. */
  readonly openStorage?: (options: OpenStorageOptions) => Promise<GatewayStorage>
}

/**
 * A gateway made of a configuration, ready to run. No network is touched and no key is opened before it runs.
 * @throws EnergywebError `secret-unavailable`, `config-invalid`, `task-invalid`
 * @example
 * const { config } = await loadConfig('energyweb.yml')
 * await (await composeGateway(config)).run()
 */
export async function composeGateway(
  config: ResolvedConfig,
  options: ComposeOptions = {},
): Promise<GatewayApp> {
  return new GatewayApp(await gatewayOptions(config, options))
}

/**
 * The parts of such a gateway, for a class of one's own: `new MyGateway(await gatewayOptions(config))`.
 * @throws EnergywebError `secret-unavailable`, `config-invalid`, `task-invalid`
 */
export async function gatewayOptions(
  config: ResolvedConfig,
  given: ComposeOptions = {},
): Promise<GatewayOptions> {
  const options = { ...given, environment: environmentOf(config, given.environment) }
  const { openStorage = openDefaultStorage, clock = systemClock, log = silentLogger } = options
  const ending = new AbortController()
  const opened: { storage: GatewayStorage | undefined } = { storage: undefined }
  const storage = () => opened.storage ?? notOpen()
  const signers = new Map<string, WatchedSigner>()
  // Keys open beside the log, and are held against what it knows once it is open.
  const book = Promise.withResolvers<GatewayStorage>()
  const knownKeys = new KnownKeys(() => unlessAborted(book.promise, ending.signal), {
    strict: config.log?.evidence === undefined ? [] : [config.log.evidence.key],
  })
  const keyListeners = new Set<(key: string) => void>()
  const onReady = (key: string) => {
    for (const listener of [...keyListeners]) listener(key)
  }
  const signer = signersOf(config, { ...options, log, signers, knownKeys, onReady, signal: ending.signal })
  const checkpoint = checkpointOf(config, { store: storage, signer: key => signer(key, 'ed25519') })
  lookForTokens(config, signer)
  const evidenceKey = evidenceKeyOf(config, {
    store: storage,
    clock,
    signer: key => signer(key, 'p256'),
  })
  const { addSecret } = options
  if (addSecret !== undefined) await tellSecrets(config, { ...options, addSecret })
  const source = sourceContext({ clock, log, ...(options.random && { random: options.random }) })
  const context = {
    ...options,
    source,
    extensions: config.extensions,
    clockRemark: clockRemark({ clock }),
  }
  const [assets, witnesses, { composeLedgers, openNetwork }] = await Promise.all([
    composeAssets(config, context),
    composeWitnesses(config, { ...context, store: storage }),
    import('./compose-ledgers.ts'),
  ])
  const networkOf = networksOf(name => openNetwork(config, name, { ...options, log }))
  return {
    ...options,
    assets,
    ledgers: composeLedgers(config, {
      ...options,
      log,
      clock,
      stores: storage,
      signer: key => signer(key, 'secp256k1'),
      networkOf,
    }),
    openLog: async () => {
      opened.storage = await openStorage({ folder: config.data, clock, log })
      book.resolve(opened.storage)
      return opened.storage
    },
    keys: () =>
      [...signers].map(([key, signer]) => {
        return { key, ...signer.health(), exchanged: knownKeys.exchanged(key) }
      }),
    onKeyReady: listener => keyListeners.add(listener),
    reportStores: storage,
    eraser: storage,
    carbonLog: storage,
    tasks: await composeTasks(config, { networkOf, storage, log }),
    disk: {
      ...diskOf(config),
      folder: config.data,
      ...(options.sheddables && { sheddables: options.sheddables }),
    },
    keyFigures: () => [...signers].map(([key, signer]) => ({ key, ...signer.figures() })),
    selfCheck: config.log?.selfCheck ?? '1h',
    ...(checkpoint && { checkpoint }),
    ...(evidenceKey && { evidenceKey }),
    ...(witnesses && { witnesses }),
    ...(config.log?.publish && { publisher: publisherOf(config.data, config.log.publish.folder) }),
    close: async () => ending.abort(new EnergywebError('aborted', 'the gateway has ended')),
  }
}

function diskOf({ disk }: ResolvedConfig): Pick<DiskOptions, 'keepFree' | 'every'> {
  const { keepFree, every } = disk ?? {}
  return { ...(keepFree !== undefined && { keepFree }), ...(every !== undefined && { every }) }
}

/** Reads the log beside the store that writes it: what a checkpoint covers no longer changes. */
function publisherOf(data: string, folder: string): LogPublisher {
  return {
    async publish({ signal }) {
      const [{ publishLog }, { openLogReader }] = await Promise.all([
        import('../publishing/index.ts'),
        import('../storage/index.ts'),
      ])
      const reader = openLogReader({ folder: data })
      try {
        return await publishLog(reader, folder, { signal })
      } finally {
        reader.close()
      }
    },
  }
}

function notOpen(): never {
  throw new EnergywebError('log-closed', 'the log is not open')
}

/** @throws EnergywebError `log-locked`, `log-corrupt`, `log-version`, `log-io` */
export async function openDefaultStorage(options: OpenStorageOptions): Promise<GatewayStorage> {
  const { openLog } = await import('../storage/index.ts')
  return openLog({ clock: systemClock, ...options })
}

/** Opens each key once, when it is first asked for. */
function signersOf(
  config: ResolvedConfig,
  options: SecretContext & {
    readonly log: Logger
    readonly signal: AbortSignal
    readonly signers: Map<string, WatchedSigner>
    readonly knownKeys: KnownKeys
    readonly onReady: (key: string) => void
  },
): (name: string, algorithm: SignatureAlgorithm) => WatchedSigner {
  const { keys = {} } = config
  const { signers, knownKeys, onReady } = options
  return (name, algorithm) => {
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined
    if (key === undefined)
      throw new EnergywebError('config-invalid', `there is no key "${name}" in the configuration`)
    const known = signers.get(name)
    if (known !== undefined) return known
    const opening = watchSigner(
      composeSigner({
        ...options,
        config,
        name,
        key,
        algorithm,
        hold: opened => knownKeys.hold(name, algorithm, opened),
        onReady: () => onReady(name),
      }),
    )
    signers.set(name, opening)
    return opening
  }
}

/** A token of the log's keys is opened at once: that it is away, or its PIN wrong, is not to be found out at the first checkpoint. */
function lookForTokens(
  { keys = {}, log }: ResolvedConfig,
  signer: (name: string, algorithm: SignatureAlgorithm) => WatchedSigner,
): void {
  const isInToken = (name: string) => Object.hasOwn(keys, name) && 'pkcs11' in (keys[name] ?? {})
  if (log?.key !== undefined && isInToken(log.key)) signer(log.key, 'ed25519')
  if (log?.evidence !== undefined && isInToken(log.evidence.key)) signer(log.evidence.key, 'p256')
}

function checkpointOf(
  { log }: ResolvedConfig,
  { store, signer }: { store: () => CheckpointStore; signer: (key: string) => WatchedSigner },
): CheckpointOptions | undefined {
  const { key, origin, checkpoint, checkpointEntries } = log ?? {}
  if (key === undefined || origin === undefined) return undefined
  return {
    origin,
    store,
    // A keystore begins to open when the first checkpoint is due: that takes memory and a second.
    signer: async options => {
      const opening = signer(key)
      await opening.ready(options)
      return opening
    },
    ...(checkpoint !== undefined && { every: checkpoint }),
    ...(checkpointEntries !== undefined && { entries: checkpointEntries }),
  }
}

function evidenceKeyOf(
  { log, assets }: ResolvedConfig,
  {
    store,
    clock,
    signer,
  }: {
    store: () => EvidenceKeyStore & EntrySignatureBook
    clock: Clock
    signer: (key: string) => WatchedSigner
  },
): EvidenceKeyOptions | undefined {
  const { evidence, origin } = log ?? {}
  if (evidence === undefined || origin === undefined) return undefined
  const { key: name, readings = false } = evidence
  const signed = readings === true ? assets.map(asset => asset.name) : readings
  return {
    name,
    origin,
    store,
    algorithm: async () => (await import('../storage/openssl-signatures.ts')).p256ByOpenSsl,
    ...(signed !== false && { readings: { assets: signed, store } }),
    // A keystore begins to open when the first checkpoint is signed.
    signer: async () => {
      const patient = new PatientSigners(new Map([[name, signer(name)]]), clock)
      return (await patient.get(name)) ?? notOpen()
    },
  }
}
