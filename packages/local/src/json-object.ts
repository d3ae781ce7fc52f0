/** A JSON object whose fields are not known yet. */
export type JSONObject = Record<string, unknown>

/** Whether a value is an object with fields: neither null nor a list. */
export function isJSONObject(value: unknown): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object a body holds, or `undefined` if it holds anything else. */
export function parseJSONObject(body: Buffer): JSONObject | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return isJSONObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
