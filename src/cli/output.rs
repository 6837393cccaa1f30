//! `--output-format FORMAT[=FILE]`.

use crate::error::{Error, Result};
use crate::reporters::{self, REPORTERS, Reporter};
use std::collections::HashSet;
use std::path::PathBuf;

/// A report to write.
#[derive(Debug, Clone)]
pub struct Output {
    /// How it is written.
    pub reporter: &'static Reporter,
    /// Where it goes.
    pub destination: Destination,
}

/// Where a report goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Destination {
    /// Standard output.
    Stdout,
    /// A file, which is replaced.
    File(PathBuf),
}

impl PartialEq for Output {
    fn eq(&self, other: &Self) -> bool {
        self.reporter.name == other.reporter.name && self.destination == other.destination
    }
}

impl Eq for Output {}

/// Reads one `FORMAT[=FILE]`; `-` is standard output.
pub(super) fn parse(typed: &str) -> std::result::Result<Output, String> {
    let (name, file) = match typed.split_once('=') {
        Some((name, file)) => (name, Some(file)),
        None => (typed, None),
    };
    let reporter = reporters::reporter(name).ok_or_else(|| unknown(name))?;
    let destination = match file {
        None | Some("-") => Destination::Stdout,
        Some("") => return Err(format!("no file after `{name}=`")),
        Some(file) => Destination::File(PathBuf::from(file)),
    };
    Ok(Output { reporter, destination })
}

/// All reports to write. Where none goes to standard output, text goes there: a file alone would leave a person
/// without an answer.
pub(super) fn resolve(mut outputs: Vec<Output>) -> Result<Vec<Output>> {
    let mut taken = HashSet::new();
    for output in &outputs {
        if !taken.insert(output.destination.clone()) {
            let place = match &output.destination {
                Destination::Stdout => "standard output".to_owned(),
                Destination::File(file) => file.display().to_string(),
            };
            return Err(Error::new(format!("two reports would go to {place}"))
                .hint("send one of them to a file of its own: --output-format FORMAT=FILE"));
        }
    }
    if !taken.contains(&Destination::Stdout) {
        outputs.extend(REPORTERS.first().map(|reporter| Output {
            reporter,
            destination: Destination::Stdout,
        }));
    }
    Ok(outputs)
}

fn unknown(name: &str) -> String {
    let names = REPORTERS.iter().map(|reporter| reporter.name);
    let nearest = names
        .clone()
        .map(|known| (strsim::damerau_levenshtein(&name.to_ascii_lowercase(), known), known))
        .filter(|(distance, _)| *distance <= 2)
        .min();
    let all: Vec<&str> = names.collect();
    match nearest {
        Some((_, known)) => format!(
            "unknown format; did you mean `{known}`? [possible formats: {}]",
            all.join(", ")
        ),
        None => format!("unknown format [possible formats: {}]", all.join(", ")),
    }
}
