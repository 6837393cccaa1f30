//! One line on a terminal for who waits: how many files are read so far. It is gone when the run ends.
//!
//! Threads that read only count. One other thread sleeps between two looks at the count, and wakes up at once when the
//! run is over; where nobody looks there is no such thread.

use crate::reporters::text::counted;
use std::io::{self, IsTerminal as _, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

/// A run that is over before this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// The time between two looks.
const INTERVAL: Duration = Duration::from_millis(200);

/// What a run counts while it goes on.
#[derive(Debug, Default)]
pub struct Counts {
    files: AtomicUsize,
    /// Whether all files are read and the judging goes on.
    judging: AtomicBool,
}

impl Counts {
    /// One more file was read.
    pub fn file(&self) {
        self.files.fetch_add(1, Ordering::Relaxed);
    }

    /// All files are read.
    pub fn judging(&self) {
        self.judging.store(true, Ordering::Relaxed);
    }

    fn line(&self) -> String {
        let files = counted(self.files.load(Ordering::Relaxed), "file");
        match self.judging.load(Ordering::Relaxed) {
            false => format!("envfence: {files} read"),
            true => format!("envfence: {files} read, judging"),
        }
    }
}

/// The line. It is erased when this is dropped.
#[derive(Debug)]
pub struct Progress {
    counts: Arc<Counts>,
    shown: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Shows the line on standard error, where that is a terminal that a person looks at.
    pub fn on_terminal() -> Self {
        let variable = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        match is_watched(io::stderr().is_terminal(), &variable) {
            true => Self::on(io::stderr(), PATIENCE, INTERVAL),
            false => Self::nowhere(),
        }
    }

    /// Counts, and shows nothing.
    pub fn nowhere() -> Self {
        Self {
            counts: Arc::default(),
            shown: None,
        }
    }

    fn on(out: impl Write + Send + 'static, patience: Duration, interval: Duration) -> Self {
        let counts = Arc::<Counts>::default();
        let (sender, receiver) = mpsc::channel();
        let counted = Arc::clone(&counts);
        let look = move || {
            let mut line = Line {
                out,
                shown: String::new(),
            };
            let mut pause = patience;
            while receiver.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                line.show(&counted.line());
                pause = interval;
            }
            line.erase();
        };
        // Without a thread to be had, the run goes on without the line.
        let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(look);
        Self {
            counts,
            shown: thread.ok().map(|thread| (sender, thread)),
        }
    }

    /// Where the run counts.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.shown.take() {
            drop(sender);
            // Only when the line is gone may anything else be written.
            let _ = thread.join();
        }
    }
}

/// Whether a person looks at standard error: a terminal that can go back in its line, and no build machine.
fn is_watched(is_terminal: bool, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let is_ci = variable("CI").is_some_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    is_terminal && !is_ci && variable("TERM").as_deref() != Some("dumb")
}

/// A line that is written over and over again. Blanks erase it: any terminal knows them.
struct Line<W: Write> {
    out: W,
    /// What stands there, with the blanks that hide what stood there before.
    shown: String,
}

impl<W: Write> Line<W> {
    fn show(&mut self, text: &str) {
        if self.shown.trim_end() != text {
            let width = self.shown.len();
            self.shown = format!("{text:<width$}");
            self.write(&format!("\r{}", self.shown));
        }
    }

    fn erase(&mut self) {
        if !self.shown.is_empty() {
            self.write(&format!("\r{:width$}\r", "", width = self.shown.len()));
        }
    }

    /// Nobody is left to tell if that fails.
    fn write(&mut self, text: &str) {
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands on each piece that is written.
    struct Pieces(Sender<String>);

    impl Write for Pieces {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.send(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What a terminal shows after a text that only goes back to the beginning of its line.
    fn visible(written: &str) -> String {
        let mut line: Vec<char> = Vec::new();
        for part in written.split('\r') {
            let length = line.len();
            line.splice(..part.chars().count().min(length), part.chars());
        }
        line.into_iter().collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn counts_as_text() {
        let counts = Counts::default();
        assert_eq!(counts.line(), "envfence: 0 files read");
        counts.file();
        assert_eq!(counts.line(), "envfence: 1 file read");
        counts.file();
        counts.judging();
        assert_eq!(counts.line(), "envfence: 2 files read, judging");
        counts.files.store(12_345, Ordering::Relaxed);
        assert_eq!(counts.line(), "envfence: 12,345 files read, judging");
    }

    #[test]
    fn a_line_is_written_over_and_erased() {
        let mut line = Line {
            out: Vec::new(),
            shown: String::new(),
        };
        line.erase();
        assert!(line.out.is_empty(), "nothing was shown");
        for text in ["reading 10", "judging", "x"] {
            line.show(text);
            assert_eq!(visible(&String::from_utf8_lossy(&line.out)), text);
        }
        let length = line.out.len();
        line.show("x");
        assert_eq!(line.out.len(), length, "it stands there already");
        line.erase();
        assert_eq!(visible(&String::from_utf8_lossy(&line.out)), "");
        assert!(line.out.ends_with(b"\r"));
    }

    /// The thread shows the line, shows it again, and erases it when the run ends.
    #[test]
    fn the_line_goes_away_with_the_run() {
        let (sender, pieces) = mpsc::channel();
        let progress = Progress::on(Pieces(sender), Duration::ZERO, Duration::from_millis(1));
        progress.counts().file();
        let mut written = String::new();
        while !visible(&written).contains("1 file read") {
            written += &pieces.recv().unwrap();
        }
        progress.counts().judging();
        while !visible(&written).contains("judging") {
            written += &pieces.recv().unwrap();
        }
        drop(progress);
        written.extend(pieces.iter());
        assert_eq!(visible(&written), "");
    }

    #[test]
    fn a_short_run_shows_nothing() {
        let (sender, pieces) = mpsc::channel();
        let progress = Progress::on(Pieces(sender), Duration::from_secs(3600), INTERVAL);
        progress.counts().file();
        drop(progress);
        assert_eq!(pieces.iter().count(), 0);
        let progress = Progress::nowhere();
        progress.counts().file();
        assert!(progress.shown.is_none());
    }

    #[test]
    fn only_people_see_it() {
        type Case<'a> = (bool, &'a [(&'a str, &'a str)], bool);
        let cases: &[Case<'_>] = &[
            (true, &[], true),
            (false, &[], false),
            (true, &[("TERM", "xterm")], true),
            (true, &[("TERM", "dumb")], false),
            (true, &[("CI", "true")], false),
            (true, &[("CI", "1")], false),
            (true, &[("CI", "false")], true),
            (true, &[("CI", "")], true),
        ];
        for (is_terminal, variables, expected) in cases {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(is_watched(*is_terminal, &variable), *expected, "{variables:?}");
        }
    }
}
