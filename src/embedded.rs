//! Documents that hide in values: JSON in a string, a file in a `ConfigMap`, base64 in a Secret, commands of a workflow.
//!
//! A value is looked at by its first byte, its line ends and the key that leads to it; most are dismissed there. What is
//! found is the document's own text with its format and the way back to the holder's bytes. How deep documents may hide in
//! documents is for the caller to say.

mod base64;
mod shapes;
mod trivial;

pub use trivial::{ASSIGNMENT, ASSIGNMENTS, OPTIONS, PLAIN_VALUE};

use crate::formats::shell::{SHELL, is_shell_script};
use crate::formats::{FORMATS, Format, code::CODE, format_of};
use crate::source::Decoded;

/// Longer values are not taken apart.
pub const TEXT_CAP: usize = 4 << 20;

/// How much of a text decides what it is.
const HEAD: usize = 4096;

/// A document that a value holds.
#[derive(Debug, Clone)]
pub struct Embedded<'a> {
    /// How it is written.
    pub format: &'static Format,
    /// Its text, with the way back to the bytes of the source that holds the value.
    pub document: Decoded<'a>,
}

/// What the values of a document are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Holder {
    /// Nothing special.
    #[default]
    Plain,
    /// A Kubernetes Secret: what stands under `data` is base64.
    Secret,
}

/// How a document is written.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// In the format of this name.
    Named(&'static str),
    /// In this format.
    Known(&'static Format),
}

impl Shape {
    fn format(self) -> Option<&'static Format> {
        match self {
            Self::Named(name) => FORMATS.iter().find(|format| format.name == name),
            Self::Known(format) => Some(format),
        }
    }
}

/// Whether a value could hold a document. Asked on the text as it is written, before it is decoded, this spares the
/// decoding of nearly all values; it says no only where [`embedded`] would find nothing.
pub fn may_embed(holder: Holder, names: &[&str], raw: &str) -> bool {
    let bytes = raw.as_bytes();
    let start = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    match start {
        None => false,
        Some(b'{' | b'[' | b'-' | b'#' | b'<') => true,
        Some(_) => {
            memchr::memchr3(b'\n', b'=', b'\\', bytes).is_some()
                || is_secret_value(holder, names)
                || (memchr::memchr(b' ', bytes).is_some()
                    && names.last().is_some_and(|key| shapes::is_command_key(key)))
                || names.first() == Some(&"scripts")
        }
    }
}

/// The document that a value holds, if any.
///
/// `path` is the path of the source and `names` are the names that lead to the value, outermost first, without list
/// positions. What is returned maps back through the value's own offsets.
pub fn embedded<'a>(path: &str, holder: Holder, names: &[&str], value: &Decoded<'a>) -> Option<Embedded<'a>> {
    if value.text.len() > TEXT_CAP || !may_embed(holder, names, &value.text) {
        return None;
    }
    if is_secret_value(holder, names) {
        let document = base64::decoded(value)?;
        let format = shape(path, names, &document.text)
            .and_then(Shape::format)
            .unwrap_or(&PLAIN_VALUE);
        return Some(Embedded { format, document });
    }
    let format = shape(path, names, &value.text)?.format()?;
    Some(Embedded {
        format,
        document: value.clone(),
    })
}

/// Whether a value stands directly under `data` of a Secret.
fn is_secret_value(holder: Holder, names: &[&str]) -> bool {
    holder == Holder::Secret && matches!(names, [.., "data", _])
}

/// How the document is written that a text is, if it is one.
fn shape(path: &str, names: &[&str], text: &str) -> Option<Shape> {
    let body = text.trim_start_matches('\u{feff}').trim();
    let key = names.last().copied().unwrap_or("");
    let is_long = body.contains('\n') || text.ends_with('\n');
    if shapes::is_json(body) {
        return Some(Shape::Named("json"));
    }
    if let Some(format) = named_like_file(key, body, is_long) {
        return Some(Shape::Known(format));
    }
    if body.starts_with("#!") {
        return is_shell_script(body).then_some(Shape::Known(&SHELL));
    }
    if body.starts_with("#cloud-config") {
        return Some(Shape::Named("yaml"));
    }
    if shapes::is_xml(body) {
        return Some(Shape::Named("xml"));
    }
    if let Some(shape) = command(path, names, body) {
        return Some(shape);
    }
    if is_long {
        return shapes::of_lines(head(body)).map(Shape::Named);
    }
    if shapes::is_options(key, body) {
        return Some(Shape::Known(&OPTIONS));
    }
    shapes::of_assignments(key, body).map(Shape::Known)
}

/// The beginning of a text, as much as its shape depends on.
fn head(text: &str) -> &str {
    let mut end = HEAD.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// The format of a value whose key is the name of a file: `application.yml: |`.
fn named_like_file(key: &str, body: &str, is_long: bool) -> Option<&'static Format> {
    let extension = key.rsplit_once('.')?.1;
    let is_name = !key.contains([' ', '/']) && (1..=10).contains(&extension.len());
    let is_content = is_long || body.contains('=') || body.starts_with(['{', '[', '<']);
    if !is_name || !is_content {
        return None;
    }
    format_of(key, head(body))
}

/// Whether a key is the name of a file of this format: its value was meant to be one, not merely taken for one.
pub fn names_file(key: &str, format: &Format) -> bool {
    key.contains('.') && format_of(key, "").is_some_and(|named| named.name == format.name)
}

/// How a value is written that stands where commands stand.
fn command(path: &str, names: &[&str], body: &str) -> Option<Shape> {
    let key = names.last()?;
    let is_package_script =
        names.first() == Some(&"scripts") && (path.ends_with("package.json") || path.ends_with("composer.json"));
    if !is_package_script && !shapes::is_command_key(key) {
        return None;
    }
    if !body.contains([' ', '\n', '=']) {
        return None;
    }
    if body.starts_with('-') && !body.starts_with("- ") {
        return Some(Shape::Known(&OPTIONS));
    }
    let format = if shapes::is_code(head(body)) { &CODE } else { &SHELL };
    Some(Shape::Known(format))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{self, Encoding, Scalar, decode};
    use crate::source::{Offsets, TextRange};

    fn shape_name(path: &str, names: &[&str], text: &str) -> &'static str {
        match may_embed(Holder::Plain, names, text)
            .then(|| shape(path, names, text))
            .flatten()
        {
            Some(Shape::Named(name)) => name,
            Some(Shape::Known(format)) => format.name,
            None => "",
        }
    }

    #[test]
    fn shapes_of_values() {
        let cases: &[(&[&str], &str, &str)] = &[
            // Ordinary values hold nothing.
            (&["host"], "db.example.com", ""),
            (&["url"], "postgres://db.example.com/shop?a=b", ""),
            (
                &["ConnectionStrings", "Main"],
                "Server=db;Database=shop;User Id=app",
                "",
            ),
            (&["bind_dn"], "CN=app,OU=svc,DC=example,DC=com", ""),
            (&["endpoint"], "Endpoint=sb://x.example.com/;SharedAccessKeyName=a", ""),
            (&["selector"], "app=web,tier=db", ""),
            (
                &["description"],
                "Deploys the shop.\nNote: it is slow.\nSee the wiki.",
                "",
            ),
            (&["notes"], "- one\n- two\n", ""),
            (&["cert"], "-----BEGIN CERTIFICATE-----\nMIIC=\n", ""),
            (&["tpl"], "{{ .Values.x }}", ""),
            (&["range"], "[1, 2]", ""),
            (&["command"], "deploy", ""),
            (&["app.conf"], "/etc/app.conf", ""),
            (&["empty"], " \n", ""),
            // Documents.
            (&["policy"], "{\"a\": 1}", "json"),
            (&["list"], "\n[ {\"a\": 1} ]\n", "json"),
            (&["hosts"], "[\"a.example.com\"]", "json"),
            (&["data", "run.sh"], "A=b\n", "shell"),
            (&["data", "settings.py"], "A = 'b'\nC = 'd'", "code"),
            (&["data", "config"], "db:\n  host: x\nurl: y\n", "yaml"),
            (&["data", "config"], "- host: x\n  port: 1\n- host: y\n", "yaml"),
            (&["data", "env"], "# c\nDB_HOST=x\nexport PORT=1\n", "dotenv"),
            (&["data", "props"], "spring.url=x\nspring.y = z\n", "properties"),
            (&["data", "ini"], "[db]\nhost = x\n", "ini"),
            (&["user_data"], "#!/bin/bash\nA=b", "shell"),
            (&["user_data"], "#cloud-config\nx: y", "yaml"),
            (&["init"], "#!/usr/bin/python\nA = 1", ""),
            (&["web"], "<?xml version=\"1.0\"?><a/>", "xml"),
            // Commands.
            (
                &["jobs", "deploy", "steps", "run"],
                "terraform apply -var-file=prod.tfvars",
                "shell",
            ),
            (&["deploy", "before_script"], "export A=b", "shell"),
            (&["with", "script"], "const a = 'b'\nawait x(a)", "code"),
            (&["spec", "command"], "sh -c 'x --y=z'", "shell"),
            (&["spec", "args"], "--db-host=db-uat.example.com", "options"),
            (&["scripts", "deploy"], "shop deploy --stage prod", "shell"),
            (&["scripts", "deploy"], "deploy", ""),
            // Options and lists.
            (&["JAVA_OPTS"], "-Xmx1g -Dspring.datasource.url=jdbc:x", "options"),
            (&["JAVA_TOOL_OPTIONS"], "$BASE -Da.b=c", "options"),
            (&["vars"], "DB_HOST=a,DB_PORT=1", "assignments"),
            (&["vars"], "DB_HOST=a;URL=b", "assignments"),
            (&["vars"], "a.b=c,d.e=f", "assignments"),
            (&["vars"], "DB_HOST=a", "assignment"),
            (&["environment"], "DB_HOST=a,b", "assignment"),
        ];
        for (names, text, expected) in cases {
            assert_eq!(shape_name("package.json", names, text), *expected, "{names:?} {text}");
        }
        assert_eq!(shape_name("values.yaml", &["scripts", "deploy"], "a b"), "");
    }

    /// Where `needle` of an embedded document stands in its holder's text.
    fn place<'t>(holder: &'t str, found: &Embedded<'_>, needle: &str) -> &'t str {
        let at = found.document.text.find(needle).unwrap();
        let range = TextRange::new(at, at + needle.len());
        found.document.offsets.range_to_outer(range).slice(holder)
    }

    #[test]
    fn places_map_back_to_the_holder() {
        let holder = "key: \"A_B=x\\tdb-uat\\nC_D=\\u0065\"";
        let scalar = Scalar {
            range: TextRange::new(6, holder.len() - 1),
            encoding: Encoding::Backslash,
        };
        let value = decode(holder, scalar);
        let found = embedded("x.sh", Holder::Plain, &["run.sh"], &value).unwrap();
        assert_eq!(found.format.name, "shell");
        assert_eq!(place(holder, &found, "db-uat"), "db-uat");
        assert_eq!(place(holder, &found, "e"), "\\u0065");
        let holder = "run: |\n    cd x\n    deploy --to db-uat\n";
        let scalar = Scalar {
            range: TextRange::new(7, holder.len()),
            encoding: Encoding::YamlLiteral,
        };
        let found = embedded("x.yml", Holder::Plain, &["run"], &decode(holder, scalar)).unwrap();
        let parsed = (found.format.parse)(&found.document.text);
        assert_eq!(
            formats::outline(&found.document.text, &parsed),
            ["cd = x", "deploy.--to = db-uat"]
        );
        assert_eq!(place(holder, &found, "db-uat"), "db-uat");
    }

    #[test]
    fn secrets_are_base64() {
        let secret = |names: &[&str], text: &str| {
            let value = Decoded {
                text: text.to_owned().into(),
                offsets: Offsets::identity(5),
            };
            embedded("s.yaml", Holder::Secret, names, &value).map(|found| {
                let parsed = (found.format.parse)(&found.document.text);
                let outline = formats::outline(&found.document.text, &parsed);
                (found.format.name, outline)
            })
        };
        // "redis://db-uat:6379\n"
        let url = "cmVkaXM6Ly9kYi11YXQ6NjM3OQo=";
        assert_eq!(
            secret(&["data", "URL"], url),
            Some(("value", vec![" = redis://db-uat:6379".to_owned()]))
        );
        assert_eq!(
            secret(&["items", "data", "URL"], url).map(|found| found.0),
            Some("value")
        );
        assert_eq!(secret(&["stringData", "URL"], url), None);
        assert_eq!(secret(&["data", "x"], "not base64!"), None);
        assert_eq!(secret(&["data", "x"], "/////w=="), None);
        // "A=b\n"
        assert_eq!(
            secret(&["data", "run.sh"], "QT1iCg=="),
            Some(("shell", vec!["A = b".to_owned()]))
        );
    }

    #[test]
    fn hostile_values_are_dismissed() {
        for unit in [
            "{",
            "[",
            "-",
            "a: b\n",
            "A=b,",
            "\n",
            "é=\u{301}",
            "{{",
            "A_B=;",
            "- - ",
        ] {
            let text = unit.repeat(20_000);
            let value = Decoded {
                text: text.as_str().into(),
                offsets: Offsets::identity(0),
            };
            for key in ["run", "x.yml", "args", "env", ""] {
                for holder in [Holder::Plain, Holder::Secret] {
                    if let Some(found) = embedded("package.json", holder, &["data", key], &value) {
                        let parsed = (found.format.parse)(&found.document.text);
                        formats::check(&found.document.text, &parsed).unwrap();
                    }
                }
            }
        }
        let long = "a: b\n".repeat(TEXT_CAP / 5 + 1);
        assert_eq!(
            embedded(
                "x",
                Holder::Plain,
                &["run"],
                &Decoded::plain(&long, TextRange::new(0, long.len()))
            )
            .map(|_| ()),
            None
        );
    }
}
