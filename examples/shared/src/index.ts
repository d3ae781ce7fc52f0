/**
 * What all example applications share: views, validation and the names of the session keys.
 *
 * How the routes keep their data in the session:
 * - `username` (string), `visits` (number) and `name` (string, from `GET /test?name=…`);
 * - one key per profile entry, `profile.<key>` (string), so two tabs that add different entries
 *   at the same time both keep theirs: `profileKeyOf` names it, `profileOf` reads them all;
 * - one key per burst request, `burst.<n>` = `true`: `burstKeyOf` names it, `burstCountOf` counts them.
 */
export { burstScript } from './burst-script.ts'
export { errorPage } from './error-page.ts'
export { escapeHtml } from './escape-html.ts'
export { maskedId } from './masked-id.ts'
export { page } from './page.ts'
export { burstCountOf, burstKeyOf, profileKeyOf, profileOf, type StoredData } from './session-data.ts'
export { apiSession, type ApiSession, type SessionView } from './session-view.ts'
export { stylesheet } from './stylesheet.ts'
export { testPage, type TestPageOptions } from './test-page.ts'
export {
  BURST_SIZE,
  burstNumberFrom,
  type Checked,
  nameFrom,
  type ProfileEntry,
  profileEntryFrom,
  usernameFrom,
} from './validation.ts'
