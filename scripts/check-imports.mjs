// Imports go down only, and adapters know the public door of core and nothing deeper.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const IMPORT = /from '([^']+)'/g
const ADAPTERS = ['express', 'koa', 'fastify', 'hono']
const faults = []

function sources(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => ({ file: join(folder, file), text: readFileSync(join(folder, file), 'utf8') }))
}

function forbid(folder, isForbidden, why) {
  for (const { file, text } of sources(folder)) {
    for (const [, name] of text.matchAll(IMPORT)) {
      if (isForbidden(name, file)) faults.push(`${file} imports ${name}: ${why}`)
    }
  }
}

forbid(
  'packages/core/src/dynamodb',
  (name) => /sessions\.ts$|options\.ts$/.test(name),
  'dynamodb/ knows no sessions',
)
forbid(
  'packages/core/src',
  (name) => /^(express|koa|fastify|hono|@dynamodb-session)/.test(name),
  'core knows no framework',
)
forbid(
  'packages/core/src',
  (name, file) => name.startsWith('@aws-sdk/') && !file.endsWith('transport.ts'),
  'only transport.ts knows the AWS SDK',
)
forbid('packages/core/src', (name) => /(^|\/)index\.ts$/.test(name), 'index.ts is a door, not a room')
for (const folder of readdirSync('packages').filter((name) => ADAPTERS.includes(name))) {
  forbid(
    `packages/${folder}/src`,
    (name) => name.startsWith('@aws-sdk/') || /^@dynamodb-session\/(?!core$)/.test(name),
    'an adapter imports core by its public door, its framework, and nothing else',
  )
}

if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exit(1)
}
