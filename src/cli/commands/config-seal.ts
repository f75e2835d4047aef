import { openerWords } from '../../config/sealed/opener-word.ts'
import { defineCommand, flag, optionalWord, text, texts } from '../command.ts'
import { sealConfiguration } from '../sealed/seal-configuration.ts'
import { tokenOptions } from '../token-options.ts'

/** `energyweb config seal` */
export const configSealCommand = defineCommand({
  name: 'config seal',
  summary: 'Encrypt a configuration, so that a copied disk shows nothing of it',
  description:
    'Checks the configuration, encrypts it, and makes sure that it opens again before it says so. Every other command takes the sealed file as it takes a plain one, and opens it in memory alone. --to says what opens it, and may be given several times, each being enough: a passphrase, the TPM of this machine (also only in the state in which it is now: tpm:sha256:7), a credential of systemd, a key in a token (--pkcs11, --token, --label; RSA, made there by --generate). The passphrase is later looked for in ENERGYWEB_PASSPHRASE, in the systemd credential energyweb-passphrase, where --passphrase-… said, and then asked for; the PIN of a token in ENERGYWEB_TOKEN_PIN, the credential energyweb-token-pin, where --pin-… said, and then asked for. With --take-secrets what stands in variables and files of secrets moves into the sealed file too. A sealed file is sealed anew, under a new key and for other openers.',
  arguments: { file: optionalWord('the configuration; default energyweb.yml here') },
  options: {
    to: texts('opener', `what opens it: ${openerWords}`),
    out: text('file', 'the sealed file, in the same folder; default its name with .sealed'),
    takeSecrets: flag('take the secrets in that it refers to'),
    remove: flag('delete the plain files that are no longer needed'),
    ...tokenOptions,
    pkcs11: text('library', "the PKCS#11 library of a token's maker: a key in that token opens it"),
    generate: flag('make that key in the token first (RSA)'),
    passphraseEnv: text('name', 'environment variable that holds the passphrase'),
    passphraseFile: text('file', 'file that holds the passphrase, in its first line'),
  },
  examples: [
    {
      command: 'config seal --to passphrase',
      description: 'asks for a passphrase and writes energyweb.sealed',
    },
    {
      command: 'config seal --to tpm:sha256:7 --to passphrase --take-secrets --remove',
      description: 'opens by itself on this machine, elsewhere by the passphrase; nothing plain is left',
    },
    {
      command:
        'config seal --pkcs11 /usr/lib/softhsm/libsofthsm2.so --token ew --label seal --generate --pin-file token.pin',
      description: 'makes a key in the token ew, which opens it from then on',
    },
  ],
  run: (given, context) => sealConfiguration(given, context),
})
