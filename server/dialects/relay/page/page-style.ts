/** Style of the test page: light and dark, from a phone to a wide screen. */
export const pageStyle = `:root {
  color-scheme: light dark;
  --back: #f4f6f9; --card: #fff; --text: #18202b; --soft: #5a6675; --line: #d9dfe7;
  --accent: #1f5fd6; --on-accent: #fff; --code: #f0f3f7;
  --good: #12804a; --wait: #9a6200; --bad: #c22f2f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #10141a; --card: #181e26; --text: #e6ebf2; --soft: #9aa7b6; --line: #2a333f;
    --accent: #6ea3ff; --on-accent: #0c1420; --code: #10151c;
    --good: #4cc38a; --wait: #e0a63a; --bad: #ff7b72;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
header, main { max-width: 60rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1rem; padding-top: 1.25rem; padding-bottom: 1rem; }
h1 { display: flex; align-items: center; gap: .6rem; margin: 0; font-size: 1.35rem; }
h2 { margin: 0; font-size: 1rem; }
#status { display: flex; align-items: center; gap: .5rem; margin: 0; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 2rem; background: var(--card); font-size: .9rem; }
.dot { width: .6rem; height: .6rem; border-radius: 50%; background: var(--soft); }
[data-state=open] .dot { background: var(--good); }
[data-state=waiting] .dot { background: var(--wait); }
[data-state=refused] .dot { background: var(--bad); }
form, section { margin-bottom: 1rem; padding: 1rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); }
form { display: grid; grid-template-columns: auto 1fr auto; align-items: center; gap: .75rem; }
#hint { grid-column: 1 / -1; margin: 0; color: var(--soft); font-size: .9rem; }
label { font-weight: 600; }
input, button { min-height: 2.75rem; padding: .4rem .9rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--back); color: var(--text); font: inherit; }
input { width: 100%; min-width: 0; }
::placeholder { color: var(--soft); opacity: 1; }
button { cursor: pointer; font-weight: 600; }
button[type=submit] { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
button[aria-pressed=true] { border-color: var(--wait); color: var(--wait); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; }
.bar h2 { flex: 1 0 auto; }
.bar input { flex: 1 1 10rem; max-width: 18rem; }
.count { padding: .1rem .5rem; border-radius: 1rem; background: var(--code); color: var(--soft); font-weight: 400; font-variant-numeric: tabular-nums; }
.empty { margin: 1.5rem 0; color: var(--soft); text-align: center; }
ol { margin: .75rem 0 0; padding: 0; list-style: none; }
li { padding: .75rem 0; border-top: 1px solid var(--line); }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .75rem; }
.channel { color: var(--accent); font-weight: 600; overflow-wrap: anywhere; }
time, .size { color: var(--soft); font-size: .85rem; font-variant-numeric: tabular-nums; }
.size { margin-left: auto; }
pre { max-height: 16rem; margin: .4rem 0 0; padding: .6rem .75rem; overflow: auto; border-radius: .5rem; background: var(--code); font: .85rem/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 34rem) {
  form { grid-template-columns: 1fr; }
  .bar h2, .bar input { flex-basis: 100%; max-width: none; }
  .bar button { flex: 1; }
}
`;

/** One message that becomes many. */
export const pageIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1f5fd6"/><g fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"><path d="M11 16h4c4 0 3-8 7-8M15 16h7M15 16c4 0 3 8 7 8"/></g><g fill="#fff"><circle cx="9" cy="16" r="3.2"/><circle cx="24" cy="8" r="2.2"/><circle cx="24" cy="16" r="2.2"/><circle cx="24" cy="24" r="2.2"/></g></svg>
`;
