//! Changed files as GitHub lists them: status, counts, and the patch with what may be commented on.

/// GitHub gives no patch for a file whose difference has more lines or bytes.
const LINES_OF_A_FILE: usize = 20_000;
const BYTES_OF_A_FILE: usize = 500_000;
/// Nor for the files after which the whole difference has more.
const LINES_OF_ALL: usize = 20_000;
const BYTES_OF_ALL: usize = 1_000_000;

/// A file that differs between two commits.
#[derive(Debug, Clone)]
pub(crate) struct ChangedFile {
    pub(crate) path: String,
    pub(crate) previous: Option<String>,
    /// `added`, `removed`, `modified`, `renamed` or `changed`.
    pub(crate) status: &'static str,
    pub(crate) blob: String,
    pub(crate) additions: usize,
    pub(crate) deletions: usize,
    /// The hunks; absent for binary files, for large ones, and where only name or mode differ.
    pub(crate) patch: Option<String>,
}

/// A side of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

impl Side {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Left => "LEFT",
            Self::Right => "RIGHT",
        }
    }
}

/// A line of a patch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Counted from the line below the first `@@`.
    pub(crate) position: usize,
    pub(crate) hunk: usize,
    pub(crate) left: Option<u64>,
    pub(crate) right: Option<u64>,
    pub(crate) text: &'a str,
}

impl Line<'_> {
    pub(crate) fn number(&self, side: Side) -> Option<u64> {
        match side {
            Side::Left => self.left,
            Side::Right => self.right,
        }
    }
}

/// Reads what `git diff --raw -z` and `git diff --patch` say.
pub(crate) fn files(raw: &[u8], patch: &[u8]) -> Vec<ChangedFile> {
    let raw = String::from_utf8_lossy(raw);
    let patch = String::from_utf8_lossy(patch);
    let mut sections = sections(&patch).into_iter();
    let mut fields = raw.split('\0');
    let mut files = Vec::new();
    let (mut lines, mut bytes) = (0, 0);
    while let Some(about) = fields.next().and_then(|field| field.strip_prefix(':')) {
        let about: Vec<&str> = about.split(' ').collect();
        let [old_mode, new_mode, old_blob, new_blob, letter] = about[..] else {
            panic!("{raw}")
        };
        let first = fields.next().unwrap().to_owned();
        let renamed = letter.starts_with('R') || letter.starts_with('C');
        let path = if renamed {
            fields.next().unwrap().to_owned()
        } else {
            first.clone()
        };
        let section = sections.next().unwrap_or_default();
        if letter == "T" {
            sections.next(); // a change of type is told as a removal and an addition
        }
        let hunks = hunks(section);
        let count = |sign: char| hunks.map_or(0, |text| text.lines().filter(|line| line.starts_with(sign)).count());
        let fits = |text: &&str| {
            lines += text.lines().count();
            bytes += text.len();
            let file = text.lines().count() <= LINES_OF_A_FILE && text.len() <= BYTES_OF_A_FILE;
            file && lines <= LINES_OF_ALL && bytes <= BYTES_OF_ALL
        };
        files.push(ChangedFile {
            path,
            previous: renamed.then_some(first),
            status: match letter.as_bytes().first() {
                Some(b'A') => "added",
                Some(b'D') => "removed",
                Some(b'R') => "renamed",
                Some(b'C') => "copied",
                _ if old_mode != new_mode && old_blob == new_blob => "changed",
                _ => "modified",
            },
            blob: if letter == "D" { old_blob } else { new_blob }.to_owned(),
            additions: count('+'),
            deletions: count('-'),
            patch: hunks.filter(fits).map(ToOwned::to_owned),
        });
    }
    files
}

/// The parts of a patch, one per file. Lines of files begin with a sign, so these headers stand out.
fn sections(patch: &str) -> Vec<&str> {
    let header = "diff --git ";
    let mut starts: Vec<usize> = patch.match_indices("\ndiff --git ").map(|(at, _)| at + 1).collect();
    if patch.starts_with(header) {
        starts.insert(0, 0);
    }
    let ends = starts.iter().skip(1).copied().chain([patch.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| &patch[*start..end])
        .collect()
}

/// The hunks of a file's part, without the line end after the last.
fn hunks(section: &str) -> Option<&str> {
    let start = section.find("\n@@ ")? + 1;
    Some(section[start..].strip_suffix('\n').unwrap_or(&section[start..]))
}

/// The lines of a patch that can be commented on.
pub(crate) fn lines(patch: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let (mut hunk, mut left, mut right) = (0, 0, 0);
    for (position, text) in patch.split('\n').enumerate() {
        if text.starts_with("@@ ") {
            hunk += 1;
            (left, right) = starts(text);
            continue;
        }
        let sign = text.chars().next();
        let line = Line {
            position,
            hunk,
            left: (sign != Some('+')).then_some(left),
            right: (sign != Some('-')).then_some(right),
            text,
        };
        if sign == Some('\\') {
            continue;
        }
        left += u64::from(line.left.is_some());
        right += u64::from(line.right.is_some());
        lines.push(line);
    }
    lines
}

/// Where a hunk begins on both sides: `@@ -1,2 +3,4 @@`.
fn starts(header: &str) -> (u64, u64) {
    let number = |sign: char| {
        let range = header
            .split(' ')
            .find_map(|word| word.strip_prefix(sign))
            .unwrap_or("0");
        range.split(',').next().and_then(|text| text.parse().ok()).unwrap_or(0)
    };
    (number('-'), number('+'))
}

/// Where a line of the old file stands in the new one, unless it was changed or removed.
pub(crate) fn moved(patch: &str, line: u64) -> Option<u64> {
    let mut shift: i64 = 0;
    for one in lines(patch) {
        match (one.left, one.right) {
            (Some(left), Some(right)) if left == line => return Some(right),
            (Some(left), None) if left == line => return None,
            (Some(left), _) if left > line => break,
            (Some(_), None) => shift -= 1,
            (None, Some(_)) => shift += 1,
            _ => {}
        }
    }
    line.checked_add_signed(shift)
}

/// The hunk up to a line, as `diff_hunk` of a review comment shows it.
pub(crate) fn hunk_until(patch: &str, position: usize) -> String {
    let all: Vec<&str> = patch.split('\n').collect();
    let upto = all.get(..=position).unwrap_or(&all);
    let start = upto.iter().rposition(|line| line.starts_with("@@ ")).unwrap_or(0);
    upto[start..].join("\n")
}
