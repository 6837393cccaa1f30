//! File names without what templates and samples add to them.

use std::borrow::Cow;

/// The last segment of a path.
pub(super) fn file_name(path: &str) -> &str {
    let slash = memchr::memrchr(b'/', path.as_bytes());
    slash.and_then(|at| path.get(at + 1..)).unwrap_or(path)
}

/// The last segment of a path, in lower case, without one template or sample suffix.
pub(super) fn base_name(path: &str) -> Cow<'_, str> {
    let name = file_name(path);
    let name = match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    };
    let kept = match name.rsplit_once('.') {
        Some((stem, suffix)) if !stem.is_empty() && is_suffix(suffix) => stem.len(),
        _ => return name,
    };
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(name.get(..kept).unwrap_or(name)),
        Cow::Owned(mut name) => {
            name.truncate(kept);
            Cow::Owned(name)
        }
    }
}

/// Whether this is what template engines and samples append to the name of the file that they stand for.
fn is_suffix(extension: &str) -> bool {
    matches!(
        extension,
        "erb"
            | "j2"
            | "jinja"
            | "jinja2"
            | "tmpl"
            | "tpl"
            | "template"
            | "gotmpl"
            | "tftpl"
            | "ctmpl"
            | "mustache"
            | "hbs"
            | "ejs"
            | "example"
            | "sample"
            | "dist"
            | "default"
    )
}

/// Whether the file's name, without template and sample suffixes, ends with one of `extensions` (each with its dot).
pub(super) fn has_extension(path: &str, extensions: &[&str]) -> bool {
    ends_with(&base_name(path), extensions)
}

/// Whether a name ends with one of `extensions`.
pub(super) fn ends_with(name: &str, extensions: &[&str]) -> bool {
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
