import { describe, expect, it } from 'vitest'

import { apiSession, errorPage, escapeHtml, maskedId, page, type SessionView, testPage } from './index.ts'

const attack = `"><script>alert('x')</script>&`
const sessionId = 'q9ZsUx0Vt3fLr8KpWm2nYb7cJd4hGa1e'
const view: SessionView = { framework: 'Express', instance: 'A', profile: {}, visits: 3, burst: 0, sessionId }

function windowsOf(id: string): string[] {
  return Array.from({ length: id.length - 7 }, (_, start) => id.slice(start, start + 8))
}

describe('escaping', () => {
  it('escapes every special character', () => {
    expect(escapeHtml(`&<>"'`)).toBe('&amp;&lt;&gt;&quot;&#39;')
  })

  it('escapes all content in all pages', () => {
    const hostile = { ...view, framework: attack, instance: attack, username: attack, name: attack }
    const pages = [page({ ...hostile, profile: { [attack]: attack } }), testPage({ view: hostile })]
    for (const html of [...pages, errorPage(400, attack)]) {
      expect(html).not.toContain('<script>alert')
      expect(html).toContain(escapeHtml(attack))
    }
  })
})

describe('session id', () => {
  it('is masked by a short stable tag', () => {
    expect(maskedId(sessionId)).toMatch(/^[0-9a-f]{6}$/)
    expect(maskedId(sessionId)).toBe(maskedId(sessionId))
    expect(maskedId(`${sessionId}x`)).not.toBe(maskedId(sessionId))
  })

  it('never shows eight of its characters', () => {
    const texts = [page(view), testPage({ view }), JSON.stringify(apiSession(view))]
    for (const text of texts) expect(windowsOf(sessionId).filter((part) => text.includes(part))).toEqual([])
    expect(page(view)).toContain(maskedId(sessionId))
  })
})

describe('views', () => {
  it('shows the login form, or the greeting and the logout form', () => {
    expect(page(view)).toContain('action="/login"')
    expect(page(view)).not.toContain('action="/logout"')
    const loggedIn = page({ ...view, username: 'ada' })
    expect(loggedIn).toContain('<span id="username">ada</span>')
    expect(loggedIn).not.toContain('action="/login"')
  })

  it('has every id that browser tests look for', () => {
    const html = page({ ...view, username: 'ada', profile: { city: 'Bern' } })
    const ids = ['username', 'visits', 'served-by', 'burst-button', 'burst-result', 'profile']
    for (const id of ids) expect(html.split(`id="${id}"`)).toHaveLength(2)
    expect(html).toContain('<th scope="row">city</th><td>Bern</td>')
    expect(html).toContain('Express · instance A')
  })

  it('answers null for what is absent', () => {
    expect(apiSession(view)).toEqual({
      framework: 'Express',
      instance: 'A',
      username: null,
      profile: {},
      visits: 3,
      burst: 0,
      name: null,
    })
  })
})
