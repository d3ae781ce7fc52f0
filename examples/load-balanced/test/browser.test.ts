import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { LoadBalanced } from '../src/start-load-balanced.ts'
import { startForTest } from './start.ts'

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const hasChromium = existsSync(executablePath)
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
]

if (!hasChromium) console.log(`skipped: no Chromium at ${executablePath}; set CHROMIUM_PATH`)

describe.runIf(hasChromium)('in a browser', () => {
  let balanced: LoadBalanced
  let browser: Browser

  beforeAll(async () => {
    balanced = await startForTest()
    browser = await chromium.launch({ executablePath, args })
  })

  afterAll(async () => {
    await browser?.close()
    await balanced?.close()
  })

  it('is one session on two instances', async () => {
    const page = await browser.newPage()
    await page.goto(balanced.origin)
    await page.fill('#login-username', 'ada')
    await page.click('#login-button')
    await page.waitForSelector('#username')
    const first = await servedBy(page)
    await page.reload()
    expect(await servedBy(page)).not.toBe(first)
    expect(await page.textContent('#username')).toBe('ada')

    await page.click('#burst-button')
    await page.waitForSelector('#burst-result:has-text("20 of 20")')
    await page.screenshot({ path: join(tmpdir(), 'dynamodb-session-load-balanced.png'), fullPage: true })

    await balanced.stopInstance('A')
    for (const _ of [1, 2]) {
      await page.reload()
      expect(await servedBy(page)).toBe('Express · instance B')
      expect(await page.textContent('#username')).toBe('ada')
    }
    await page.click('#logout-button')
    await page.waitForSelector('#login-button')
  })
})

function servedBy(page: Page): Promise<string | null> {
  return page.textContent('#served-by')
}
