import { pathToFileURL } from 'node:url'
import { installCounterpart } from '../counterparts/install.ts'

/** Why IPFS's own libraries are missing; undefined when they are there. */
export const missingLibraries = installCounterpart('ipfs')

/** Imports one of IPFS's own libraries, by its path in the folder of their packages. */
// biome-ignore lint/suspicious/noExplicitAny: these packages are none of the project's, so their types are not there.
export function library(path: string): Promise<any> {
  const root = new URL('../counterparts/ipfs/node_modules/', import.meta.url)
  return import(pathToFileURL(new URL(path, root).pathname).href)
}

/** Imports all that these tests hold our CIDs and CAR files against. */
export async function unixFsLibraries() {
  const [importer, layout, chunker, exporter, memory, car, cid] = await Promise.all([
    library('ipfs-unixfs-importer/dist/src/index.js'),
    library('ipfs-unixfs-importer/dist/src/layout/index.js'),
    library('ipfs-unixfs-importer/dist/src/chunker/index.js'),
    library('ipfs-unixfs-exporter/dist/src/index.js'),
    library('blockstore-core/dist/src/index.js'),
    library('@ipld/car/src/index.js'),
    library('multiformats/dist/src/cid.js'),
  ])
  return { ...importer, ...layout, ...chunker, ...exporter, ...memory, ...car, ...cid }
}
