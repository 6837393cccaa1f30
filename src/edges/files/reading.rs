//! Reads one file: opened once, its size known before it is read, its head looked at before the rest.

use super::Outcome;
use crate::discover::{self, Judgement, Reason, SIZE_CAP};
use crate::formats::Problem;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

/// How much of a file tells what it is.
const HEAD: usize = 1 << 10;

/// How much is read at once: all of most files.
const START: usize = 16 << 10;

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
    let size = usize::try_from(metadata.len()).unwrap_or(START);
    let mut start = [0; START];
    let start = read_start(&mut file, &mut start, size)?;
    if !wanted(start.get(..HEAD).unwrap_or(start)) {
        return Ok(Bytes::Unwanted);
    }
    if metadata.len() > SIZE_CAP {
        return Ok(Bytes::Skipped(Reason::TooLarge));
    }
    if start.len() < START {
        return Ok(Bytes::All(start.to_vec()));
    }
    // A file may grow while it is read.
    let mut bytes = Vec::with_capacity(size + 1);
    bytes.extend_from_slice(start);
    file.take((SIZE_CAP + 1).saturating_sub(START as u64))
        .read_to_end(&mut bytes)?;
    Ok(Bytes::All(bytes))
}

/// Fills the buffer as far as the file goes, which is `size` bytes long; special files say 0.
fn read_start<'a>(file: &mut File, buffer: &'a mut [u8], size: usize) -> io::Result<&'a [u8]> {
    let mut length = 0;
    while let Some(rest) = buffer.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(count) if count > 0 && length + count == size => return Ok(buffer.get(..size).unwrap_or(&[])),
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(buffer.get(..length).unwrap_or(&[]))
}
