//! Which characters occur in a text: one pass that tells of many ways of writing at once that they are not used.

/// The ASCII characters that occur in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Characters(u128);

impl Characters {
    pub(super) fn of(text: &str) -> Self {
        let bit = |byte: u8| if byte.is_ascii() { 1 << byte } else { 0 };
        Self(text.bytes().fold(0, |seen, byte| seen | bit(byte)))
    }

    /// Whether one of these characters occurs.
    pub(super) fn any(self, of: &str) -> bool {
        self.0 & Self::of(of).0 != 0
    }

    /// Whether each of these characters occurs.
    pub(super) fn all(self, of: &str) -> bool {
        let wanted = Self::of(of).0;
        self.0 & wanted == wanted
    }
}

#[cfg(test)]
mod tests {
    use super::Characters;

    #[test]
    fn characters_that_occur() {
        let seen = Characters::of("a:/é\u{1}~");
        for (of, any, all) in [
            ("a", true, true),
            ("b", false, false),
            ("=:", true, false),
            ("/:", true, true),
            ("\u{1}~", true, true),
            ("", false, true),
            ("A\u{7f}", false, false),
        ] {
            assert_eq!((seen.any(of), seen.all(of)), (any, all), "{of}");
        }
    }
}
