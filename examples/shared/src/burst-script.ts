import { BURST_SIZE } from './validation.ts'

/** The page's only script: twenty requests at once, then how many of their keys the session holds. */
export const burstScript = `
const button = document.getElementById('burst-button')
const result = document.getElementById('burst-result')
async function runBurst() {
  const numbers = Array.from({ length: ${BURST_SIZE} }, (_, index) => index + 1)
  const answers = await Promise.all(numbers.map((number) => fetch('/burst/' + number, { method: 'POST' })))
  const failed = answers.filter((answer) => !answer.ok).length
  const answer = await fetch('/api/session', { cache: 'no-store' })
  if (!answer.ok) throw new Error('GET /api/session answered ' + answer.status)
  const session = await answer.json()
  const failures = failed === 0 ? '' : ' (' + failed + ' requests failed)'
  result.textContent = session.burst + ' of ${BURST_SIZE} keys are in the session' + failures
}
button.addEventListener('click', async () => {
  button.disabled = true
  result.textContent = 'Sending…'
  try {
    await runBurst()
  } catch (error) {
    result.textContent = 'The burst failed: ' + error.message
  }
  button.disabled = false
})
`
