//! The token, which cannot be shown, and what keeps it and its like out of messages.

use crate::error::{Error, Result};
use crate::reporters::visible::visible;
use octocrab::secrecy::{ExposeSecret, SecretString};

/// A token of GitHub's. It cannot be printed, compared or serialised, and is wiped from memory when it is dropped.
pub struct Token(SecretString);

impl Token {
    /// Takes a token as it stands in an input; blanks around it are no part of it.
    ///
    /// # Errors
    /// Where it is empty or could not stand in a header.
    pub fn new(text: &str) -> Result<Self> {
        let text = text.trim();
        let hint = "pass the job's own with `token: ${{ github.token }}`";
        if text.is_empty() {
            return Err(Error::new("the token is empty").hint(hint));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::new("the token has characters that no token has").hint(hint));
        }
        Ok(Self(SecretString::from(text)))
    }

    pub(super) fn secret(&self) -> SecretString {
        self.0.clone()
    }
}

/// As much of GitHub's text as a message shows.
const SHOWN: usize = 300;
/// As much of it as is looked at.
const READ: usize = 16 * 1024;

/// Takes what must not be shown out of text that came from outside.
pub(super) struct Scrubber {
    token: Option<SecretString>,
}

impl Scrubber {
    pub(super) fn new(token: Option<&Token>) -> Self {
        Self {
            token: token.map(Token::secret),
        }
    }

    /// The text in one line without the token, without what URLs hold besides their place, harmless to terminals and
    /// to a workflow's runner, and not too long.
    pub(super) fn scrub(&self, text: &str) -> String {
        let mut end = READ.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = text.get(..end).unwrap_or("").trim();
        let hidden = match &self.token {
            Some(token) => text.replace(token.expose_secret(), "***"),
            None => text.to_owned(),
        };
        let mut shown = String::with_capacity(hidden.len());
        for word in hidden.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`')) {
            push_without_credentials(&mut shown, word);
        }
        let shown = visible(&shown);
        match shown.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}...", shown.get(..end).unwrap_or("")),
            None => shown.into_owned(),
        }
    }
}

/// Adds a word; of a URL only scheme, host and path.
fn push_without_credentials(shown: &mut String, word: &str) {
    let Some((scheme, rest)) = word.split_once("://") else {
        shown.push_str(word);
        return;
    };
    let path = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(path).unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let kept = rest.find(['?', '#']).unwrap_or(rest.len());
    shown.push_str(scheme);
    shown.push_str("://");
    if host.len() < authority.len() {
        shown.push_str("***@");
    }
    shown.push_str(host);
    shown.push_str(rest.get(..kept).unwrap_or(""));
    if kept < rest.len() {
        shown.push_str("?***");
        let end = word.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`'));
        shown.push_str(word.get(end.len()..).unwrap_or(""));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What has `Debug` or `Display` answers by the inherent function, which wins over the trait's.
    struct Probe<T>(std::marker::PhantomData<T>);
    trait Silent {
        fn speaks() -> bool {
            false
        }
    }
    impl<T> Silent for Probe<T> {}
    #[allow(dead_code, reason = "only for types that can be printed")]
    impl<T: std::fmt::Debug> Probe<T> {
        fn speaks() -> bool {
            true
        }
    }

    #[test]
    fn a_token_cannot_be_printed() {
        assert!(Probe::<String>::speaks());
        assert!(!Probe::<Token>::speaks());
        assert!(!Probe::<Scrubber>::speaks());
    }

    #[test]
    fn what_no_token_can_be_is_refused_without_showing_it() {
        for text in ["", "  \n", "ghs_a b", "ghs_a\nb", "ghs_\u{e9}", "ghs_\u{0}x"] {
            let error = Token::new(text).map(|_| ()).unwrap_err().to_string();
            assert!(!error.contains("ghs_"), "{error}");
        }
        assert_eq!(Token::new(" ghs_x\n").unwrap().secret().expose_secret(), "ghs_x");
    }

    #[test]
    fn nothing_secret_or_harmful_is_left() {
        let token = Token::new("ghs_secret").unwrap();
        let scrubber = Scrubber::new(Some(&token));
        let cases = [
            ("Validation Failed", "Validation Failed"),
            ("bad ghs_secret here", "bad *** here"),
            (
                "see https://u:p@example.com/a?token=x#y now",
                "see https://***@example.com/a?*** now",
            ),
            ("at <https://example.com/x?sig=1>", "at <https://example.com/x?***>"),
            ("at https://example.com?sig=1", "at https://example.com?***"),
            ("::error::x\u{1b}[31m\ny", "\\u{3a}:error::x\\u{1b}[31m\\ny"),
            ("https://ghs_secret@example.com", "https://***@example.com"),
        ];
        for (text, expected) in cases {
            assert_eq!(scrubber.scrub(text), expected, "{text:?}");
        }
        assert_eq!(scrubber.scrub(&"é".repeat(9_000)).chars().count(), SHOWN + 3);
        // No half of a token is left where the text is cut.
        let long = format!("{}ghs_secret", "x".repeat(SHOWN - 4));
        assert!(!scrubber.scrub(&long).contains("ghs_"));
    }
}
