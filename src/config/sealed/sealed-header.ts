import { z } from 'zod'

/** 65,536 iterations of SHA-256 are the least a passphrase is worth; 256 MiB the most a small gateway has. */
const [leastN, largestN, mostNp] = [2 ** 14, 2 ** 18, 2 ** 20]
/** A configuration that is opened in more ways than this is not one of ours. */
const mostOpeners = 8

const bytes = (least: number, most = least) =>
  z
    .string()
    .max(Math.ceil(most / 3) * 4)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/)
    .transform((text, context) => {
      const found = Buffer.from(text, 'base64')
      if (found.toString('base64') === text && found.length >= least && found.length <= most) return found
      context.issues.push({ code: 'custom', message: 'not so many bytes', input: text })
      return z.NEVER
    })

const reference = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,255}$/) }),
  z.strictObject({ file: z.string().min(1).max(4_096) }),
])

const passphrase = z
  .strictObject({
    kind: z.literal('passphrase'),
    /** Where it is taken from when nobody says otherwise; a file is relative to the sealed file's folder. */
    from: reference.optional(),
    key: bytes(60),
    n: z
      .int()
      .min(leastN)
      .max(largestN)
      .refine(n => Number.isInteger(Math.log2(n))),
    p: z.int().min(1).max(64),
    r: z.literal(8),
    salt: bytes(32),
  })
  // The file says what it costs to open it, and may come from anybody.
  .refine(({ n, p }) => n * p <= mostNp)

const tpm = z.strictObject({
  kind: z.literal('tpm'),
  /** As tpm2-tools write it: `sha256:7,16`. */
  pcrs: z
    .string()
    .max(128)
    .regex(/^(sha1|sha256|sha384|sha512):\d{1,2}(,\d{1,2}){0,23}$/)
    .optional(),
  private: bytes(16, 4_096),
  public: bytes(16, 4_096),
})

const systemd = z.strictObject({
  kind: z.literal('systemd'),
  credential: bytes(16, 8_192),
  with: z.enum(['auto', 'host', 'tpm2', 'host+tpm2']),
})

const pkcs11 = z
  .strictObject({
    kind: z.literal('pkcs11'),
    /** Of RSA-OAEP, for label and mask. */
    hash: z.enum(['sha256', 'sha1']),
    id: z
      .string()
      .regex(/^([0-9a-f]{2}){1,64}$/)
      .optional(),
    /** The data key, encrypted for the token's key. */
    key: bytes(256, 1_024),
    label: z.string().min(1).max(255).optional(),
    /** Its file, in full: whoever opens the configuration loads it. */
    library: z.string().min(1).max(4_096),
    /** Where the PIN is taken from when nobody says otherwise. */
    pin: reference.optional(),
    /** SHA-256 of the key's SubjectPublicKeyInfo. */
    publicKey: bytes(32),
    serial: z.string().min(1).max(16).optional(),
    token: z.string().min(1).max(32).optional(),
  })
  .refine(({ token, serial }) => (token ?? serial) !== undefined)
  .refine(({ label, id }) => (label ?? id) !== undefined)

const opener = z.discriminatedUnion('kind', [passphrase, tpm, systemd, pkcs11])

/** What stands in front of a sealed configuration, for anybody to read. */
export const sealedHeader = z.strictObject({
  cipher: z.literal('aes-256-gcm'),
  /** Follows from the data key, so that a file can't be made that two keys open in two ways. */
  commitment: bytes(32),
  /** Greater than that of every file before it; see `nextEdition`. None in files from before there were editions. */
  edition: z
    .int()
    .min(1)
    .max(2 ** 53 - 1)
    .optional(),
  format: z.enum(['yaml', 'json']),
  openers: z
    .array(opener)
    .min(1)
    .max(mostOpeners)
    // One PIN is given: at another token it would be a wrong one, of which there are few.
    .refine(openers => openers.filter(({ kind }) => kind === 'pkcs11').length <= 1),
  salt: bytes(32),
})

/** The header of a sealed configuration. */
export type SealedHeader = z.output<typeof sealedHeader>

/** The data key as one opener keeps it. */
export type WrappedKey = z.output<typeof opener>

/** The ways in which a sealed configuration is opened. */
export type OpenerKind = WrappedKey['kind']
