/*
 * What events say of what a log has of them: for whoever verifies evidence by a node. A door of its own, because it reads the
 * contracts of all kinds and loads what that takes; a gateway never does.
 */

export { type ContractDescription, parseContractDescription } from './contract-description.ts'
export type { ExpectedRegistration } from './expected-registration.ts'
export { type ExpectedCertificate, judgeCertificate } from './judge-certificate.ts'
export { judgeRegistration } from './judge-registration.ts'
export type { ChainQuestion, Judgement } from './judgement.ts'
