/*
 * Publishing: the log as static files that any file server can hold (C2SP tlog-tiles), and the follower that reads such a
 * log and trusts nobody. It imports core, proof and storage; how files come over the network is handed in.
 */

export { type PublishingFaultPoint, publishingFaultPoints } from './fault-points.ts'
export { type FetchedCheckpoint, type FollowTrust, readNote } from './fetch-checkpoint.ts'
export { type FaultPlace, FollowFault, type FollowFaultKind, followFaults } from './follow-fault.ts'
export { type FollowOptions, type FollowReport, followLog } from './follow-log.ts'
export type { KeptProof } from './follow-state.ts'
export type { StreamNews } from './followed-streams.ts'
export { folderFiles, httpFiles, type LogFiles } from './log-files.ts'
export { type PublishableLog, type PublishOptions, type PublishResult, publishLog } from './publish-log.ts'
export { checkpointPath } from './tile-folder.ts'
