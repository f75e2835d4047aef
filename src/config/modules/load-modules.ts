import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { ledgerKinds } from '../../ledgers/catalogue.ts'
import { carbonKinds, sourceKinds } from '../../sources/index.ts'
import type { Extensions } from '../extensions.ts'
import { withHint } from '../fields.ts'
import type { Finding } from '../problem.ts'
import { importModule } from './import-module.ts'
import { locateModule } from './locate-module.ts'
import { type ModuleOffer, readExports } from './read-exports.ts'

/** What the modules of a configuration bring, and what is wrong with them. */
export interface LoadedModules {
  readonly extensions: Extensions
  readonly findings: readonly Finding[]
}

/**
 * Loads the modules that a configuration names, one after another. They are code of whoever runs the gateway: from here on
 * it may do all that the gateway may do.
 */
export async function loadModules(names: readonly string[], folder: string): Promise<LoadedModules> {
  const extensions = { sources: new Map(), carbonSources: new Map(), ledgers: new Map(), tasks: new Map() }
  const findings: Finding[] = []
  for (const [index, name] of names.entries()) {
    try {
      const offer = readExports(await importModule(await locateModule(name, folder)))
      requireNewNames(offer, extensions)
      for (const [kind, source] of offer.sources) extensions.sources.set(kind, source)
      for (const [kind, source] of offer.carbonSources) extensions.carbonSources.set(kind, source)
      for (const [kind, ledger] of offer.ledgers) extensions.ledgers.set(kind, ledger)
      for (const [className, task] of offer.tasks) extensions.tasks.set(className, task)
    } catch (error) {
      if (!isEnergywebError(error)) throw error
      findings.push({ path: ['modules', index], message: withHint(error) })
    }
  }
  return { extensions, findings }
}

/** A name stands for one thing, whatever the order of the modules. */
function requireNewNames({ sources, carbonSources, ledgers, tasks }: ModuleOffer, known: Extensions): void {
  for (const kind of sources.keys()) {
    if (sourceKinds.includes(kind)) throw taken(`source kind "${kind}"`, 'energyweb')
    if (known.sources.has(kind)) throw taken(`source kind "${kind}"`, 'another module')
  }
  for (const kind of carbonSources.keys()) {
    if (carbonKinds.includes(kind)) throw taken(`carbon kind "${kind}"`, 'energyweb')
    if (known.carbonSources.has(kind)) throw taken(`carbon kind "${kind}"`, 'another module')
  }
  for (const kind of ledgers.keys()) {
    const isOurs = ['anchor', 'ipfs-pinning', 'kubo', 'origin-a', ...ledgerKinds].includes(kind)
    if (isOurs) throw taken(`ledger kind "${kind}"`, 'energyweb')
    if (known.ledgers.has(kind)) throw taken(`ledger kind "${kind}"`, 'another module')
  }
  for (const name of tasks.keys()) {
    if (known.tasks.has(name)) throw taken(`task class "${name}"`, 'another module')
  }
}

function taken(what: string, holder: string): EnergywebError {
  return new EnergywebError('module-refused', `the ${what} belongs to ${holder}`, {
    hint: 'Choose another name.',
  })
}
