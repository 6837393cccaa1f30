//! Which files are YAML.

use crate::formats::names;

/// Endings of names that are YAML.
const ENDINGS: &[&str] = &["yml", "yaml", "sls", "eyaml"];
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

/// Whether a file is YAML, by its name or, where its ending says nothing, by its head. Behind YAML's endings others may
/// follow: `.j2`, `.example`, `.production`.
pub(super) fn claims(path: &str, head: &str) -> bool {
    let name = names::file_name(path).to_ascii_lowercase();
    let (_, endings) = name.split_once('.').unwrap_or((&name, ""));
    for ending in endings.rsplit('.') {
        if ENDINGS.contains(&ending) {
            return true;
        }
        if ending == "env" {
            return is_nested(head);
        }
        if ending == "config" && path.contains(".ebextensions/") {
            return !looks_like_json(head);
        }
        if OTHERS.contains(&ending) {
            return false;
        }
    }
    if name.starts_with(".env") {
        return is_nested(head);
    }
    looks_like_yaml(head) || name.ends_with(".gotmpl") && !looks_like_json(head)
}

/// Whether a text has blocks of YAML in it and no line of the form `NAME=value`: some call such a file `.env`.
pub(in crate::formats) fn is_nested(head: &str) -> bool {
    let mut opened = None;
    let mut nested = false;
    for line in head.trim_start_matches('\u{feff}').lines() {
        let body = line.trim();
        if body.is_empty() || body.starts_with('#') || body == "---" {
            continue;
        }
        let (key, _) = body.split_once(['=', ':']).unwrap_or((body, ""));
        if body.as_bytes().get(key.len()) == Some(&b'=') {
            return false;
        }
        let indentation = line.len() - line.trim_start().len();
        nested |= opened.is_some_and(|outer| indentation > outer) && is_entry(body);
        opened = body.ends_with(':').then_some(indentation);
    }
    nested
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claimed() {
        let cases = [
            ("a/b.yml", "", true),
            ("a/B.YAML", "", true),
            ("a/pillar.sls", "", true),
            ("a/b.yaml.gotmpl", "", true),
            ("a/b.yml.j2", "", true),
            ("a/database.yml.example", "", true),
            ("a/values.yaml.prod", "", true),
            ("a/values.gotmpl", "", true),
            ("a/b.json.gotmpl", "kind: a", false),
            ("a/_helpers.tpl", "{{- define \"a\" -}}\nb\n", false),
            ("a/deployment.tpl", "{{- if a }}\napiVersion: v1\n", true),
            ("a/deployment-production.tmpl", "kind: Job\n", true),
            ("a/config", "---\n# a\nb: c\n", true),
            ("a/config", "b: c\n", false),
            ("a/README.md", "---\ntitle: b\n---\n", false),
            ("a/change.patch", "--- a/b.txt\n+++ b/c: d\n", false),
            ("a/notes", "--- some text\nmore text\n", false),
            ("a/.env", "---\na: b\n", false),
            ("a/.env.production", "kind: a\n", false),
            ("a/production.env", "kind: a\n", false),
            ("a/.env", "database:\n  host: db.example.com\n", true),
            ("a/production.env", "# a\n---\ndatabase:\n  - db.example.com\n", true),
            ("a/production.env", "database:\nhost: db.example.com\n", false),
            ("a/production.env", "A=b\ndatabase:\n  host: db.example.com\n", false),
            ("a/.ebextensions/env.config", "option_settings:\n", true),
            ("a/.ebextensions/env.config", "{\n", false),
            ("a/env.config", "option_settings:\n", false),
            ("a/.travis.yml", "", true),
            ("a/b.json", "---\na: b\n", false),
        ];
        for (path, head, expected) in cases {
            assert_eq!(claims(path, head), expected, "{path}");
        }
    }
}
