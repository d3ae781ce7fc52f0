import { escapeHtml } from './escape-html.ts'
import { layout, pageHeader } from './layout.ts'
import { sessionLine } from './page.ts'
import type { SessionView } from './session-view.ts'

/** What the page of `GET /test?name=…` shows. */
export interface TestPageOptions {
  readonly view: SessionView
}

/** The page of `GET /test?name=…`: the name the session holds, and the session's tag. */
export function testPage({ view }: TestPageOptions): string {
  const content = `${pageHeader('Test', view)}
<section>
<h2>Name in this session</h2>
${nameLine(view.name)}
${sessionLine(view.sessionId)}
</section>
<section><a href="/">Back</a></section>`
  return layout('Test', content)
}

function nameLine(name: string | undefined): string {
  if (name === undefined) return '<p>None yet; open <a href="/test?name=Ada">/test?name=Ada</a>.</p>'
  return `<p class="count" id="name">${escapeHtml(name)}</p>`
}
