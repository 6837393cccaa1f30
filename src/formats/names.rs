//! File names without what templates and samples add to them.

/// What template engines and samples append to the name of the file that they stand for.
const SUFFIXES: &[&str] = &[
    ".erb",
    ".j2",
    ".jinja",
    ".jinja2",
    ".tmpl",
    ".tpl",
    ".template",
    ".gotmpl",
    ".tftpl",
    ".ctmpl",
    ".mustache",
    ".hbs",
    ".ejs",
    ".example",
    ".sample",
    ".dist",
    ".default",
];

/// The last segment of a path, in lower case, without one template or sample suffix.
pub(super) fn base_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let kept = SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix));
    match kept.filter(|kept| !kept.is_empty()) {
        Some(kept) => kept.to_owned(),
        None => name,
    }
}

/// Whether the file's name, without template and sample suffixes, ends with one of `extensions` (each with its dot).
pub(super) fn has_extension(path: &str, extensions: &[&str]) -> bool {
    let name = base_name(path);
    extensions.iter().any(|extension| name.ends_with(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_suffixes_come_off() {
        let cases = [
            ("a/App.JSON.erb", "app.json"),
            ("app.ini", "app.ini"),
            ("x/.env.example", ".env"),
            ("x/.example", ".example"),
        ];
        for (path, expected) in cases {
            assert_eq!(base_name(path), expected);
        }
        assert!(has_extension("a/b.json.tmpl", &[".json"]));
        assert!(!has_extension("a/b.json5x", &[".json"]));
    }
}
