//! Links to files at a commit.

use super::escaping::code;
use crate::reporters::{shortened, uri_path};
use std::borrow::Cow;

/// Where files can be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkBase {
    /// The server: `https://github.com`.
    pub server_url: String,
    /// The repository: `owner/name`.
    pub repository: String,
    /// The commit whose lines the report speaks of.
    pub sha: String,
}

impl LinkBase {
    /// A link to lines of a file. None where the base or the path is not what it should be.
    pub fn to(&self, path: &str, line: u32, end_line: u32) -> Option<String> {
        let plain = |text: &str, marks: &str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|one| one.is_ascii_alphanumeric() || marks.contains(one))
        };
        let leaves = path.starts_with('/') || path.split('/').any(|part| part == "..");
        if !is_plain(&self.server_url) || !plain(&self.repository, "-._/") || !plain(&self.sha, "-._/") || leaves {
            return None;
        }
        let lines = match line {
            0 => String::new(),
            line if end_line > line => format!("#L{line}-L{end_line}"),
            line => format!("#L{line}"),
        };
        let server = self.server_url.trim_end_matches('/');
        Some(format!(
            "{server}/{}/blob/{}/{}{lines}",
            self.repository,
            self.sha,
            uri_path(path)
        ))
    }
}

/// Whether a text is the address of a web page that can stand in a link as it is.
pub(super) fn is_plain(url: &str) -> bool {
    let mark = |one: char| "-._~:/?#%&=+".contains(one);
    (url.starts_with("https://") || url.starts_with("http://"))
        && url.chars().all(|one| one.is_ascii_alphanumeric() || mark(one))
}

/// A place as code, and as a link where files can be looked at.
pub(super) fn place(base: Option<&LinkBase>, path: &str, line: u32, end_line: u32) -> String {
    linked(base, &shortened_in_the_middle(path), path, line, end_line)
}

/// A place of which the end of the path shows.
pub(super) fn short_place(base: Option<&LinkBase>, path: &str, line: u32, end_line: u32) -> String {
    linked(base, &end_of(path), path, line, end_line)
}

fn linked(base: Option<&LinkBase>, shown: &str, path: &str, line: u32, end_line: u32) -> String {
    let shown = match line {
        0 => code(shown),
        line => code(&format!("{shown}:{line}")),
    };
    match base.and_then(|base| base.to(path, line, end_line)) {
        Some(url) => format!("[{shown}]({url})"),
        None => shown,
    }
}

/// The last segments of a path, where it is long.
fn end_of(path: &str) -> Cow<'_, str> {
    const SHOWN: usize = 44;
    if path.chars().count() <= SHOWN {
        return Cow::Borrowed(path);
    }
    let mut kept = path.rsplit('/').next().unwrap_or(path);
    for (at, _) in path.rmatch_indices('/') {
        let tail = path.get(at + 1..).unwrap_or("");
        if tail.chars().count() > SHOWN {
            break;
        }
        kept = tail;
    }
    let kept = shortened(kept, 2 * SHOWN);
    Cow::Owned(format!("…/{kept}"))
}

/// A path of which both ends show.
pub(super) fn shortened_in_the_middle(path: &str) -> String {
    const SHOWN: usize = 120;
    let count = path.chars().count();
    if count <= SHOWN {
        return path.to_owned();
    }
    let start: String = path.chars().take(SHOWN / 3).collect();
    let end: String = path.chars().skip(count - SHOWN * 2 / 3).collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> LinkBase {
        LinkBase {
            server_url: "https://github.example".into(),
            repository: "shop/orders".into(),
            sha: "abc123".into(),
        }
    }

    #[test]
    fn links() {
        let base = base();
        let cases = [
            (
                "a/b.yaml",
                3,
                3,
                Some("https://github.example/shop/orders/blob/abc123/a/b.yaml#L3"),
            ),
            (
                "a.yaml",
                3,
                5,
                Some("https://github.example/shop/orders/blob/abc123/a.yaml#L3-L5"),
            ),
            (
                "a.yaml",
                0,
                0,
                Some("https://github.example/shop/orders/blob/abc123/a.yaml"),
            ),
            (
                "a b)(ž].yaml",
                1,
                1,
                Some("https://github.example/shop/orders/blob/abc123/a%20b%29%28%C5%BE%5D.yaml#L1"),
            ),
            ("../a.yaml", 1, 1, None),
            ("/etc/a.yaml", 1, 1, None),
        ];
        for (path, line, end, expected) in cases {
            assert_eq!(base.to(path, line, end).as_deref(), expected, "{path}");
        }
        for wrong in [
            "javascript:alert(1)",
            "https://a.example/)[x](y",
            "https://a.example/ b",
            "",
        ] {
            let base = LinkBase {
                server_url: wrong.into(),
                ..base.clone()
            };
            assert_eq!(base.to("a.yaml", 1, 1), None, "{wrong}");
        }
    }

    #[test]
    fn places() {
        assert_eq!(place(None, "a`b.yaml", 3, 3), "``a`b.yaml:3``");
        assert_eq!(
            place(Some(&base()), "a.yaml", 0, 0),
            "[`a.yaml`](https://github.example/shop/orders/blob/abc123/a.yaml)"
        );
        for (path, expected) in [
            ("deploy/production/values.yaml", "`deploy/production/values.yaml:1`"),
            (
                "services/accounts/src/main/resources/application-prod.yml",
                "`…/src/main/resources/application-prod.yml:1`",
            ),
            (
                "a/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.yml",
                "`…/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.yml:1`",
            ),
        ] {
            assert_eq!(short_place(None, path, 1, 1), expected);
        }
        let long = format!("{}/{}.yaml", "d".repeat(200), "f".repeat(60));
        let shown = place(None, &long, 1, 1);
        assert!(
            shown.ends_with("f.yaml:1`") && shown.starts_with("`ddd") && shown.chars().count() < 130,
            "{shown}"
        );
    }
}
