//! Places: inside of the text, on character boundaries, in order, and the way back from decoded text.

use envfence::source::{Decoded, TextRange};

/// Asserts that a range lies in the text on character boundaries, and gives the text there.
pub fn slice<'t>(text: &'t str, range: TextRange, what: &str) -> &'t str {
    let found = text.get(range.start as usize..range.end as usize);
    assert!(found.is_some(), "{what}: {range:?} is no place in {} bytes", text.len());
    found.unwrap_or("")
}

/// Asserts that ranges lie in the text, in rising order and without overlaps.
pub fn in_order(text: &str, ranges: impl IntoIterator<Item = TextRange>, what: &str) {
    let mut last = 0;
    for range in ranges {
        slice(text, range, what);
        assert!(range.start >= last, "{what}: {range:?} overlaps what ends at {last}");
        last = range.end;
    }
}

/// Asserts that one range lies in another one.
pub fn inside(inner: TextRange, outer: TextRange, what: &str) {
    assert!(
        outer.start <= inner.start && inner.end <= outer.end,
        "{what}: {inner:?} does not lie in {outer:?}"
    );
}

/// What may stand in the original for a character of the decoded text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The character itself, or an escape that is longer.
    Escaped,
    /// Anything: four letters of base64 stand for three bytes.
    Anyhow,
}

/// Asserts that each character of a decoded text maps to a place in `holder` of the original, in order, where it or an
/// escape of it stands.
pub fn way_back(original: &str, holder: TextRange, decoded: &Decoded<'_>, written: Written) {
    let mut last = holder.start;
    for (at, character) in decoded.text.char_indices() {
        let range = TextRange::new(at, at + character.len_utf8());
        let back = decoded.offsets.range_to_outer(range);
        if written == Written::Anyhow {
            inside(back, holder, "decoded");
            continue;
        }
        let found = slice(original, back, "decoded");
        inside(back, holder, "decoded");
        assert!(back.start >= last, "decoded: {back:?} stands before {last}");
        last = back.start;
        let blank = character.is_whitespace() && found.chars().all(char::is_whitespace);
        let escape = found.len() > character.len_utf8() || found.starts_with(['\\', '&', '\'', '"']);
        assert!(
            blank || escape || found.chars().eq([character]),
            "decoded: {character:?} maps to {found:?} at {back:?}"
        );
    }
}
