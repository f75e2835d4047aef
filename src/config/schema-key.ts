import { z } from 'zod'
import * as field from './fields.ts'
import { sealedSecret } from './sealed-secret.ts'

const keystoreKey = z.strictObject({
  keystore: field.path('a keystore file, see `energyweb keys new`'),
  password: field.secret('its password'),
})

const environmentKey = z.strictObject({
  env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,255}$/, 'expected the name of an environment variable')
    // Some private keys look like one, and names are repeated in messages.
    .refine(
      name => !/^[0-9A-Fa-f]{64}$/.test(name),
      'expected the name of an environment variable, not a key',
    )
    .meta({
      description: 'environment variable that holds the private key as 64 hex digits; a keystore is safer',
    }),
})

/** Whoever opens it finds it in the environment that `environmentOf` makes. */
const sealedKey = z
  .strictObject({
    secret: field.referenceName.meta({
      description: 'name under `secrets` of the private key as 64 hex digits, in a sealed configuration only',
    }),
  })
  .transform(({ secret }) => ({ env: sealedSecret(secret) }))

/** A key that lives in a token: it is used there and never comes out. */
const tokenKey = z
  .strictObject({
    pkcs11: field.path("the PKCS#11 library of the token's maker, like /usr/lib/softhsm/libsofthsm2.so"),
    token: field.text("the token's label", 32).optional(),
    serial: field.text("the token's serial number, where two have one label", 16).optional(),
    label: field.text("the key's label", 255).optional(),
    id: z
      .string()
      .regex(/^([0-9a-fA-F]{2}){1,64}$/, 'expected hex digits, two for a byte')
      .transform(id => id.toLowerCase())
      .optional()
      .meta({ description: "the key's id (CKA_ID) in hex, where two have one label" }),
    pin: field.secret("the token's PIN"),
  })
  .refine(
    ({ token, serial }) => (token ?? serial) !== undefined,
    'needs `token` or `serial`: which token it is',
  )
  .refine(
    ({ label, id }) => (label ?? id) !== undefined,
    'needs `label` or `id`: which key of the token it is',
  )

export const key = z.union([keystoreKey, environmentKey, tokenKey, sealedKey]).meta({
  description:
    'a key: `{ keystore, password }`, `{ pkcs11, token, label, pin }` or `{ env }`; never the key itself',
})

/** A key in a token, as it stands in a configuration. */
export type TokenKeyConfig = z.output<typeof tokenKey>
