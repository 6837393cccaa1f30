//! Paths of secrets that templates read: `{{ with secret "secret/data/prod/db" }}` of Vault, Nomad and Consul Template.

use super::builder::Builder;
use super::{Class, Reference, Role};

/// Functions of templates that take the path of a secret or key.
const FUNCTIONS: &[&str] = &["secret", "secrets", "key", "keyOrDefault"];

/// No template expression that people write is longer.
const LONGEST: usize = 1024;

/// Whether a text may hold such a template, by a cheap look.
pub(crate) fn may_read(text: &str) -> bool {
    memchr::memchr(b'{', text.as_bytes()).is_some()
        && memchr::memmem::find(text.as_bytes(), b"{{").is_some()
        && [b"secret".as_slice(), b"key"]
            .iter()
            .any(|name| memchr::memmem::find(text.as_bytes(), name).is_some())
}

/// The paths that the template expressions of a value read.
pub(super) fn in_templates(value: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    if !may_read(value) {
        return found;
    }
    let mut from = 0;
    for close in memchr::memmem::find_iter(value.as_bytes(), b"}}") {
        let mut begin = from.max(close.saturating_sub(LONGEST));
        while !value.is_char_boundary(begin) {
            begin += 1;
        }
        from = close;
        let window = value.get(begin..close).unwrap_or("");
        let Some((_, body)) = window.rsplit_once("{{") else {
            continue;
        };
        found.extend(paths(body).map(|path| {
            let mut builder = Builder::new(value, "vault-template", Class::Identity, None);
            builder.part(Role::SecretPath, path);
            builder.done()
        }));
    }
    found
}

/// The first strings behind the functions' names in a template expression, where they are paths.
fn paths(body: &str) -> impl Iterator<Item = &str> {
    let mut pieces = body.split(['"', '`']);
    let mut before = pieces.next().unwrap_or("");
    std::iter::from_fn(move || {
        let string = pieces.next()?;
        let name = before.trim_end();
        let name = name.rsplit([' ', '(', '-', '|']).next().unwrap_or(name);
        let is_path = FUNCTIONS.contains(&name) && string.contains('/') && !string.contains(' ');
        before = pieces.next().unwrap_or("");
        Some(is_path.then_some(string))
    })
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_templates_read() {
        let cases: &[(&str, &[&str])] = &[
            (
                "{{ with secret \"kv/data/stg/db\" }}A={{ .Data.x }}{{ end }}",
                &["kv/data/stg/db"],
            ),
            ("{{- with secret `a/b` -}}", &["a/b"]),
            (
                "{{ key \"shop/db\" }}:{{ keyOrDefault \"shop/port\" \"a/b\" }}",
                &["shop/db", "shop/port"],
            ),
            ("{{ (secret \"a/b\").Data.c }}", &["a/b"]),
            ("{{ include \"a/b\" . }} {{ secret \"a\" }} secret \"a/b\"", &[]),
            ("{{ secret \"a/b\"", &[]),
            ("{{ {{ secret \"a/b\" }} }}", &["a/b"]),
            ("secret", &[]),
        ];
        for (value, expected) in cases {
            let found = in_templates(value);
            let found: Vec<_> = found
                .iter()
                .flat_map(|reference| &reference.parts)
                .map(|part| part.range.slice(value))
                .collect();
            assert_eq!(found, *expected, "{value}");
        }
    }
}
