//! Which files are YAML.

/// Endings of names that are YAML.
const ENDINGS: &[&str] = &["yml", "yaml", "sls", "eyaml"];
/// Endings of templates and samples, which say nothing about what they are templates of.
const SUFFIXES: &[&str] = &[
    "erb", "j2", "jinja", "jinja2", "tmpl", "tpl", "gotmpl", "template", "dist", "example", "sample", "default", "in",
    "orig",
];
/// Endings of files that are not YAML, even where they start like it (as front matter does).
const OTHERS: &[&str] = &[
    "md",
    "mdx",
    "markdown",
    "rst",
    "txt",
    "adoc",
    "html",
    "htm",
    "css",
    "scss",
    "js",
    "jsx",
    "mjs",
    "ts",
    "tsx",
    "vue",
    "py",
    "rb",
    "php",
    "pl",
    "go",
    "rs",
    "java",
    "kt",
    "kts",
    "scala",
    "groovy",
    "gradle",
    "c",
    "h",
    "cpp",
    "cs",
    "swift",
    "sh",
    "bash",
    "zsh",
    "fish",
    "ps1",
    "bat",
    "cmd",
    "sql",
    "json",
    "json5",
    "jsonc",
    "toml",
    "xml",
    "svg",
    "tf",
    "tfvars",
    "hcl",
    "env",
    "properties",
    "ini",
    "diff",
    "patch",
    "log",
    "lock",
    "csv",
    "tsv",
    "pem",
    "crt",
    "key",
    "astro",
    "svelte",
    "haml",
    "slim",
    "liquid",
    "hbs",
    "mustache",
    "ejs",
    "pug",
    "tex",
    "org",
    "nix",
    "lua",
    "vim",
];

pub(super) fn claims(path: &str, head: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let mut stem = name.as_str();
    let mut is_template = false;
    while let Some((before, ending)) = stem.rsplit_once('.').filter(|(before, _)| !before.is_empty()) {
        if ENDINGS.contains(&ending) {
            return true;
        }
        if !SUFFIXES.contains(&ending) {
            let is_dotenv = before.ends_with(".env") || before == "env" || name.starts_with(".env");
            return !OTHERS.contains(&ending) && !is_dotenv && looks_like_yaml(head);
        }
        is_template |= ending == "gotmpl";
        stem = before;
    }
    if stem.starts_with(".env") || stem == "env" {
        return false;
    }
    is_template && !looks_like_json(head) || looks_like_yaml(head)
}

/// Whether a text plainly is YAML.
fn looks_like_yaml(head: &str) -> bool {
    let mut is_marked = false;
    for line in head.trim_start_matches('\u{feff}').lines() {
        let line = line.trim_end();
        if line == "---" || line.starts_with("--- ") && !line.starts_with("--- a/") || line.starts_with("%YAML ") {
            is_marked = true;
        } else if line.starts_with("apiVersion:") || line.starts_with("kind:") {
            return true;
        } else if line.is_empty() || line.starts_with('#') || line.starts_with("{{") || line.starts_with("{%") {
        } else if is_marked {
            return line.starts_with("- ") || line.contains(": ") || line.ends_with(':');
        } else if !line.starts_with(' ') && !is_entry(line) {
            return false;
        }
    }
    false
}

/// Whether a line is a key or an item.
fn is_entry(line: &str) -> bool {
    line.starts_with("- ") || line.ends_with(':') || line.contains(": ")
}

fn looks_like_json(head: &str) -> bool {
    head.trim_start().starts_with('{') && !head.trim_start().starts_with("{{")
}
