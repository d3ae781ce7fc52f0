import { escapeHtml } from './escape-html.ts'
import { layout } from './layout.ts'

/** The page for a request that failed. The message is text and is shown to the visitor. */
export function errorPage(status: number, message: string): string {
  const content = `<header><h1>Error ${status}</h1></header>
<section><p id="error" role="alert">${escapeHtml(message)}</p><a href="/">Back</a></section>`
  return layout(`Error ${status}`, content)
}
