import type { Command } from './command.ts'

/** A command as the list of commands knows it: nothing of it is loaded before it is asked for. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  load(): Promise<Command>
}

/** Commands that have commands of their own. */
export const groups: Readonly<Record<string, string>> = {
  log: 'Look into the log, check it, export it, erase of it',
  config: 'Seal a configuration and edit it sealed; take over old ones; what editors need',
  id: 'Work out the CIDs and UUIDs of entries and files, and check given ones',
  ipfs: 'Archives of the log as CAR files, and what others keep of it',
  keys: 'Make, take over and show keys',
  witness: 'Cosign the checkpoints of others, and see what was cosigned',
  certificate: 'Certificates of ERC-1888: what was asked for and issued; approve, transfer, claim, revoke',
  ledger:
    'Deploy a registry, register assets and users in it, look at it, let a stopped report line go on, try a node',
}

/** All commands, in the order of the help. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'Run everything on this machine: meters, gateway, chain',
    load: async () => (await import('./demo/command.ts')).demoCommand,
  },
  {
    name: 'init',
    summary: 'Write a configuration to begin with',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'check',
    summary: 'Check a configuration',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  {
    name: 'config convert',
    summary: 'Write an old JSON configuration anew',
    load: async () => (await import('./commands/config-convert.ts')).configConvertCommand,
  },
  {
    name: 'config schema',
    summary: 'Print the JSON Schema of configurations',
    load: async () => (await import('./commands/config-schema.ts')).configSchemaCommand,
  },
  {
    name: 'config seal',
    summary: 'Encrypt a configuration, so that a copied disk shows nothing of it',
    load: async () => (await import('./commands/config-seal.ts')).configSealCommand,
  },
  {
    name: 'config edit',
    summary: 'Edit a sealed configuration without leaving plain text behind',
    load: async () => (await import('./commands/config-edit.ts')).configEditCommand,
  },
  {
    name: 'config show',
    summary: 'Print a sealed configuration, with its secrets blotted out',
    load: async () => (await import('./commands/config-show.ts')).configShowCommand,
  },
  {
    name: 'run',
    summary: 'Run the gateway',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    name: 'read',
    summary: "Read an asset's source once and show what it says",
    load: async () => (await import('./commands/read.ts')).readCommand,
  },
  {
    name: 'status',
    summary: 'Show registers and report lines',
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  {
    name: 'doctor',
    summary: 'Say what is wrong, and what to do about it',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'resolve',
    summary: 'Decide on readings that are held',
    load: async () => (await import('./commands/resolve.ts')).resolveCommand,
  },
  {
    name: 'prove',
    summary: 'Write a file from which anyone can check readings',
    load: async () => (await import('./commands/prove.ts')).proveCommand,
  },
  {
    name: 'verify',
    summary: 'Check a file that somebody gave as evidence',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  {
    name: 'log ls',
    summary: 'List entries',
    load: async () => (await import('./commands/log-ls.ts')).logLsCommand,
  },
  {
    name: 'log show',
    summary: 'Show one entry and its document',
    load: async () => (await import('./commands/log-show.ts')).logShowCommand,
  },
  {
    name: 'log tail',
    summary: 'Show new entries as they come',
    load: async () => (await import('./commands/log-tail.ts')).logTailCommand,
  },
  {
    name: 'log export',
    summary: 'Write entries as JSON lines or CSV',
    load: async () => (await import('./commands/log-export.ts')).logExportCommand,
  },
  {
    name: 'log check',
    summary: 'Derive everything again and name the first bad entry',
    load: async () => (await import('./commands/log-check.ts')).logCheckCommand,
  },
  {
    name: 'log follow',
    summary: 'Follow a published log and check everything in it',
    load: async () => (await import('./commands/log-follow.ts')).logFollowCommand,
  },
  {
    name: 'log publish',
    summary: 'Write the log as static files for any web server',
    load: async () => (await import('./commands/log-publish.ts')).logPublishCommand,
  },
  {
    name: 'log import-files',
    summary: 'Take over a chain of files of an older gateway',
    load: async () => (await import('./commands/log-import-files.ts')).logImportFilesCommand,
  },
  {
    name: 'log erase',
    summary: 'Erase documents and raw bytes of an asset',
    load: async () => (await import('./commands/log-erase.ts')).logEraseCommand,
  },
  {
    name: 'id show',
    summary: 'Work out the CIDs and UUIDs of an entry or a file, before anything is uploaded',
    load: async () => (await import('./commands/id-show.ts')).idShowCommand,
  },
  {
    name: 'id check',
    summary: 'Say whether a CID or a UUID belongs to an entry or a file',
    load: async () => (await import('./commands/id-check.ts')).idCheckCommand,
  },
  {
    name: 'ipfs export',
    summary: 'Write documents and raw bytes of the log into a CAR file',
    load: async () => (await import('./commands/ipfs-export.ts')).ipfsExportCommand,
  },
  {
    name: 'ipfs import',
    summary: 'Check a CAR file and unpack it',
    load: async () => (await import('./commands/ipfs-import.ts')).ipfsImportCommand,
  },
  {
    name: 'ipfs validate',
    summary: 'Fetch content by its CID and hold it against CID and log',
    load: async () => (await import('./commands/ipfs-validate.ts')).ipfsValidateCommand,
  },
  {
    name: 'keys new',
    summary: 'Make a key',
    load: async () => (await import('./commands/keys-new.ts')).keysNewCommand,
  },
  {
    name: 'keys import',
    summary: 'Take over a private key or a keystore',
    load: async () => (await import('./commands/keys-import.ts')).keysImportCommand,
  },
  {
    name: 'keys show',
    summary: 'Show the public side of a key',
    load: async () => (await import('./commands/keys-show.ts')).keysShowCommand,
  },
  {
    name: 'keys attest',
    summary: 'Have a token say that its key never left it',
    load: async () => (await import('./commands/keys-attest.ts')).keysAttestCommand,
  },
  {
    name: 'witness serve',
    summary: 'Cosign the checkpoints of logs, as a server of its own',
    load: async () => (await import('./commands/witness-serve.ts')).witnessServeCommand,
  },
  {
    name: 'witness show',
    summary: 'Show what a witness has cosigned, and logs that showed two faces',
    load: async () => (await import('./commands/witness-show.ts')).witnessShowCommand,
  },
  {
    name: 'witness release',
    summary: 'Let a witness go on with a log that showed two faces',
    load: async () => (await import('./commands/witness-release.ts')).witnessReleaseCommand,
  },
  {
    name: 'ledger deploy',
    summary: 'Deploy a registry of your own, an anchor for logs, or a verifier of fields or of evidence keys',
    load: async () => (await import('./commands/ledger-deploy.ts')).ledgerDeployCommand,
  },
  {
    name: 'ledger register-asset',
    summary: 'Register an asset in the registry',
    load: async () => (await import('./commands/ledger-register-asset.ts')).ledgerRegisterAssetCommand,
  },
  {
    name: 'ledger change-asset',
    summary: 'Switch an asset in the registry, exchange its meter, let it mint certificates',
    load: async () => (await import('./commands/ledger-change-asset.ts')).ledgerChangeAssetCommand,
  },
  {
    name: 'ledger register-user',
    summary: 'Make an account a user of the registry, or end it',
    load: async () => (await import('./commands/ledger-register-user.ts')).ledgerRegisterUserCommand,
  },
  {
    name: 'ledger grant',
    summary: 'Give a user of the registry roles, or take them away',
    load: async () => (await import('./commands/ledger-grant.ts')).ledgerGrantCommand,
  },
  {
    name: 'ledger show',
    summary: 'Show what the registry knows of an asset, or all of it: contracts, assets, users, our keys',
    load: async () => (await import('./commands/ledger-show.ts')).ledgerShowCommand,
  },
  {
    name: 'ledger conform',
    summary: 'Find out whether a node does what we need of it',
    load: async () => (await import('./commands/ledger-conform.ts')).ledgerConformCommand,
  },
  {
    name: 'ledger resume',
    summary: 'Let a stopped report line go on',
    load: async () => (await import('./commands/ledger-resume.ts')).ledgerResumeCommand,
  },
  {
    name: 'certificate show',
    summary: 'Show a certificate or a request, and hold it against evidence',
    load: async () => (await import('./commands/certificate-show.ts')).certificateShowCommand,
  },
  {
    name: 'certificate ls',
    summary: 'List requests for certificates, and what became of them',
    load: async () => (await import('./commands/certificate-ls.ts')).certificateLsCommand,
  },
  {
    name: 'certificate request',
    summary: 'Ask for a certificate over what an evidence file proves',
    load: async () => (await import('./commands/certificate-request.ts')).certificateRequestCommand,
  },
  {
    name: 'certificate approve',
    summary: 'Approve requests: issue certificates for them',
    load: async () => (await import('./commands/certificate-approve.ts')).certificateApproveCommand,
  },
  {
    name: 'certificate revoke',
    summary: 'Revoke a certificate, or a request for one',
    load: async () => (await import('./commands/certificate-revoke.ts')).certificateRevokeCommand,
  },
  {
    name: 'certificate transfer',
    summary: 'Hand a certificate, or a part of it, to another account',
    load: async () => (await import('./commands/certificate-transfer.ts')).certificateTransferCommand,
  },
  {
    name: 'certificate claim',
    summary: 'Use a certificate up: nobody can claim that energy again',
    load: async () => (await import('./commands/certificate-claim.ts')).certificateClaimCommand,
  },
]
