//! Reads one file: opened once, its size known before it is read, its head looked at before the rest.

use super::Outcome;
use crate::discover::{self, Judgement, Reason, SIZE_CAP};
use crate::formats::Problem;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

/// How much of a file tells what it is.
const HEAD: usize = 1 << 10;

/// How much is read before its head is looked at: all of most files.
const START: usize = 8 << 10;

/// Reads a file, unless its head shows that nobody wants it.
pub(super) fn read(file: &Path, path: &str, wanted: &dyn Fn(&[u8]) -> bool) -> Option<Outcome> {
    match bytes_of(file, wanted) {
        Ok(Bytes::Unwanted) => None,
        Ok(Bytes::Skipped(reason)) => Some(Outcome::Skipped(reason)),
        Ok(Bytes::All(bytes)) => Some(match discover::judge_text(path, &bytes) {
            Judgement::Skip(reason) => Outcome::Skipped(reason),
            Judgement::Read => text_of(bytes),
        }),
        Err(error) => Some(Outcome::Failed(said(&error))),
    }
}

/// What the system says of an error, in words that are the same everywhere.
pub(super) fn said(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        // The kinds without a stable name.
        kind if matches!(kind.to_string().as_str(), "uncategorized error" | "other error") => error.to_string(),
        kind => kind.to_string(),
    }
}

fn text_of(bytes: Vec<u8>) -> Outcome {
    let decoded = discover::decode(bytes);
    let problems = decoded.invalid.map(|(at, count)| Problem {
        at,
        unread: true,
        message: match count {
            1 => "1 byte is no text; it was read as `?`".to_owned(),
            _ => format!("{count} bytes are no text; they were read as `?`"),
        },
    });
    Outcome::Read(decoded.text, problems.into_iter().collect())
}

enum Bytes {
    Unwanted,
    Skipped(Reason),
    All(Vec<u8>),
}

fn bytes_of(path: &Path, wanted: &dyn Fn(&[u8]) -> bool) -> io::Result<Bytes> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Ok(Bytes::Skipped(Reason::NotAFile));
    }
    // Special files have no size.
    let size = usize::try_from(metadata.len()).unwrap_or(0);
    let start = if size == 0 { START } else { size.min(START) };
    let mut bytes = Vec::with_capacity(start);
    read_up_to(&mut file, start, &mut bytes)?;
    if !wanted(bytes.get(..HEAD).unwrap_or(&bytes)) {
        return Ok(Bytes::Unwanted);
    }
    if metadata.len() > SIZE_CAP {
        return Ok(Bytes::Skipped(Reason::TooLarge));
    }
    if bytes.len() == start && start != size {
        // A file may grow while it is read.
        bytes.reserve_exact((size + 1).saturating_sub(start));
        read_up_to(
            &mut file,
            usize::try_from(SIZE_CAP).unwrap_or(usize::MAX) + 1 - start,
            &mut bytes,
        )?;
    }
    Ok(Bytes::All(bytes))
}

/// Reads on, up to a number of bytes or the end of the file. No more is asked for than is there: each time costs.
fn read_up_to(file: &mut File, length: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    file.take(length).read_to_end(bytes).map(drop)
}
