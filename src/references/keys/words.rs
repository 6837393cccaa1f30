//! Names of keys as words, and tables of word sequences that are looked up in them.

/// No key path is judged by more words than this; what lies further out says nothing about the value.
const WORD_CAP: usize = 64;

/// Nor by more names, nor by names longer than this: every setting of a hostile source may lie below the same ones.
const NAME_CAP: usize = 32;
const LENGTH_CAP: usize = 512;

/// Splits a key's name into words: at everything that is no letter or digit, between `camelCase` words, after an acronym
/// (`VPCId`), and between letters and digits.
pub fn words(name: &str) -> impl Iterator<Item = &str> {
    places(name).filter_map(|(start, end)| name.get(start..end))
}

/// Where the words of a name start and end.
fn places(name: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = name.as_bytes();
    let of = |at: usize| bytes.get(at).map_or(Kind::Separator, |&byte| kind(byte));
    let mut at = 0;
    std::iter::from_fn(move || {
        at += bytes
            .get(at..)?
            .iter()
            .position(|&byte| kind(byte) != Kind::Separator)?;
        let start = at;
        let mut before = of(at);
        loop {
            at += 1;
            let now = of(at);
            if now == Kind::Separator || is_border(bytes, at, before, now) {
                return Some((start, at));
            }
            before = now;
        }
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Separator,
    Upper,
    Lower,
    Digit,
}

/// Bytes of non-ASCII characters count as lower case, so that no border falls inside of a character.
fn kind(byte: u8) -> Kind {
    match byte {
        b'a'..=b'z' | 0x80.. => Kind::Lower,
        b'A'..=b'Z' => Kind::Upper,
        b'0'..=b'9' => Kind::Digit,
        _ => Kind::Separator,
    }
}

/// Whether a new word begins at `at`, between two letters or digits of these kinds.
fn is_border(bytes: &[u8], at: usize, before: Kind, now: Kind) -> bool {
    match (before, now) {
        (Kind::Digit, now) => now != Kind::Digit,
        (Kind::Lower, now) => now != Kind::Lower,
        (Kind::Upper, Kind::Digit) => true,
        // The last capital of an acronym begins the next word, unless only a plural's `s` follows: `baseURLs`.
        (Kind::Upper, Kind::Upper) => {
            let of = |index: usize| bytes.get(index).map_or(Kind::Separator, |&byte| kind(byte));
            let plural = bytes.get(at + 1) == Some(&b's') && of(at + 2) != Kind::Lower;
            of(at + 1) == Kind::Lower && !plural
        }
        _ => false,
    }
}

/// A word of a key path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::references) struct Word<'a> {
    /// As it is written.
    pub(in crate::references) text: &'a str,
    /// How many names stand between it and the value: 0 in the last name.
    pub(in crate::references) depth: u8,
    /// Where a [`Lexicon`] looks for it: many lexicons are asked for one word.
    bucket: u16,
}

/// The words of a key path from the last to the first, as endings say most.
///
/// `a.b`, `a:b`, `a/b` and `a__b` in one name count as names of their own: the same path is written either way.
pub(in crate::references) fn trail<'a>(path: &[&'a str]) -> Vec<Word<'a>> {
    let mut trail = Vec::with_capacity(12);
    let mut depth = 0u8;
    for name in path.iter().rev().take(NAME_CAP).filter(|name| name.len() <= LENGTH_CAP) {
        let begin = trail.len();
        let mut segment = 0u8;
        let mut last = None;
        for (start, end) in places(name) {
            let between = last.and_then(|last| name.get(last..start));
            segment = segment.saturating_add(u8::from(between.is_some_and(separates_segments)));
            last = Some(end);
            let text = name.get(start..end).unwrap_or("");
            trail.push(Word {
                text,
                depth: segment,
                bucket: bucket(text),
            });
        }
        let Some(added) = trail.get_mut(begin..).filter(|added| !added.is_empty()) else {
            continue;
        };
        added.reverse();
        for word in added {
            word.depth = depth.saturating_add(segment - word.depth);
        }
        depth = depth.saturating_add(segment).saturating_add(1);
        if trail.len() >= WORD_CAP {
            trail.truncate(WORD_CAP);
            break;
        }
    }
    trail
}

/// Whether what stands between two words of a name makes them parts of a path.
fn separates_segments(between: &str) -> bool {
    between.contains(['.', ':', '/']) || between.contains("__")
}

/// Word sequences, found by their last word.
pub(in crate::references) struct Lexicon {
    rows: Vec<Phrase>,
    /// Rows by the bucket of their last word, longest rows first.
    buckets: Vec<Vec<usize>>,
}

struct Phrase {
    /// Last first.
    words: Vec<&'static str>,
    /// Whether all of them stand in one name.
    joined: bool,
}

const BUCKETS: u16 = 512;

impl Lexicon {
    /// The lexicon of these phrases; a row's number is its position. Words of a phrase may stand in names above one
    /// another (`db: {name: x}`), unless they are joined by `_`.
    pub(in crate::references) fn new(phrases: impl Iterator<Item = &'static str>) -> Self {
        let mut rows: Vec<Phrase> = Vec::new();
        let mut buckets = vec![Vec::new(); usize::from(BUCKETS)];
        for phrase in phrases {
            let mut words: Vec<_> = words(phrase).collect();
            words.reverse();
            if let Some(bucket) = words
                .first()
                .and_then(|word| buckets.get_mut(usize::from(bucket(word))))
            {
                bucket.push(rows.len());
            }
            let joined = phrase.contains('_');
            rows.push(Phrase { words, joined });
        }
        for bucket in &mut buckets {
            bucket.sort_by_key(|&row| std::cmp::Reverse(rows.get(row).map_or(0, |phrase| phrase.words.len())));
        }
        Self { rows, buckets }
    }

    /// The rows that end at the first of these words (last word first), longest first, with their lengths in words.
    pub(in crate::references) fn ending_at<'a>(
        &'a self,
        words: &'a [Word<'a>],
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        let bucket = words
            .first()
            .and_then(|word| self.buckets.get(usize::from(word.bucket)));
        bucket.into_iter().flatten().filter_map(move |&row| {
            let phrase = self.rows.get(row)?;
            let length = phrase.words.len();
            let found = words.get(..length)?;
            let same = |(expected, word): (&&str, &Word<'_>)| expected.eq_ignore_ascii_case(word.text);
            let matches = phrase.words.iter().zip(found).all(same)
                && (!phrase.joined || found.last().map(|word| word.depth) == found.first().map(|word| word.depth));
            matches.then_some((row, length))
        })
    }
}

/// A hash, case-insensitive for ASCII letters.
fn bucket(word: &str) -> u16 {
    let mixed = word.bytes().take(16).fold(0x811c_9dc5_u32, |sum, byte| {
        (sum ^ u32::from(byte | 0x20)).wrapping_mul(0x0100_0193)
    });
    (mixed ^ (mixed >> 15)) as u16 % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        let cases = [
            ("", ""),
            ("__--", ""),
            ("DB_HOST", "DB HOST"),
            ("bigqueryProject", "bigquery Project"),
            ("dbURL", "db URL"),
            ("VPCId", "VPC Id"),
            ("baseURLs", "base URLs"),
            ("URLsuffix", "UR Lsuffix"),
            ("s3_bucket", "s 3 bucket"),
            ("DB2Host", "DB 2 Host"),
            ("oracle-db-hostname-a", "oracle db hostname a"),
            ("Database:Host/x y.z", "Database Host x y z"),
            ("--var-file", "var file"),
            ("größeDB1é", "größe DB 1 é"),
            ("A", "A"),
        ];
        for (name, expected) in cases {
            assert_eq!(words(name).collect::<Vec<_>>().join(" "), expected, "{name}");
        }
    }

    #[test]
    fn trails_run_backwards_through_segments() {
        let words = trail(&["spring.data_source", "a", "ConnectionStrings__dbURL"]);
        let shown: Vec<_> = words
            .iter()
            .map(|word| format!("{}{}", word.text, word.depth))
            .collect();
        assert_eq!(
            shown.join(" "),
            "URL0 db0 Strings1 Connection1 a2 source3 data3 spring4"
        );
        let depths = |path: &[&str]| trail(path).iter().map(|word| word.depth).collect::<Vec<_>>();
        assert_eq!(depths(&["__a_._b__", "", "..", "x:y:", "/d"]), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn lexicons_find_the_longest_ending() {
        let lexicon = Lexicon::new(["name", "db name", "my db name", "url"].into_iter());
        let path = ["DB", "NAME"];
        let words = trail(&path);
        assert_eq!(lexicon.ending_at(&words).collect::<Vec<_>>(), [(1, 2), (0, 1)]);
        assert_eq!(lexicon.ending_at(&[]).count(), 0);
        let joined = Lexicon::new(["env_name"].into_iter());
        assert_eq!(joined.ending_at(&trail(&["app.ENV_NAME"])).count(), 1);
        assert_eq!(joined.ending_at(&trail(&["env", "name"])).count(), 0);
    }

    #[test]
    fn hostile_names_stay_cheap() {
        let many = "a.".repeat(LENGTH_CAP / 2);
        assert_eq!(trail(&[&many]).len(), WORD_CAP);
        assert!(trail(&[&".".repeat(LENGTH_CAP)]).is_empty());
        assert!(trail(&[&"a".repeat(LENGTH_CAP + 1)]).is_empty());
        assert_eq!(trail(&["a"; 10_000]).len(), NAME_CAP);
    }
}
