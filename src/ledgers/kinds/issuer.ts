export { ledger } from '../issuer/definition.ts'
