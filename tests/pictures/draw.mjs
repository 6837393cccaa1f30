// Renders Markdown pages as GitHub would show them, to be looked at: light and dark, with Mermaid, in headless Chromium.
//
//   npm install && node draw.mjs PAGE.md DIRECTORY [WIDTH]
//
// writes DIRECTORY/PAGE-light.png and DIRECTORY/PAGE-dark.png. CHROMIUM names the browser. Details are unfolded where
// UNFOLD is set. A page named comment* gets the frame of a comment, summary* that of a job's summary, and review* that of
// a comment on a line, below the difference in the file beside it, review*.diff. GitHub's own service draws Mermaid in a
// frame; this is close to it, not the same. `draw` makes the pages from a real run, and all the pictures.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import markdownIt from "markdown-it";

const [page, directory, width = "900"] = process.argv.slice(2);
if (!page || !directory) {
  console.error("usage: node draw.mjs PAGE.md DIRECTORY [WIDTH]");
  process.exit(2);
}
const modules = join(dirname(fileURLToPath(import.meta.url)), "node_modules");
const markdown = markdownIt({ html: true, linkify: true });
const fence = markdown.renderer.rules.fence;
markdown.renderer.rules.fence = (tokens, index, ...rest) =>
  tokens[index].info.trim() === "mermaid"
    ? `<pre class="mermaid">${markdown.utils.escapeHtml(tokens[index].content)}</pre>`
    : fence(tokens, index, ...rest);
let body = markdown.render(readFileSync(page, "utf8"));
if (process.env.UNFOLD) body = body.replaceAll("<details>", "<details open>");

// What stands around the Markdown on GitHub.
const name = basename(page, ".md");
const escape = markdown.utils.escapeHtml;
const says = (what) => `<div class="says"><b>github-actions</b> <span class="label">bot</span> ${what}</div>`;
const article = (inner) => `<article class="markdown-body">${inner}</article>`;
const difference = (text) => {
  const [path, header, ...lines] = text.trimEnd().split("\n");
  let [, left, right] = header.match(/-(\d+)[^+]*\+(\d+)/).map(Number);
  const rows = lines.map((line) => {
    const kind = { "+": "added", "-": "removed" }[line[0]] ?? "same";
    const numbers = `<td>${kind === "added" ? "" : left++}</td><td>${kind === "removed" ? "" : right++}</td>`;
    return `<tr class="${kind}">${numbers}<td><pre>${escape(line)}</pre></td></tr>`;
  });
  return `<div class="path">${escape(path)}</div><table class="diff"><tr class="hunk"><td></td><td></td><td><pre>${escape(header)}</pre></td></tr>${rows.join("")}</table>`;
};
if (name.startsWith("comment")) {
  body = `<div class="box">${says("commented 2 minutes ago")}${article(body)}</div>`;
} else if (name.startsWith("summary")) {
  body = `<div class="box"><div class="says"><b>configuration</b> summary</div>${article(body)}</div>`;
} else if (name.startsWith("review")) {
  const diff = page.replace(/\.md$/, ".diff");
  const above = existsSync(diff) ? difference(readFileSync(diff, "utf8")) : "";
  body = `<div class="box">${above}<div class="box inner">${says("2 minutes ago")}${article(body)}</div></div>`;
} else {
  body = article(body);
}

const work = mkdtempSync(join(tmpdir(), "envfence-picture-"));
mkdirSync(directory, { recursive: true });
for (const theme of ["light", "dark"]) {
  const dark = theme === "dark";
  const css = readFileSync(join(modules, `github-markdown-css/github-markdown-${theme}.css`), "utf8");
  const html = `<!doctype html><meta charset="utf-8"><style>${css}
    body { margin: 0; background: ${dark ? "#0d1117" : "#fff"}; color: ${dark ? "#f0f6fc" : "#1f2328"}; font: 14px/1.5 "Noto Sans", Helvetica, Arial, sans-serif; }
    .markdown-body { padding: 16px; font-size: 14px; } .mermaid { background: transparent !important; text-align: center; }
    .box { margin: 16px; border: 1px solid ${dark ? "#3d444d" : "#d1d9e0"}; border-radius: 6px; overflow: hidden; }
    .says, .path { padding: 8px 16px; background: ${dark ? "#151b23" : "#f6f8fa"}; border-bottom: 1px solid ${dark ? "#3d444d" : "#d1d9e0"}; }
    .inner .says { background: transparent; border: 0; padding-bottom: 0; }
    .label { border: 1px solid ${dark ? "#3d444d" : "#d1d9e0"}; border-radius: 2em; padding: 0 6px; font-size: 12px; }
    .path, .diff pre { font: 12px/20px monospace; margin: 0; white-space: pre-wrap; }
    .diff { width: 100%; border-collapse: collapse; } .diff td { padding: 0 8px; } .diff td:nth-child(-n+2) { width: 30px; text-align: right; opacity: .6; font: 12px/20px monospace; }
    .added { background: ${dark ? "#12261e" : "#dafbe1"}; } .removed { background: ${dark ? "#25171c" : "#ffebe9"}; } .hunk { background: ${dark ? "#131d2e" : "#ddf4ff"}; }
  </style>${body}
  <script src="file://${join(modules, "mermaid/dist/mermaid.min.js")}"></script>
  <script>mermaid.initialize({ startOnLoad: true, securityLevel: "strict", theme: "${dark ? "dark" : "default"}" });</script>`;
  const file = join(work, `${theme}.html`);
  writeFileSync(file, html);
  const picture = resolve(directory, `${name}-${theme}.png`);
  execFileSync(process.env.CHROMIUM ?? "chromium", [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files",
    "--virtual-time-budget=20000", `--window-size=${width},${process.env.HEIGHT ?? 1600}`, `--screenshot=${picture}`, `file://${file}`,
  ], { stdio: ["ignore", "ignore", "pipe"] });
  console.log(picture);
}
rmSync(work, { recursive: true });
