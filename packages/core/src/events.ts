/** What an operator may listen to. `ref` stands for the session: eight hex digits that lead to no id. */
export type SessionEvent = { ref: string } & (
  | { type: 'created' | 'updated'; sizeBytes: number }
  | { type: 'touched' | 'destroyed' | 'regenerated' | 'expired' | 'unknown' | 'usedAfterDestroy' | 'corrupt' }
  /** A write found the session ended meanwhile: nothing was written. */
  | { type: 'gone'; operation: 'create' | 'update' | 'touch' | 'regenerate' }
  /** Two requests changed the same data keys; `resolution` says whose value is stored now. */
  | { type: 'conflict'; dataKeys: readonly string[]; resolution: 'later-wins' | 'merged' }
  /** The answer of an earlier attempt was lost; the write had been applied, once. */
  | { type: 'recovered'; operation: 'create' | 'update' | 'touch' | 'destroy' }
  /** Stored data keys that would shadow a method or change a prototype; they were left out. */
  | { type: 'droppedKeys'; dataKeys: readonly string[] }
  | { type: 'large'; sizeBytes: number }
  | { type: 'malformed' }
  | { type: 'unavailable'; operation: string; cause: unknown }
)

/** Receives every event, synchronously. An exception thrown here is reported and harms nothing. */
export type EventListener = (event: SessionEvent) => void

/** Calls the listener and keeps its faults away from the session. */
export function emitterOf(listener: EventListener | undefined): EventListener {
  if (!listener) return () => {}
  return (event) => {
    try {
      listener(event)
    } catch (error) {
      console.error('dynamodb-session: onEvent threw', error)
    }
  }
}
