import { describe, expect, it } from 'vitest'

import { burstCountOf, burstNumberFrom, profileEntryFrom, profileOf, usernameFrom } from './index.ts'

describe('validation', () => {
  it('trims a username and limits its length', () => {
    expect(usernameFrom(' ada ')).toEqual({ ok: true, value: 'ada' })
    expect(usernameFrom('a'.repeat(64)).ok).toBe(true)
    for (const input of ['', '  ', 'a'.repeat(65), undefined, ['ada']])
      expect(usernameFrom(input).ok).toBe(false)
  })

  it('limits the key and the value of a profile entry', () => {
    expect(profileEntryFrom(' city ', 'Bern')).toEqual({ ok: true, value: { key: 'city', value: 'Bern' } })
    expect(profileEntryFrom('city', 'x'.repeat(500)).ok).toBe(true)
    expect(profileEntryFrom('city', 'x'.repeat(501)).ok).toBe(false)
    expect(profileEntryFrom('', 'Bern').ok).toBe(false)
    expect(profileEntryFrom('city', undefined).ok).toBe(false)
  })

  it('takes burst numbers from 1 to 20', () => {
    expect(burstNumberFrom('1')).toEqual({ ok: true, value: 1 })
    expect(burstNumberFrom('20')).toEqual({ ok: true, value: 20 })
    for (const text of ['0', '21', '1.5', '-1', '1e1', '', undefined])
      expect(burstNumberFrom(text).ok).toBe(false)
  })
})

describe('session data', () => {
  const data = {
    username: 'ada',
    'profile.b': '2',
    'profile.a': '1',
    'burst.1': true,
    'burst.20': true,
    'burst.21': true,
  }

  it('reads the profile from its own keys', () => {
    expect(Object.entries(profileOf(data))).toEqual([
      ['a', '1'],
      ['b', '2'],
    ])
  })

  it('keeps a profile key that is special in JavaScript', () => {
    expect(Object.entries(profileOf({ 'profile.__proto__': 'x' }))).toEqual([['__proto__', 'x']])
  })

  it('counts the burst keys', () => {
    expect(burstCountOf(data)).toBe(2)
  })
})
