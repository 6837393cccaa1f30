//! Base64 in values, decoded with the way back to its characters.

use crate::source::{Decoded, Offsets};
use ::base64::Engine as _;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::borrow::Cow;

const STANDARD: GeneralPurpose = GeneralPurpose::new(
    &::base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The text that a value encodes, unless it is no base64 or encodes no text. Byte `i` of the text points at the
/// character of the base64 that its bits begin in.
pub(super) fn decoded(value: &Decoded<'_>) -> Option<Decoded<'static>> {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace();
    let written = value.text.as_bytes();
    let characters: Vec<u8> = written.iter().copied().filter(|byte| !is_blank(byte)).collect();
    let text = String::from_utf8(STANDARD.decode(characters).ok()?).ok()?;
    if text.is_empty() || text.contains('\0') {
        return None;
    }
    let mut offsets = Offsets::default();
    let mut end = 0;
    for (number, (at, _)) in written
        .iter()
        .enumerate()
        .filter(|(_, byte)| !is_blank(byte))
        .enumerate()
    {
        let outer = value.offsets.to_outer(u32::try_from(at).ok()?) as usize;
        let inner = number / 4 * 3 + number % 4;
        if number % 4 < 3 && inner < text.len() {
            offsets.push(inner, outer);
        }
        end = outer + 1;
    }
    offsets.push(text.len(), end);
    Some(Decoded {
        text: Cow::Owned(text),
        offsets,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::TextRange;

    #[test]
    fn bytes_point_at_their_characters() {
        // "postgres://db-uat/x", on two lines.
        let holder = "k: cG9zdGdyZXM6\n  Ly9kYi11YXQveA==";
        let value = Decoded::plain(holder, TextRange::new(3, holder.len()));
        let found = decoded(&value).unwrap();
        assert_eq!(found.text, "postgres://db-uat/x");
        let place = |from: usize, to: usize| found.offsets.range_to_outer(TextRange::new(from, to)).slice(holder);
        assert_eq!(place(0, 3), "cG9z");
        assert_eq!(place(9, 12), "Ly9k");
        assert_eq!(place(0, 19), "cG9zdGdyZXM6\n  Ly9kYi11YXQveA==");
        assert_eq!(place(18, 19), "eA==");
    }

    #[test]
    fn what_is_no_text_is_dismissed() {
        for text in ["", "====", "no base64", "/////w==", "AAAA", "é"] {
            assert_eq!(
                decoded(&Decoded::plain(text, TextRange::new(0, text.len()))),
                None,
                "{text}"
            );
        }
    }
}
