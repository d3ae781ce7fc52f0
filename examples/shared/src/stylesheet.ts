/** The style of every example page, inlined by `layout`. */
export const stylesheet = `
:root { color-scheme: light dark; --back: #f4f5f8; --card: #fff; --text: #1b1f2a; --soft: #596074;
  --line: #d9dde6; --accent: #3a4fd0; --on-accent: #fff }
@media (prefers-color-scheme: dark) { :root { --back: #12141b; --card: #1c1f2a; --text: #e9ebf2;
  --soft: #a3aabd; --line: #353a4a; --accent: #93a2ff; --on-accent: #12141b } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; display: grid; gap: 1rem }
header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between }
h1 { margin: 0; font-size: 1.5rem } h2 { margin: 0 0 .5rem; font-size: 1.1rem }
p { margin: .25rem 0 .75rem } p:last-child { margin-bottom: 0 }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem;
  min-width: 0 }
.badge { background: var(--accent); color: var(--on-accent); border-radius: 2rem; padding: .2rem .9rem;
  font-weight: 600 }
.count { font-size: 2.25rem; font-weight: 700; line-height: 1.1 }
.soft { color: var(--soft) }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end }
label { display: grid; flex: 1 1 10rem; gap: .2rem; font-size: .9rem; color: var(--soft) }
input, button { font: inherit; min-height: 2.75rem; border-radius: .5rem; padding: .4rem .8rem }
input { width: 100%; border: 1px solid var(--soft); background: var(--back); color: var(--text) }
button { border: 0; background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer }
button:disabled { opacity: .6; cursor: wait }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
table { width: 100%; border-collapse: collapse; margin-bottom: 1rem; table-layout: fixed }
th, td { text-align: left; padding: .4rem .25rem; border-bottom: 1px solid var(--line); vertical-align: top }
th, td, #username, #name { overflow-wrap: anywhere }
a { color: var(--accent) } ul { margin: 0; padding-left: 1.2rem }
`
