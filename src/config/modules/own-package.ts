import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { z } from 'zod'

const root = new URL('../../../', import.meta.url)
const manifest = z.object({ exports: z.record(z.string(), z.unknown()) })
const entry = z.object({ default: z.string() })

let hooked = false

/**
 * From now on whoever imports `energyweb` gets the package that is running, wherever the importing file lies: a module
 * beside a configuration needs no installation of its own, and there is never a second copy whose classes are others. It
 * may import `zod` too, for the options of its sources; its own copy goes first.
 */
export function shareOwnPackage(): void {
  if (hooked) return
  hooked = true
  const addresses = ownAddresses()
  registerHooks({
    resolve(name, context, next) {
      const own = addresses.get(name)
      if (own !== undefined) return { url: own, shortCircuit: true }
      if (name !== 'zod') return next(name, context)
      try {
        return next(name, context)
      } catch {
        // Nothing is lost: where there is none beside the module, ours is asked for, and its own failure comes out.
        return next(name, { ...context, parentURL: import.meta.url })
      }
    },
  })
}

/** What the package exports, by the name to import. In a checkout that runs from source, the source. */
function ownAddresses(): ReadonlyMap<string, string> {
  const { exports } = manifest.parse(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')))
  const fromSource = import.meta.url.endsWith('.ts')
  return new Map(
    Object.entries(exports).flatMap(([path, given]) => {
      const read = entry.safeParse(given)
      if (!read.success) return []
      const { default: built } = read.data
      const file = fromSource ? built.replace(/^\.\/dist\/(.*)\.js$/, './src/$1.ts') : built
      return [[`energyweb${path.slice(1)}`, new URL(file, root).href]]
    }),
  )
}
