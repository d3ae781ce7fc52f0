import { BURST_SIZE } from './validation.ts'

/** What a framework's session holds, by key. */
export type StoredData = Readonly<Record<string, unknown>>

const PROFILE_PREFIX = 'profile.'

/** The session key of one profile entry. */
export function profileKeyOf(key: string): `profile.${string}` {
  return `${PROFILE_PREFIX}${key}`
}

/** The session key of one burst request. */
export function burstKeyOf(number: number): `burst.${number}` {
  return `burst.${number}`
}

/** The profile entries of a session, sorted by key. */
export function profileOf(data: StoredData): Record<string, string> {
  const entries = Object.entries(data)
    .filter((entry): entry is [string, string] => isProfileEntry(entry))
    .map(([key, value]) => [key.slice(PROFILE_PREFIX.length), value] as const)
    .toSorted(([left], [right]) => left.localeCompare(right))
  return Object.fromEntries(entries)
}

/** How many of the burst keys a session holds. */
export function burstCountOf(data: StoredData): number {
  const numbers = Array.from({ length: BURST_SIZE }, (_, index) => index + 1)
  return numbers.filter((number) => data[burstKeyOf(number)] === true).length
}

function isProfileEntry([key, value]: [string, unknown]): boolean {
  return key.startsWith(PROFILE_PREFIX) && typeof value === 'string'
}
