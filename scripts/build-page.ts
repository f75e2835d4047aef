// The verifier web page: one HTML file with its style and program inside, and a policy that allows these two and nothing else.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

/** In their order: what stands later counts. */
const styles = ['page', 'inputs', 'verdict', 'report', 'steps', 'tables', 'plot', 'path', 'screens']

const folder = join(import.meta.dirname, '../web/verify')

/** The page's text. */
export async function buildPage(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))
  const style = styles
    .map(name => shortened(readFileSync(join(folder, `style/${name}.css`), 'utf8')))
    .join('')
  const script = await program()
  return filled(readFileSync(join(folder, 'index.html'), 'utf8'), {
    version,
    style,
    script,
    policy: policyOf({ style, script }),
  })
}

/** Without what is for those who read the file. */
function shortened(style: string): string {
  return style.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/\n\s*/g, '\n')
}

async function program(): Promise<string> {
  const bundle = await rolldown({
    input: join(folder, 'main.ts'),
    platform: 'browser',
    // The package says that its modules do nothing when they are imported; this one starts the page.
    treeshake: { moduleSideEffects: file => file.endsWith('verify/main.ts') },
  })
  const { output } = await bundle.generate({ format: 'iife', minify: true })
  await bundle.close()
  if (output.length !== 1) throw new Error(`the page's program must be one chunk, not ${output.length}`)
  // Inside a script element these would end it, or begin a comment.
  return output[0].code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')
}

/** No connection, no frame, no form, no other script: whatever a hostile file makes of the page, nothing can leave it. */
function policyOf({ style, script }: { style: string; script: string }): string {
  return [
    "default-src 'none'",
    // WebAssembly is for keccak-256, ten times as fast as without.
    `script-src '${hashOf(script)}' 'wasm-unsafe-eval'`,
    'worker-src blob:',
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types energyweb-worker',
  ].join('; ')
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function filled(template: string, parts: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const part = parts[name]
    if (part === undefined) throw new Error(`the page has no ${name}`)
    return part
  })
}
