export { ledger } from '../origin-b/index.ts'
