/** How many requests the burst button makes. */
export const BURST_SIZE = 20

/** The longest username and the longest profile key, in characters. */
export const NAME_LIMIT = 64

/** The longest profile value, in characters. */
export const VALUE_LIMIT = 500

/** An input that is valid, or the text that tells the visitor why it is not. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: string }

/** One key and value of the profile. */
export interface ProfileEntry {
  readonly key: string
  readonly value: string
}

/** The trimmed username, 1 to 64 characters. */
export function usernameFrom(input: unknown): Checked<string> {
  return shortTextFrom(input, 'The username')
}

/** The trimmed `name` of `GET /test?name=…`, 1 to 64 characters. */
export function nameFrom(input: unknown): Checked<string> {
  return shortTextFrom(input, 'The name')
}

/** The profile entry: a trimmed key of 1 to 64 characters, a value of at most 500. */
export function profileEntryFrom(key: unknown, value: unknown): Checked<ProfileEntry> {
  const checkedKey = shortTextFrom(key, 'The key')
  if (!checkedKey.ok) return checkedKey
  if (typeof value !== 'string') return failure('The value must be a text.')
  if (value.length > VALUE_LIMIT) return failure(`The value must have at most ${VALUE_LIMIT} characters.`)
  return { ok: true, value: { key: checkedKey.value, value } }
}

/** The number of a burst request, a whole number from 1 to 20. */
export function burstNumberFrom(text: unknown): Checked<number> {
  const number = typeof text === 'string' && /^[1-9]\d?$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= BURST_SIZE) return { ok: true, value: number }
  return failure(`The burst number must be a whole number from 1 to ${BURST_SIZE}.`)
}

function shortTextFrom(input: unknown, what: string): Checked<string> {
  if (typeof input !== 'string') return failure(`${what} must be a text.`)
  const text = input.trim()
  if (text === '') return failure(`${what} must not be empty.`)
  if (text.length > NAME_LIMIT) return failure(`${what} must have at most ${NAME_LIMIT} characters.`)
  return { ok: true, value: text }
}

function failure(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error }
}
