// Packs the public packages, installs them into an empty project with npm, loads and type-checks them both ways,
// and runs the README's program once.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const packages = readdirSync('packages')
  .map((name) => JSON.parse(readFileSync(join('packages', name, 'package.json'), 'utf8')))
  .filter((pkg) => !pkg.private)
const names = packages.map((pkg) => pkg.name)
const extras = ['express@5', '@types/express@5', '@types/express-session', '@types/node@20', 'typescript']
const each = (line) =>
  names.map((name, i) => `${line(name, i)}\nconsole.log('${name}', Object.keys(m${i}).join())\n`).join('')
const esm = each((name, i) => `import * as m${i} from '${name}'`)
const cjs = each((name, i) => `const m${i} = require('${name}')`)

const readme = /```js\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))[1]
// What a laptop needs beside the program as it stands: the embedded engine, a table, plain HTTP and a free port.
const program = `
import { createSessions } from '@dynamodb-session/core'
import { startLocalDynamoDB } from '@dynamodb-session/local'
const local = await startLocalDynamoDB()
process.env.DYNAMODB_ENDPOINT_URL = local.endpoint
await createSessions({ deadline: { totalMs: 5000, attemptMs: 2000 } }).createTable()
${readme
  .replace('app.listen(3000)', "const server = app.listen(0, '127.0.0.1', visit)")
  .replace('secret: process.env.SESSION_SECRET', "secret: 'x'.repeat(32), cookie: { secure: false }")}
async function visit() {
  const url = \`http://127.0.0.1:\${server.address().port}/\`
  const first = await fetch(url)
  const cookie = first.headers.getSetCookie()[0].split(';')[0]
  console.log(await first.text(), '/', await (await fetch(url, { headers: { cookie } })).text())
  server.close()
  server.closeAllConnections()
  await local.stop()
}
`
const types = `
import { dynamoDBSession } from '@dynamodb-session/express'
import express from 'express'
declare module '@dynamodb-session/express' { interface SessionData { visits: number } }
const app = express()
app.use(dynamoDBSession({ table: 'sessions', secret: 'x'.repeat(32) }))
app.get('/', (req, res) => { req.session.visits = (req.session.visits ?? 0) + 1; res.send('ok') })
// @ts-expect-error unknown data is an error
app.get('/x', (req) => req.session.nothing)
`

const dir = mkdtempSync(join(tmpdir(), 'smoke-'))
const options = {
  cwd: dir,
  encoding: 'utf8',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
}
const run = (command, ...args) =>
  execFileSync(command, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] })

function running(file) {
  return new Promise((resolve, reject) => {
    const child = spawn('node', [file], { ...options, stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk) => (text += chunk))
    child.on('exit', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${file} ended with ${code}: ${text}`)),
    )
    setTimeout(() => child.kill('SIGKILL'), 60_000).unref()
  })
}

try {
  execFileSync('pnpm', [
    '-r',
    ...names.flatMap((name) => ['--filter', name]),
    'pack',
    '--pack-destination',
    dir,
  ])
  const tarballs = readdirSync(dir).map((file) => `./${file}`)
  writeFileSync(join(dir, 'package.json'), '{ "private": true }')
  run('npm', 'install', '--silent', '--no-audit', '--no-fund', ...tarballs, ...extras)
  writeFileSync(join(dir, 'main.mjs'), esm)
  writeFileSync(join(dir, 'main.cjs'), cjs)
  run('node', 'main.mjs')
  run('node', 'main.cjs')
  // Some hosts and test runners cannot require an ES module.
  run('node', '--no-experimental-require-module', 'main.cjs')
  writeFileSync(join(dir, 'types.mts'), esm + types)
  writeFileSync(join(dir, 'types.cts'), cjs.replaceAll('const', 'import'))
  run('npx', 'tsc', '--noEmit', '--strict', '--skipLibCheck', '--module', 'node16', 'types.mts', 'types.cts')
  writeFileSync(join(dir, 'readme.mjs'), program)
  const said = await running('readme.mjs')
  if (!said.includes('visit 1 / visit 2')) throw new Error(`the README's program said: ${said}`)
  console.log('smoke: installed from tarballs, loaded as ESM and CommonJS, typed, README program run')
} finally {
  rmSync(dir, { recursive: true, force: true })
}
