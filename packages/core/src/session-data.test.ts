import { describe, expect, it } from 'vitest'
import { encodeData, isReserved, parseValue } from './session-data.ts'

const NONE = new Set<string>()

function encoded(data: object): Record<string, string> {
  return Object.fromEntries(encodeData(data, NONE, new Map()))
}

/** The error that encoding ends with. */
function refusalOf(data: object, reserved = NONE): unknown {
  try {
    encodeData(data, reserved, new Map())
  } catch (error) {
    return error
  }
  return undefined
}

const circular: Record<string, unknown> = {}
circular['self'] = circular

describe('data', () => {
  it('becomes one JSON text for each data key', () => {
    expect(encoded({ user: 'alice', cart: [1, { a: null }], ok: true })).toEqual({
      user: '"alice"',
      cart: '[1,{"a":null}]',
      ok: 'true',
    })
  })

  it('stores a Date as JSON does', () => {
    expect(encoded({ at: new Date(0), deep: { at: new Date(0) } })).toEqual({
      at: '"1970-01-01T00:00:00.000Z"',
      deep: '{"at":"1970-01-01T00:00:00.000Z"}',
    })
  })

  it('leaves out what is undefined', () => {
    expect(encoded({ gone: undefined, deep: { gone: undefined } })).toEqual({ deep: '{}' })
  })

  it('leaves out an undefined value under a reserved name', () => {
    expect(encodeData({ cookie: undefined }, new Set(['cookie']), new Map()).size).toBe(0)
  })

  it.each([
    ['a BigInt', 1n],
    ['circular data', circular],
    ['a function', () => 1],
    ['a nested function', { a: [() => 1] }],
    ['a symbol', Symbol('x')],
    ['a Map', new Map([[1, 2]])],
    ['a nested Map', { a: new Map() }],
    ['a Set', new Set([1])],
    ['an Error', new Error('x')],
    ['a RegExp', /x/],
    ['a nested __proto__', JSON.parse('{"a":{"__proto__":1}}')],
  ])('refuses %s and names the data key in the cause alone', (_name, value) => {
    expect(refusalOf({ basket: value })).toMatchObject({
      code: 'INVALID_DATA',
      message: expect.not.stringContaining('basket'),
      cause: { message: expect.stringContaining('"basket"') },
    })
  })

  it.each(['', 'constructor', 'prototype', '__proto__', 'cookie'])('refuses the data key "%s"', (key) => {
    const data = Object.defineProperty({}, key, { value: 1, enumerable: true })
    expect(refusalOf(data, new Set(['cookie']))).toMatchObject({ code: 'INVALID_DATA' })
    expect(isReserved(key, new Set(['cookie']))).toBe(true)
  })

  it('refuses a BigInt also under a data key whose JSON is known', () => {
    const known = new Map([['a', '{}']])
    expect(() => encodeData({ a: { b: 1n } }, NONE, known)).toThrow(
      expect.objectContaining({ code: 'INVALID_DATA' }),
    )
  })
})

describe('a stored value', () => {
  it.each([
    ['plain', '{"a":1,"__proto__":{"admin":true}}', { a: 1 }],
    ['deep', '{"a":[{"b":{"__proto__":{"admin":true}}}]}', { a: [{ b: {} }] }],
    ['escaped', '{"a":1,"\\u005f_proto_\\u005f":{"admin":true}}', { a: 1 }],
    ['escaped in capitals', '{"\\u005F\\u005Fproto\\u005F\\u005F":{"admin":true}}', {}],
    ['partly escaped', '{"__\\u0070roto__":{"admin":true}}', {}],
  ])('loses a __proto__ that is %s', (_name, json, value) => {
    const parsed = parseValue(json)
    expect(parsed).toEqual(value)
    expect(JSON.stringify(parsed)).toBe(JSON.stringify(value))
    expect((parsed as { admin?: boolean }).admin).toBeUndefined()
  })

  it.each(['null', '"__proto__"', '"\\u0000é"', '[1,"\\\\u005f"]', '{"a":{"b":[true]}}'])(
    'is read as %s',
    (json) => {
      expect(parseValue(json)).toEqual(JSON.parse(json))
    },
  )
})
