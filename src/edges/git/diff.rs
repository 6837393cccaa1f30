//! Reads `git diff --raw --patch` with no context: which files differ, and in which lines.
//!
//! Paths are read in their quoted form, which holds no line end, and the lines of a hunk are counted as its header
//! says, so neither a path nor a content can pass for a header.

use super::{Change, Hunk, Lines, Status, command};
use crate::error::{Error, Result};
use std::collections::HashMap;
use std::path::Path;

/// Each option takes a default away from somebody's configuration.
const OPTIONS: &[&str] = &[
    "diff",
    "--raw",
    "--patch",
    "--no-abbrev",
    "--unified=0",
    "--inter-hunk-context=0",
    "--find-renames=50%",
    "-l1000",
    "--diff-algorithm=default",
    "--indent-heuristic",
    "--relative",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--submodule=short",
    "--ignore-submodules=dirty",
];

/// What differs between a commit and the work tree below `root`.
pub(super) fn against(root: &Path, commit: &str) -> Result<Vec<Change>> {
    let arguments = [OPTIONS, &["--end-of-options", commit, "--", "."]].concat();
    parse(&command::bytes(root, &arguments)?).ok_or_else(|| Error::new("git diff wrote something unexpected"))
}

/// A path as reports show it.
pub(super) fn shown(path: &[u8]) -> String {
    crate::edges::paths::shown(path)
}

/// What is known of a file's lines.
#[derive(Default)]
struct Patch {
    hunks: Vec<Hunk>,
    is_binary: bool,
}

fn parse(output: &[u8]) -> Option<Vec<Change>> {
    let mut lines = output.split(|&byte| byte == b'\n').peekable();
    let mut changes = Vec::new();
    while let Some(line) = lines.next_if(|line| line.starts_with(b":")) {
        changes.push(raw(line)?);
    }
    let mut patches: HashMap<Vec<u8>, Patch> = HashMap::new();
    let mut path = Vec::new();
    let mut left = (0, 0);
    for line in lines {
        if left != (0, 0) {
            match line.first()? {
                b'-' => left.0 = u32::checked_sub(left.0, 1)?,
                b'+' => left.1 = u32::checked_sub(left.1, 1)?,
                b'\\' => {}
                _ => return None,
            }
        } else if let Some(header) = line.strip_prefix(b"@@ ") {
            let found = hunk(header)?;
            left = (found.old_count, found.count);
            patches.entry(path.clone()).or_default().hunks.push(found);
        } else if let Some(names) = line.strip_prefix(b"diff --git ") {
            path = same_name(names).unwrap_or_default();
        } else if let Some(name) = line.strip_prefix(b"rename to ") {
            path = unquoted(name)?;
        } else if line.starts_with(b"Binary files ") {
            patches.entry(path.clone()).or_default().is_binary = true;
        }
    }
    for (change, path) in &mut changes {
        let patch = patches.remove(path).unwrap_or_default();
        if let Lines::Hunks(hunks) = &mut change.lines {
            *hunks = patch.hunks;
            if patch.is_binary {
                change.lines = Lines::All;
            }
        }
    }
    Some(changes.into_iter().map(|(change, _)| change).collect())
}

/// `:100644 100644 <id> <id> R086<tab>old<tab>new`: a change, and the bytes of its path.
fn raw(line: &[u8]) -> Option<(Change, Vec<u8>)> {
    let mut fields = line.split(|&byte| byte == b'\t');
    let mut words = fields.next()?.split(|&byte| byte == b' ');
    let old_mode = words.next()?;
    let new_mode = words.next()?;
    let old_blob = words.next()?;
    let letter = *words.nth(1)?.first()?;
    let first = unquoted(fields.next()?)?;
    let mut path = fields.next().map_or(Some(first.clone()), unquoted)?;
    let status = match letter {
        b'A' => Status::Added,
        b'D' => Status::Deleted,
        b'R' => Status::Renamed { from: shown(&first) },
        _ => Status::Modified,
    };
    let is_submodule = old_mode == b":160000" || new_mode == b"160000";
    let whole = is_submodule || !matches!(letter, b'M' | b'R');
    if is_submodule {
        path.push(b'/');
    }
    let has_blob = !is_submodule && old_blob.iter().any(|&byte| byte != b'0');
    let change = Change {
        path: shown(&path),
        status,
        lines: if whole { Lines::All } else { Lines::Hunks(Vec::new()) },
        blob: if has_blob { shown(old_blob) } else { String::new() },
    };
    Some((change, path))
}

/// `-5,2 +4,0 @@ heading`; a missing count is 1.
fn hunk(header: &[u8]) -> Option<Hunk> {
    let text = std::str::from_utf8(header.split(|&byte| byte == b'@').next()?).ok()?;
    let (old, new) = text.trim_end().split_once(' ')?;
    let side = |text: &str| -> Option<(u32, u32)> {
        let (first, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((first.parse().ok()?, count.parse().ok()?))
    };
    let (old_first, old_count) = side(old.strip_prefix('-')?)?;
    let (first, count) = side(new.strip_prefix('+')?)?;
    Some(Hunk {
        old_first,
        old_count,
        first,
        count,
    })
}

/// The name in `a/name b/name`, where both are the same; a renamed file says its name elsewhere.
fn same_name(names: &[u8]) -> Option<Vec<u8>> {
    let middle = names.len() / 2;
    if names.get(middle) != Some(&b' ') {
        return None;
    }
    let old = unquoted(names.get(..middle)?)?;
    let new = unquoted(names.get(middle + 1..)?)?;
    let (old, new) = (old.strip_prefix(b"a/")?, new.strip_prefix(b"b/")?);
    (old == new).then(|| new.to_vec())
}

/// A path without the quotes and escapes that git puts around control characters, quotes and backslashes.
fn unquoted(name: &[u8]) -> Option<Vec<u8>> {
    let Some(body) = name.strip_prefix(b"\"") else {
        return Some(name.to_vec());
    };
    let body = body.strip_suffix(b"\"")?;
    let mut path = Vec::with_capacity(body.len());
    let mut bytes = body.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            path.push(byte);
            continue;
        }
        path.push(match bytes.next()? {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            digit @ b'0'..=b'3' => {
                let digits = [digit, bytes.next()?, bytes.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 8).ok()?
            }
            other => other,
        });
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_names() {
        let cases: &[(&str, Option<&[u8]>)] = &[
            ("plain name", Some(b"plain name")),
            (r#""a\tb\nc\"d\\e\033\302\240""#, Some(b"a\tb\nc\"d\\e\x1b\xc2\xa0")),
            (r#""open"#, None),
            (r#""cut\""#, None),
            (r#""\39x""#, None),
        ];
        for (name, expected) in cases {
            assert_eq!(unquoted(name.as_bytes()).as_deref(), *expected, "{name}");
        }
    }

    #[test]
    fn names_of_sections() {
        let cases: &[(&str, Option<&[u8]>)] = &[
            ("a/x b/x", Some(b"x")),
            ("a/x b/y b/x b/y", Some(b"x b/y")),
            (r#""a/x\n" "b/x\n""#, Some(b"x\n")),
            ("a/x b/y", None),
            ("a/x b/longer", None),
        ];
        for (names, expected) in cases {
            assert_eq!(same_name(names.as_bytes()).as_deref(), *expected, "{names}");
        }
    }

    #[test]
    fn contents_do_not_pass_for_headers() {
        let id = "1".repeat(40);
        let output = format!(
            ":100644 100644 {id} {id} M\tx\n\n\
             diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -2,0 +3,2 @@ heading @@ -9 +9 @@\n+@@ -1 +1 @@\n+diff --git a/y b/y\n\
             @@ -7,2 +8,0 @@\n--- a/z\n-++ b/z\n\\ No newline at end of file\n"
        );
        let changes = parse(output.as_bytes()).unwrap();
        let hunks = vec![
            Hunk {
                old_first: 2,
                old_count: 0,
                first: 3,
                count: 2,
            },
            Hunk {
                old_first: 7,
                old_count: 2,
                first: 8,
                count: 0,
            },
        ];
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].lines, Lines::Hunks(hunks));
        let altered: Vec<u32> = (1..12).filter(|&line| changes[0].alters(line)).collect();
        assert_eq!(altered, [3, 4]);
    }

    #[test]
    fn nonsense_is_no_diff() {
        for output in [
            ":",
            ":1 2 3",
            "@@ -1 +1 @@\nx\n",
            "@@ nonsense\n",
            "@@ -1,9999999999 +1 @@\n",
        ] {
            assert!(parse(output.as_bytes()).is_none(), "{output}");
        }
        assert_eq!(parse(b""), Some(Vec::new()));
    }
}
