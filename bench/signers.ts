/**
 * How long a signature takes and how many there are in a second: by a keystore's key in this process, by keys in a token of
 * SoftHSM, each beside the bare library called in a loop, and by a key in a TPM (swtpm). What lies between the two is the process that holds the library, and
 * the check of every signature.
 */

import type { SignatureAlgorithm, Signer } from '../src/core/signer.ts'
import { ed25519Signer, openTokenKey, secp256k1Signer } from '../src/keys/index.ts'
import { cka, ckf, ckm, cko, cku, loadCryptoki } from '../src/keys/pkcs11/cryptoki.ts'
import { noSofthsm, pin, Softhsm, softhsmLibrary } from '../test/support/softhsm.ts'
import { noSwtpm, Swtpm, tpmLibrary } from '../test/support/swtpm.ts'
import type { FigureResult } from './figure.ts'

const kinds = [
  { algorithm: 'secp256k1', type: 'EC:secp256k1', id: '01', mechanism: ckm.ecdsa },
  { algorithm: 'p256', type: 'EC:prime256v1', id: '02', mechanism: ckm.ecdsa },
  { algorithm: 'ed25519', type: 'EC:edwards25519', id: '03', mechanism: ckm.eddsa },
] as const

const data = new Uint8Array(32).fill(7)

/** Milliseconds of each of so many, one after the other. */
async function times(count: number, sign: () => unknown): Promise<readonly number[]> {
  // The first few open files and compile code.
  for (let warming = 0; warming < 20; warming++) await sign()
  const all: number[] = []
  for (let at = 0; at < count; at++) {
    const began = performance.now()
    await sign()
    all.push(performance.now() - began)
  }
  return all.sort((a, b) => a - b)
}

const at = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
const shown = (sorted: readonly number[]) =>
  `${at(sorted, 0.5).toFixed(2)} ms (p95 ${at(sorted, 0.95).toFixed(2)})`

/** Signatures a second when 32 ask at once. */
async function throughput(signer: Signer, algorithm: SignatureAlgorithm, count: number): Promise<number> {
  const began = performance.now()
  let left = count
  const ask = async () => {
    while (left > 0) {
      left -= 1
      await signer.sign(data, { algorithm })
    }
  }
  await Promise.all(Array.from({ length: 32 }, ask))
  return (count * 1_000) / (performance.now() - began)
}

interface Subject {
  readonly name: string
  readonly algorithm: SignatureAlgorithm
  readonly signer: Signer
  /** The library alone. */
  readonly bare?: () => unknown
}

async function rowsOf({ name, algorithm, signer, bare }: Subject, count: number): Promise<FigureResult[]> {
  const ours = await times(count, () => signer.sign(data, { algorithm }))
  const theirs = bare === undefined ? undefined : await times(count, bare)
  const rate = await throughput(signer, algorithm, count)
  const bareRate = theirs && 1_000 / (theirs.reduce((sum, one) => sum + one, 0) / theirs.length)
  const common = { goal: '-', reached: true }
  return [
    {
      ...common,
      name: `${name}: one signature`,
      ours: shown(ours),
      counterpart: theirs === undefined ? '-' : shown(theirs),
      ratio: theirs === undefined ? '-' : `${(at(ours, 0.5) / at(theirs, 0.5)).toFixed(2)}x`,
    },
    {
      ...common,
      name: `${name}: signatures a second`,
      ours: rate.toFixed(0),
      counterpart: bareRate === undefined ? '-' : bareRate.toFixed(0),
      ratio: bareRate === undefined ? '-' : `${(rate / bareRate).toFixed(2)}x`,
    },
  ]
}

export async function signerRows(count = 500): Promise<readonly FigureResult[]> {
  const inProcess: readonly Subject[] = [
    { name: 'keystore, secp256k1', algorithm: 'secp256k1', signer: await secp256k1Signer(data) },
    { name: 'keystore, ed25519', algorithm: 'ed25519', signer: ed25519Signer(data) },
  ]
  const rows: FigureResult[] = []
  for (const subject of inProcess) rows.push(...(await rowsOf(subject, count)))
  const reason = noSofthsm()
  if (reason !== undefined) {
    console.error(`SoftHSM is not measured: ${reason}`)
    return rows
  }
  return [...rows, ...(await tokenRows(count)), ...(await tpmRows(count))]
}

/** A TPM in software: what its commands cost, without the slowness of a chip. It answers one at a time. */
async function tpmRows(count: number): Promise<readonly FigureResult[]> {
  const reason = noSwtpm()
  if (reason !== undefined || tpmLibrary === undefined) {
    console.error(`A TPM is not measured: ${reason}`)
    return []
  }
  const tpm = await Swtpm.start('ewtpm')
  try {
    tpm.makeKey('ewtpm', 'evidence')
    const { signer, close } = await openTokenKey({
      library: tpmLibrary,
      token: 'ewtpm',
      pin: tpm.pin,
      key: { label: 'evidence' },
      expect: 'p256',
      environment: tpm.environment,
    })
    const rows = await rowsOf({ name: 'TPM (swtpm, tpm2-pkcs11), p256', algorithm: 'p256', signer }, count)
    close()
    return rows
  } finally {
    tpm.remove()
  }
}

async function tokenRows(count: number): Promise<readonly FigureResult[]> {
  const tokens = new Softhsm()
  try {
    tokens.addToken('ew')
    for (const { algorithm, type, id } of kinds) tokens.makeKey('ew', { label: algorithm, type, id })
    // The library reads this when it is loaded, in this process.
    Object.assign(process.env, tokens.environment)
    const cryptoki = loadCryptoki()
    cryptoki.load(softhsmLibrary)
    cryptoki.C_Initialize()
    const [slot] = cryptoki.C_GetSlotList(true)
    if (slot === undefined) throw new Error('SoftHSM shows no token')
    const session = cryptoki.C_OpenSession(slot, ckf.serial)
    cryptoki.C_Login(session, cku.user, pin)
    const rows: FigureResult[] = []
    for (const { algorithm, id, mechanism } of kinds) {
      cryptoki.C_FindObjectsInit(session, [
        { type: cka.class, value: cko.privateKey },
        { type: cka.id, value: Buffer.from(id, 'hex') },
      ])
      const [key] = cryptoki.C_FindObjects(session, 1)
      cryptoki.C_FindObjectsFinal(session)
      if (key === undefined) throw new Error(`SoftHSM has no key ${algorithm}`)
      const bare = () => {
        cryptoki.C_SignInit(session, { mechanism }, key)
        return cryptoki.C_Sign(session, Buffer.from(data), Buffer.alloc(64))
      }
      const opened = await openTokenKey({
        library: softhsmLibrary,
        token: 'ew',
        pin,
        key: { id },
        expect: algorithm,
        environment: tokens.environment,
      })
      rows.push(
        ...(await rowsOf({ name: `SoftHSM, ${algorithm}`, algorithm, signer: opened.signer, bare }, count)),
      )
      opened.close()
    }
    cryptoki.C_Finalize()
    return rows
  } finally {
    tokens.remove()
  }
}

if (import.meta.main) console.log(await signerRows())
