//! How the path of a file is written in reports: each file's own, and without credentials.

use crate::references::credentials;
use std::fmt::Write as _;

/// The path of these bytes, segments between `/`. What is no UTF-8 is escaped byte by byte, so that two files never share a
/// path; the value of a segment like `password=x` is hidden.
pub fn shown(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    // Most paths hold nothing that could give a name to a value.
    if memchr::memchr(b'=', text.as_bytes()).is_some() {
        let segments = text.split('/').map(|segment| credentials::masked(&[], segment));
        return segments.collect::<Vec<_>>().join("/");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_apart_and_hide_credentials() {
        let cases: &[(&[u8], &str)] = &[
            (b"deploy/production/a.env", "deploy/production/a.env"),
            ("dé/ü.env".as_bytes(), "dé/ü.env"),
            (b"a/\xff.env", "a/\\xff.env"),
            (b"a/\xfe.env", "a/\\xfe.env"),
            (b"\xc3/x\xe2\x82", "\\xc3/x\\xe2\\x82"),
            (b"a/password=hunter2/b.env", "a/password=***/b.env"),
            (b"a/region=eu/b.env", "a/region=eu/b.env"),
            (b"", ""),
        ];
        for (path, expected) in cases {
            assert_eq!(shown(path), *expected);
        }
    }
}
