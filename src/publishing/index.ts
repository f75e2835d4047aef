/*
 * Publishing: the log as static files that any file server can hold (C2SP tlog-tiles), and the follower that reads such a
 * log and trusts nobody. It imports core, proof and storage; how files come over the network is handed in.
 */
export { type PublishingFaultPoint, publishingFaultPoints } from './fault-points.ts'
export { type PublishableLog, type PublishOptions, type PublishResult, publishLog } from './publish-log.ts'
