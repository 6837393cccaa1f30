//! What the bytes of a file say: encrypted, binary, a schema; and how bytes become text with exact places.

use super::{Judgement, Reason, SIZE_CAP};
use crate::source::TextRange;
use memchr::memmem::{self, Finder};
use std::sync::LazyLock;

/// How far a NUL byte is looked for, as git does.
const BINARY_HEAD: usize = 8 << 10;

/// A file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Valid UTF-8, a byte order mark kept.
    pub text: String,
    /// The first byte that was no text, and how many there were; each stands as `?`.
    pub invalid: Option<(TextRange, usize)>,
}

/// Judges a file by its bytes.
pub fn judge_text(path: &str, bytes: &[u8]) -> Judgement {
    let head = bytes.get(..BINARY_HEAD).unwrap_or(bytes);
    let reason = if u64::try_from(bytes.len()).is_ok_and(|length| length > SIZE_CAP) {
        Some(Reason::TooLarge)
    } else if is_encrypted_head(head) || is_sops(bytes) {
        Some(Reason::Encrypted)
    } else if is_binary(head) {
        Some(Reason::Binary)
    } else if head.starts_with(b"version https://git-lfs.github.com/spec/") {
        Some(Reason::LfsPointer)
    } else if is_resource_definition(path, bytes) {
        Some(Reason::Schema)
    } else {
        None
    };
    reason.map_or(Judgement::Read, Judgement::Skip)
}

/// Turns bytes into text. UTF-16 is known by its byte order mark; bytes of UTF-8 text stay where they are.
pub fn decode(bytes: Vec<u8>) -> Text {
    match utf16_order(&bytes) {
        Some(order) => decode_utf16(bytes.get(2..).unwrap_or(&[]), order),
        None => match String::from_utf8(bytes) {
            Ok(text) => Text { text, invalid: None },
            Err(error) => decode_lossily(error.as_bytes()),
        },
    }
}

#[derive(Clone, Copy)]
enum ByteOrder {
    Little,
    Big,
}

/// The order of UTF-16 text; UTF-32, which starts alike, is none.
fn utf16_order(bytes: &[u8]) -> Option<ByteOrder> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => None,
        [0xff, 0xfe, ..] => Some(ByteOrder::Little),
        [0xfe, 0xff, ..] => Some(ByteOrder::Big),
        _ => None,
    }
}

fn decode_utf16(bytes: &[u8], order: ByteOrder) -> Text {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| match order {
        ByteOrder::Little => u16::from_le_bytes(*pair),
        ByteOrder::Big => u16::from_be_bytes(*pair),
    });
    let mut text = String::with_capacity(bytes.len() / 2 + 3);
    text.push('\u{feff}');
    let mut invalid: Option<(TextRange, usize)> = None;
    let odd = rest.first().map(|_| Err(()));
    for unit in char::decode_utf16(units).map(|unit| unit.map_err(|_| ())).chain(odd) {
        let character = unit.unwrap_or_else(|()| {
            let first = TextRange::new(text.len(), text.len() + 1);
            invalid.get_or_insert((first, 0)).1 += 1;
            '?'
        });
        text.push(character);
    }
    Text { text, invalid }
}

fn decode_lossily(bytes: &[u8]) -> Text {
    let mut text = String::with_capacity(bytes.len());
    let mut invalid: Option<(TextRange, usize)> = None;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for _ in chunk.invalid() {
            let first = TextRange::new(text.len(), text.len() + 1);
            invalid.get_or_insert((first, 0)).1 += 1;
            text.push('?');
        }
    }
    Text { text, invalid }
}

fn is_binary(head: &[u8]) -> bool {
    utf16_order(head).is_none() && memchr::memchr(0, head).is_some()
}

/// git-crypt, Ansible Vault, OpenSSL, age and PGP.
fn is_encrypted_head(head: &[u8]) -> bool {
    let starts: [&[u8]; 6] = [
        b"\0GITCRYPT\0",
        b"$ANSIBLE_VAULT;",
        b"Salted__",
        b"age-encryption.org/",
        b"-----BEGIN AGE ENCRYPTED FILE-----",
        b"-----BEGIN PGP MESSAGE-----",
    ];
    starts.iter().any(|start| head.starts_with(start))
}

/// Whether SOPS encrypted the values. Where it was told to encrypt only some of them, the others can be judged.
fn is_sops(bytes: &[u8]) -> bool {
    // Asked of every byte of every file.
    static VALUE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("ENC[AES256_GCM,"));
    let has = |needle: &str| memmem::find(bytes, needle.as_bytes()).is_some();
    VALUE.find(bytes).is_some()
        && has("sops")
        && has("mac")
        && !["encrypted_regex", "encrypted_suffix"].iter().any(|option| has(option))
}

/// Whether every document of a YAML file is a custom resource definition.
fn is_resource_definition(path: &str, bytes: &[u8]) -> bool {
    static KIND: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("CustomResourceDefinition"));
    if path.ends_with(".json") || KIND.find(bytes).is_none() {
        return false;
    }
    let starts_line = |at: &usize| at.checked_sub(1).is_none_or(|before| bytes.get(before) == Some(&b'\n'));
    let mut kinds = memmem::find_iter(bytes, b"kind:")
        .filter(starts_line)
        .map(|at| bytes.get(at + "kind:".len()..).unwrap_or(&[]))
        .map(|rest| {
            memchr::memchr(b'\n', rest)
                .and_then(|end| rest.get(..end))
                .unwrap_or(rest)
        })
        .peekable();
    kinds.peek().is_some()
        && kinds.all(|kind| {
            let kind = kind.trim_ascii();
            let quote = |byte: &u8| matches!(byte, b'"' | b'\'');
            let bare = kind
                .strip_prefix(b"\"")
                .or_else(|| kind.strip_prefix(b"'"))
                .unwrap_or(kind);
            let bare = if bare.last().is_some_and(quote) {
                bare.split_last().map_or(bare, |(_, rest)| rest)
            } else {
                bare
            };
            bare == b"CustomResourceDefinition"
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_judged() {
        let sops = "db: ENC[AES256_GCM,data:x,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:y,type:str]\n";
        let partly = format!("{sops}  encrypted_regex: ^data$\n");
        let crd =
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  names:\n    kind: Shop\n";
        let mixed = format!("{crd}---\nkind: ConfigMap\n");
        let cases: &[(&str, &[u8], Judgement)] = &[
            ("plain", b"host: db.example.com\n", Judgement::Read),
            ("empty", b"", Judgement::Read),
            ("sops", sops.as_bytes(), Judgement::Skip(Reason::Encrypted)),
            ("partly sops", partly.as_bytes(), Judgement::Read),
            ("configures sops", b"sops:\n  mac: none\n", Judgement::Read),
            (
                "vault",
                b"$ANSIBLE_VAULT;1.1;AES256\n61",
                Judgement::Skip(Reason::Encrypted),
            ),
            ("mentions a vault", b"a: $ANSIBLE_VAULT;1.1\n", Judgement::Read),
            ("git-crypt", b"\0GITCRYPT\0\x01\x02", Judgement::Skip(Reason::Encrypted)),
            ("binary", b"\x7fELF\0\0", Judgement::Skip(Reason::Binary)),
            ("utf-32", b"\xff\xfe\0\0a\0\0\0", Judgement::Skip(Reason::Binary)),
            ("utf-16", b"\xff\xfea\0", Judgement::Read),
            ("crd", crd.as_bytes(), Judgement::Skip(Reason::Schema)),
            ("crd and more", mixed.as_bytes(), Judgement::Read),
            (
                "crd, quoted, crlf",
                b"kind: \"CustomResourceDefinition\"\r\n",
                Judgement::Skip(Reason::Schema),
            ),
            ("names a crd", b"watch: CustomResourceDefinition\n", Judgement::Read),
            (
                "sealed",
                b"kind: SealedSecret\nspec:\n  encryptedData:\n    a: AgB\n",
                Judgement::Read,
            ),
            (
                "lfs",
                b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
                Judgement::Skip(Reason::LfsPointer),
            ),
        ];
        for (name, bytes, expected) in cases {
            assert_eq!(judge_text("a.yaml", bytes), *expected, "{name}");
        }
        let mut late = vec![b'a'; BINARY_HEAD];
        late.push(0);
        assert_eq!(judge_text("a", &late), Judgement::Read);
        let large = vec![b'a'; usize::try_from(SIZE_CAP).unwrap() + 1];
        assert_eq!(judge_text("a", &large), Judgement::Skip(Reason::TooLarge));
        assert_eq!(judge_text("a", &large[1..]), Judgement::Read);
    }

    #[test]
    fn places_survive_decoding() {
        type Case<'a> = (&'a [u8], &'a str, Option<(usize, usize)>);
        let cases: &[Case<'_>] = &[
            (b"a: \xc3\xa9\n", "a: é\n", None),
            (b"\xef\xbb\xbfa", "\u{feff}a", None),
            (b"a\xffb\xe2\x82c", "a?b??c", Some((1, 3))),
            (b"\xff\xfea\0\xe9\0", "\u{feff}aé", None),
            (b"\xfe\xff\0a\xd8\0\0b", "\u{feff}a?b", Some((4, 1))),
            (b"\xff\xfea\0b", "\u{feff}a?", Some((4, 1))),
            (b"\xff", "?", Some((0, 1))),
            (b"", "", None),
        ];
        for (bytes, text, invalid) in cases {
            let decoded = decode(bytes.to_vec());
            assert_eq!(decoded.text, *text);
            let expected = invalid.map(|(at, count)| (TextRange::new(at, at + 1), count));
            assert_eq!(decoded.invalid, expected, "{text:?}");
        }
        let raw = b"x\xffhost";
        assert_eq!(decode(raw.to_vec()).text.find("host"), Some(2));
    }
}
