//! Masks what is filled in later, so that the delimiters inside of it do not count.

use super::characters::Characters;
use std::borrow::Cow;

/// What stands for each byte of a template in a masked value.
pub(super) const MASK: char = '\u{1}';

/// Openers and closers of templates that do not nest.
const FLAT: &[(&str, &str)] = &[
    ("{{", "}}"),
    ("{%", "%}"),
    ("<%", "%>"),
    ("[[", "]]"),
    ("((", "))"),
    ("%(", ")s"),
    ("%env(", ")%"),
];

/// The value with each byte of `${..}`, `$(..)`, `$NAME`, `{{..}}`, `{%..%}`, `<%..%>`, `%{..}`, `#{..}`, `((..))`,
/// `[[..]]`, `%(..)s` and `%env(..)%` replaced by [`MASK`]. Everything keeps its place.
pub(super) fn mask(value: &str) -> Cow<'_, str> {
    let seen = Characters::of(value);
    if !seen.any("${<[(") {
        return Cow::Borrowed(value);
    }
    let mut units = Vec::new();
    flat_units(value, seen, &mut units);
    paired_units(value, (b'{', b'}'), b"$%#", &mut units);
    paired_units(value, (b'(', b')'), b"$", &mut units);
    shell_names(value, &mut units);
    if units.is_empty() {
        return Cow::Borrowed(value);
    }
    units.sort_unstable();
    let mut masked = String::with_capacity(value.len());
    for (start, end) in units {
        // Units nest and overlap; the text before this one may be masked already.
        let end = end.min(value.len());
        if end <= masked.len() {
            continue;
        }
        masked.push_str(value.get(masked.len()..start).unwrap_or(""));
        masked.extend(std::iter::repeat_n(MASK, end - masked.len()));
    }
    masked.push_str(value.get(masked.len()..).unwrap_or(""));
    Cow::Owned(masked)
}

/// Whether some of the text is filled in later.
pub(super) fn is_masked(text: &str) -> bool {
    text.contains(MASK)
}

/// Whether all of the text is filled in later.
pub(super) fn is_all_masked(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character == MASK)
}

fn flat_units(value: &str, seen: Characters, units: &mut Vec<(usize, usize)>) {
    for (opener, closer) in FLAT
        .iter()
        .filter(|(opener, closer)| seen.all(opener) && seen.all(closer))
    {
        let close = memchr::memmem::Finder::new(closer);
        let mut at = 0;
        while let Some(found) = value.get(at..).and_then(|tail| tail.find(opener)) {
            let start = at + found;
            let body = start + opener.len();
            // Where no closer follows, none follows any later opener either.
            let Some(end) = value.as_bytes().get(body..).and_then(|tail| close.find(tail)) else {
                break;
            };
            at = body + end + closer.len();
            // AWS resolves these at deploy time; what they name is a secret's path, not a variable.
            let content = value.get(body..body + end).unwrap_or("");
            // Double parentheses and brackets also stand in connect descriptors and scripts.
            let is_name = !opener.starts_with(['(', '[']) || !content.contains(['=', '(', '[', ';', '\n']);
            if is_name && !content.starts_with("resolve:") {
                units.push((start, at));
            }
        }
    }
}

/// Units from a sigil and an opener to the closer that balances it.
fn paired_units(value: &str, (opener, closer): (u8, u8), sigils: &[u8], units: &mut Vec<(usize, usize)>) {
    let mut open = Vec::new();
    let mut before = b' ';
    for (at, &byte) in value.as_bytes().iter().enumerate() {
        if byte == opener {
            open.push((at, sigils.contains(&before)));
        } else if byte == closer
            && let Some((start, true)) = open.pop()
        {
            // Octopus and Azure Pipelines close `#{NAME}#` with another sigil.
            let trailing =
                value.as_bytes().get(start - 1) == Some(&b'#') && value.as_bytes().get(at + 1) == Some(&b'#');
            units.push((start - 1, at + 1 + usize::from(trailing)));
        }
        before = byte;
    }
}

fn shell_names(value: &str, units: &mut Vec<(usize, usize)>) {
    for at in memchr::memchr_iter(b'$', value.as_bytes()) {
        let name = value.as_bytes().get(at + 1..).unwrap_or_default();
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        let length = name.iter().take_while(is_name).count();
        if name
            .first()
            .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        {
            units.push((at, at + 1 + length));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_lose_their_text_and_keep_their_place() {
        let cases = [
            ("plain {x} 50% $ $5", "plain {x} 50% $ $5"),
            ("a-${b:-c/d@e}.x", "a-___________.x"),
            ("a-${b${c}d}-e", "a-_________-e"),
            ("{{ .Values.x | quote }}:5432", "_______________________:5432"),
            ("<%= ENV['X'] %>/y", "_______________/y"),
            ("%{a}#{b}$(c)$D_1-e", "________________-e"),
            ("#{Db.Host}#,1433", "___________,1433"),
            ("((vault.x))/y", "___________/y"),
            ("%(host)s:1 %env(DB)%", "________:1 _________"),
            ("${open ${closed} {{ open", "${open _________ {{ open"),
            ("é${ü}é", "é_____é"),
            ("{{resolve:ssm:/a/b}}", "{{resolve:ssm:/a/b}}"),
        ];
        for (value, expected) in cases {
            let masked = mask(value);
            assert_eq!(masked.replace(MASK, "_"), expected);
            assert_eq!(masked.len(), value.len());
        }
    }

    #[test]
    fn hostile_nesting_is_linear() {
        for hostile in ["${", "{{", "$(", "${}", "(((", "#{a}#", "[["] {
            assert_eq!(mask(&hostile.repeat(200_000)).len(), hostile.len() * 200_000);
        }
        let nested = "${".repeat(100_000) + &"}".repeat(100_000);
        assert!(is_all_masked(&mask(&nested)));
    }
}
