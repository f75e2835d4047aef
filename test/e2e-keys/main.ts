/**
 * A gateway from YAML whose gas key lives in SoftHSM (secp256k1) and whose evidence key lives in a TPM (P-256, swtpm behind
 * tpm2-pkcs11): both are taken away and brought back while it runs; then its evidence is verified offline, by OpenSSL, and on
 * chains with and without the precompile. Then the same gateway runs from a sealed configuration that holds every secret.
 * `npm run e2e:keys`
 */
import { noSofthsm } from '../support/softhsm.ts'
import { noSwtpm } from '../support/swtpm.ts'
import { runKeys } from './run-keys.ts'

const absent = [noSofthsm(), noSwtpm()].filter(reason => reason !== undefined)
if (absent.length > 0) {
  console.error(absent.join('\n'))
  process.exit(2)
}
const { lines, folder } = await runKeys(text => console.log(text))
const width = Math.max(...lines.map(({ what }) => what.length))
console.log('')
for (const { what, isProven, found } of lines) {
  console.log(`${isProven ? 'proven' : 'FAILED'}  ${what.padEnd(width)}  ${found}`)
}
const failed = lines.filter(({ isProven }) => !isProven)
if (failed.length > 0)
  console.error(`\n${failed.length} of ${lines.length} are not proven; all is left in ${folder}`)
process.exitCode = failed.length === 0 ? 0 : 1
