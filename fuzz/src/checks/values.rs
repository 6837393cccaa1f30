//! Values with their keys: references, expressions, credentials.

use super::places::{in_order, inside, slice};
use super::{first_line, text_of};
use envfence::references::{self, Keyed, Role, credentials, expressions, keys};
use envfence::source::TextRange;

/// The first line is a key path, joined by dots; the rest is the value.
pub(super) fn references(_: &str, data: &[u8]) {
    let text = text_of(data);
    let (key, value) = first_line(&text);
    let path: Vec<&str> = key.split('.').collect();
    let keyed = Keyed { path: &path, value };
    let found = references::read(keyed);
    for part in found.iter().flat_map(|reference| &reference.parts) {
        slice(value, part.range, "part");
        assert!(part.role != Role::Host || !part.range.is_empty(), "an empty host");
    }
    assert_eq!(found, references::read(keyed));
    let shown = references::without_credentials(value, &found);
    assert!(shown.len() <= value.len() + 3 * found.iter().map(|one| one.parts.len()).sum::<usize>());
    for shape in references::SHAPES {
        for part in (shape.read)(value)
            .iter()
            .flatten()
            .flat_map(|reference| &reference.parts)
        {
            slice(value, part.range, shape.name);
        }
    }
    assert_eq!(keys::key_role(&path), keys::key_role(&path));
    keys::context(&path);
    keys::is_datastore(&path);
    for word in keys::words(key) {
        assert!(!word.is_empty() && key.contains(word));
    }
}

/// All of the input is one value.
pub(super) fn expressions(_: &str, data: &[u8]) {
    let text = text_of(data);
    let all = TextRange::new(0, text.len());
    let found = expressions::expressions(&text);
    in_order(&text, found.iter().map(|one| one.range), "expression");
    for one in found.iter().chain(&expressions::code_expression(&text)) {
        inside(one.range, all, "expression");
        for range in one.names.iter().copied().chain(one.fallback.map(|one| one.range)) {
            slice(&text, range, "name or fallback");
            inside(range, one.range, "name or fallback");
        }
    }
    let literal = expressions::literal_parts(&text, &found);
    in_order(&text, literal.iter().copied(), "literal part");
    let lengths = |ranges: &mut dyn Iterator<Item = TextRange>| ranges.map(TextRange::len).sum::<usize>();
    let together = lengths(&mut literal.iter().copied()) + lengths(&mut found.iter().map(|one| one.range));
    assert_eq!(together, text.len(), "expressions and literal parts make up the value");
    assert_eq!(found, expressions::expressions(&text));
}

/// What stands for a password in what must be masked.
pub(super) const PLANTED: &str = "Pl4nt3dZq7xW9kTf2Lm";

/// Where a credential is planted in the value; at the end where there is none.
const HOLE: char = '¤';

/// The first line is a key path; the rest is the value, with a place to plant credentials at.
pub(super) fn credentials(_: &str, data: &[u8]) {
    let text = text_of(data);
    let (key, value) = first_line(&text);
    let path: Vec<&str> = key.split('.').collect();
    let ranges = credentials::credential_ranges(&path, value);
    in_order(value, ranges.iter().copied(), "credential");
    let masked = credentials::masked(&path, value);
    let hidden: usize = ranges.iter().map(|range| range.len()).sum();
    assert_eq!(masked.len(), value.len() - hidden + 3 * ranges.len());
    assert_eq!(credentials::credential_ranges(&path, value), ranges);
    let (before, after) = value.split_once(HOLE).unwrap_or((value, ""));
    if text.contains(PLANTED) {
        return;
    }
    let planted = [
        format!("{before} postgres://app:{PLANTED}@db.example.com/shop {after}"),
        format!("{before}\nDB_PASSWORD={PLANTED}\n{after}"),
        format!("{before} Server=db.example.com;Password={PLANTED}; {after}"),
        format!("{before} ghp_{PLANTED}{PLANTED} {after}"),
    ];
    for value in planted {
        let masked = credentials::masked(&path, &value);
        assert!(!masked.contains(PLANTED), "{masked:?} of {value:?} at {path:?}");
    }
    let masked = credentials::masked(&["db_password"], &format!("{PLANTED}{after}"));
    let fetched = after.contains(['$', '{', '%', '(', '<', '[', '.', '"', '\'', '|', '?', '`']);
    assert!(fetched || !masked.contains(PLANTED), "{masked:?} is no password");
}
