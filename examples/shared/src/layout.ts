import { escapeHtml } from './escape-html.ts'
import type { SessionView } from './session-view.ts'
import { stylesheet } from './stylesheet.ts'

/** A complete HTML document. The title is text; the content is HTML that is already escaped. */
export function layout(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${stylesheet}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`
}

/** The heading, with a badge that names the framework and the instance that served the page. */
export function pageHeader(title: string, view: SessionView): string {
  const servedBy = `${escapeHtml(view.framework)} · instance ${escapeHtml(view.instance)}`
  return `<header>
<h1>${escapeHtml(title)}</h1>
<span class="badge" id="served-by" aria-label="Served by ${servedBy}">${servedBy}</span>
</header>`
}
