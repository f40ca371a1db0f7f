/// The look of a page. It is part of the page, so that the page needs no other file.
let stylesheet = """
  :root { color-scheme: light dark;
    --paper: #ffffff; --card: #f6f8fa; --ink: #1b1f24; --muted: #57606a; --rule: #d0d7de;
    --s0: #0b62b8; --s1: #b4450b; --s2: #0a7552; --s3: #7a3fb0; --s4: #7d6100; --s5: #a8326e;
    --good: #0a7552; --warning: #8a5a00; --bad: #b3261e; }
  @media (prefers-color-scheme: dark) { :root {
    --paper: #0d1117; --card: #161b22; --ink: #e6edf3; --muted: #9da7b1; --rule: #30363d;
    --s0: #62aeff; --s1: #ff9d5c; --s2: #4cc9a0; --s3: #c79bff; --s4: #e3c04b; --s5: #ff8fc0;
    --good: #4cc9a0; --warning: #e3b341; --bad: #ff8a80; } }
  * { box-sizing: border-box; }
  html { -webkit-text-size-adjust: 100%; }
  body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 1220px; margin: 0 auto; padding: 16px; overflow-wrap: anywhere; }
  h1 { font-size: 1.6rem; line-height: 1.2; margin: .4em 0 .2em; }
  h2 { font-size: 1.25rem; margin: 2em 0 .5em; border-bottom: 1px solid var(--rule); padding-bottom: .2em; }
  h3 { font-size: 1rem; margin: 0 0 .25em; }
  p { margin: .5em 0; max-width: 75ch; }
  a { color: var(--s0); }
  .subtitle, footer, figcaption p, nav { color: var(--muted); }
  nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2em 1.2em; margin: .8em 0; padding: 0; }
  footer { margin-top: 3em; border-top: 1px solid var(--rule); padding-top: .8em; font-size: .85rem; }
  .note { border-left: 4px solid var(--rule); background: var(--card); padding: .6em .9em; max-width: 80ch; }
  .note.good { border-color: var(--good); } .note.warning { border-color: var(--warning); }
  .note.bad { border-color: var(--bad); }
  dl { display: grid; grid-template-columns: minmax(6em, max-content) 1fr; gap: .25em 1.2em; margin: .8em 0; }
  dt { color: var(--muted); } dd { margin: 0; min-width: 0; }
  .scroll { overflow-x: auto; max-width: 100%; margin: .8em 0; }
  .scroll:focus-visible { outline: 2px solid var(--s0); }
  table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
  caption { text-align: left; color: var(--muted); padding-bottom: .3em; }
  th, td { padding: .3em .8em; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
  th:first-child { text-align: left; padding-left: .3em; } thead th { color: var(--muted); font-weight: 600; }
  tbody th { font-weight: 400; }
  tr.good > * { color: var(--good); } tr.warning > * { color: var(--warning); } tr.bad > * { color: var(--bad); }
  .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 350px), 1fr)); gap: 16px;
    align-items: start; margin: .8em 0; }
  figure { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px;
    min-width: 0; }
  figcaption p { font-size: .85rem; margin: 0 0 .4em; }
  figure > svg { display: block; width: 100%; height: auto; }
  figure svg text { font: 12px system-ui, sans-serif; fill: var(--muted); } figure svg .label { fill: var(--ink); }
  details { font-size: .85rem; } summary { cursor: pointer; color: var(--muted); }
  .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1em; margin: 0 0 .3em; padding: 0;
    font-size: .85rem; } .legend svg { width: 24px; height: 10px; margin-right: .4em; }
  .s0 { --c: var(--s0); } .s1 { --c: var(--s1); --d: 7 3; } .s2 { --c: var(--s2); --d: 2 3; }
  .s3 { --c: var(--s3); --d: 9 3 2 3; } .s4 { --c: var(--s4); --d: 4 4; } .s5 { --c: var(--s5); --d: 12 4; }
  .good { --c: var(--good); } .warning { --c: var(--warning); } .bad { --c: var(--bad); }
  svg .line { stroke: var(--c); stroke-width: 2; stroke-dasharray: var(--d, none); fill: none; }
  svg .solid { stroke-dasharray: none; } svg .dot, svg .bar { fill: var(--c); }
  svg .band { fill: var(--c); fill-opacity: .2; stroke: none; }
  svg .reference { --c: var(--muted); stroke-width: 1; stroke-dasharray: 4 4; }
  svg .grid { stroke: var(--rule); stroke-width: .6; } svg .axis { stroke: var(--muted); stroke-width: 1; }
  svg .whisker { stroke: var(--ink); stroke-width: 1.5; }
  @media (max-width: 480px) { main { padding: 12px; } dl { grid-template-columns: 1fr; gap: 0; }
    dd { margin-bottom: .5em; } th, td { padding: .3em .5em; } }
  @media print { nav { display: none; } figure, tr { break-inside: avoid; } }
  """
