import { burstScript } from './burst-script.ts'
import { escapeHtml } from './escape-html.ts'
import { layout, pageHeader } from './layout.ts'
import { maskedId } from './masked-id.ts'
import type { SessionView } from './session-view.ts'
import { BURST_SIZE, NAME_LIMIT, VALUE_LIMIT } from './validation.ts'

const TITLE = 'One session, many servers'

/** The example's page as a complete HTML document. */
export function page(view: SessionView): string {
  const sections = [
    pageHeader(TITLE, view),
    visitsSection(view),
    view.username === undefined ? loginSection() : greetingSection(view.username),
    profileSection(view.profile),
    burstSection(view.burst),
    trySection(),
    `<script>${burstScript}</script>`,
  ]
  return layout(TITLE, sections.join('\n'))
}

/** One line that tells which session this is without giving its id away. */
export function sessionLine(sessionId: string | undefined): string {
  if (sessionId === undefined) return '<p class="soft">No session yet.</p>'
  return `<p class="soft">Session <code id="session-tag">${maskedId(sessionId)}</code> (a tag, not the id)</p>`
}

function visitsSection(view: SessionView): string {
  return `<section>
<h2>Visits in this session</h2>
<p class="count" id="visits">${view.visits}</p>
${sessionLine(view.sessionId)}
</section>`
}

function loginSection(): string {
  return `<section>
<h2>Log in</h2>
<form method="post" action="/login" id="login">
<label>Username (any will do)
<input name="username" id="login-username" required maxlength="${NAME_LIMIT}" autocomplete="username"></label>
<button id="login-button">Log in</button>
</form>
</section>`
}

function greetingSection(username: string): string {
  return `<section>
<h2>Hello, <span id="username">${escapeHtml(username)}</span></h2>
<form method="post" action="/logout" id="logout"><button id="logout-button">Log out</button></form>
</section>`
}

function profileSection(profile: SessionView['profile']): string {
  return `<section>
<h2>Profile</h2>
<table id="profile" aria-label="Profile">
<thead><tr><th scope="col">Key</th><th scope="col">Value</th></tr></thead>
<tbody>${Object.entries(profile).map(profileRow).join('')}</tbody>
</table>
<form method="post" action="/profile" id="profile-form">
<label>Key<input name="key" id="profile-key" required maxlength="${NAME_LIMIT}" autocomplete="off"></label>
<label>Value<input name="value" id="profile-value" maxlength="${VALUE_LIMIT}" autocomplete="off"></label>
<button id="profile-button">Save</button>
</form>
</section>`
}

function profileRow([key, value]: [string, string]): string {
  return `<tr><th scope="row">${escapeHtml(key)}</th><td>${escapeHtml(value)}</td></tr>`
}

function burstSection(burst: number): string {
  const result = burst === 0 ? 'Not tried yet' : `${burst} of ${BURST_SIZE} keys are in the session`
  return `<section>
<h2>Parallel requests</h2>
<p>Each request writes its own key to the session. None of them may get lost.</p>
<button type="button" id="burst-button">${BURST_SIZE} requests at once</button>
<p id="burst-result" role="status">${result}</p>
</section>`
}

function trySection(): string {
  return `<section>
<h2>What to try</h2>
<ul>
<li>Refresh: with several instances another one serves the page, and the session is the same.</li>
<li>Open a second tab and add different profile entries in both: both stay.</li>
<li>Stop an instance: the others go on, and you are still logged in.</li>
<li>Open <a href="/test?name=Ada">/test?name=Ada</a>, then <a href="/test">/test</a>: the name is kept.</li>
</ul>
</section>`
}
