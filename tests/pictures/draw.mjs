// Renders a Markdown page as GitHub would show it, to be looked at: light and dark, with Mermaid, in headless Chromium.
//
//   npm install && node draw.mjs PAGE.md DIRECTORY [WIDTH]
//
// writes DIRECTORY/PAGE-light.png and DIRECTORY/PAGE-dark.png. CHROMIUM names the browser. Details are unfolded where
// UNFOLD is set. GitHub's own service draws Mermaid in a frame; this is close to it, not the same.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

const work = mkdtempSync(join(tmpdir(), "envfence-picture-"));
mkdirSync(directory, { recursive: true });
for (const theme of ["light", "dark"]) {
  const css = readFileSync(join(modules, `github-markdown-css/github-markdown-${theme}.css`), "utf8");
  const html = `<!doctype html><meta charset="utf-8"><style>${css}
    body { margin: 0; background: ${theme === "dark" ? "#0d1117" : "#fff"}; }
    .markdown-body { padding: 24px; } .mermaid { background: transparent !important; text-align: center; }
  </style><article class="markdown-body">${body}</article>
  <script src="file://${join(modules, "mermaid/dist/mermaid.min.js")}"></script>
  <script>mermaid.initialize({ startOnLoad: true, securityLevel: "strict", theme: "${theme === "dark" ? "dark" : "default"}" });</script>`;
  const file = join(work, `${theme}.html`);
  writeFileSync(file, html);
  const picture = resolve(directory, `${basename(page, ".md")}-${theme}.png`);
  execFileSync(process.env.CHROMIUM ?? "chromium", [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files",
    "--virtual-time-budget=20000", `--window-size=${width},${process.env.HEIGHT ?? 1600}`, `--screenshot=${picture}`, `file://${file}`,
  ], { stdio: ["ignore", "ignore", "inherit"] });
  console.log(picture);
}
rmSync(work, { recursive: true });
