import { describe, expect, it } from 'vitest'
import { isSessionId, keysWith, newSessionId, newWriteId, refOf } from './session-id.ts'

const SECRET = 'a'.repeat(32)
const OLD_SECRET = 'b'.repeat(32)

describe('a session id', () => {
  it('has 43 characters of base64url, which are 256 bits', () => {
    const id = newSessionId()
    expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(Buffer.from(id, 'base64url')).toHaveLength(32)
  })

  it('never comes twice', () => {
    const ids = new Set(Array.from({ length: 100_000 }, newSessionId))
    expect(ids.size).toBe(100_000)
  })

  it('is recognised', () => {
    expect([newSessionId(), 'a'.repeat(22), 'a'.repeat(128)].every(isSessionId)).toBe(true)
  })

  it.each([
    undefined,
    null,
    42,
    {},
    [newSessionId()],
    '',
    'short',
    'a'.repeat(21),
    'a'.repeat(129),
    `${'a'.repeat(30)}\n`,
    `${'a'.repeat(30)} `,
    `${'a'.repeat(30)}.`,
    `${'a'.repeat(30)}%00`,
    `${'a'.repeat(30)}/../`,
    `s:${'a'.repeat(30)}`,
    'é'.repeat(30),
  ])('is not recognised in %j', (id) => {
    expect(isSessionId(id)).toBe(false)
  })
})

describe('the mark of a write', () => {
  it('is short, new each time and free of the separator', () => {
    expect(newWriteId()).toMatch(/^[\w-]{12}$/)
    expect(newWriteId()).not.toBe(newWriteId())
  })
})

describe('keys', () => {
  it('do not show the id', () => {
    const id = newSessionId()
    for (const key of [...keysWith([])(id), ...keysWith([SECRET])(id)]) {
      expect(key).toMatch(/^s#[\w-]{43}$/)
      expect(key).not.toContain(id)
    }
  })

  it('depend on the id and on the secret', () => {
    const [plain] = keysWith([])('x')
    const [keyed] = keysWith([SECRET])('x')
    const [other] = keysWith([SECRET])('y')
    expect(new Set([plain, keyed, other]).size).toBe(3)
  })

  it('begin with the first secret and go on with the others', () => {
    const [old] = keysWith([OLD_SECRET])('x')
    const [current] = keysWith([SECRET])('x')
    expect(keysWith([SECRET, OLD_SECRET])('x')).toEqual([current, old])
  })
})

describe('the reference in events', () => {
  it('is eight hex digits that do not occur in the key', () => {
    expect(refOf('s#key')).toMatch(/^[0-9a-f]{8}$/)
    expect(refOf('s#key')).toBe(refOf('s#key'))
    expect(refOf('s#key')).not.toBe(refOf('s#other'))
  })
})
