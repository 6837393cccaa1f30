//! CPU time and peak memory of other programs, from what Linux counts of children that have ended.

use std::io::{Error, ErrorKind, Result};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a program needed, on average of its runs.
pub(crate) struct Measured {
    /// Seconds of CPU time, user and system, of all threads.
    pub cpu: f64,
    /// Seconds.
    pub wall: f64,
    /// The most memory that was resident, of all runs.
    pub peak_kib: u64,
    /// The exit code of the last run.
    pub code: i32,
}

/// Clock ticks per second in `/proc`, the same on every Linux.
const TICKS: f64 = 100.0;

/// How often the peak is looked at; it never falls while the program runs.
const POLL: Duration = Duration::from_millis(1);

/// Runs a program once to warm up, then `runs` times.
pub(crate) fn measure(command: &mut Command, runs: usize) -> Result<Measured> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status()?;
    let (ticks, start) = (ticks_of_children()?, Instant::now());
    let (mut peak_kib, mut code) = (0, 0);
    for _ in 0..runs {
        let mut child = command.spawn()?;
        code = loop {
            peak_kib = peak_kib.max(peak_of(child.id()));
            match child.try_wait()? {
                Some(status) => break status.code().unwrap_or(-1),
                None => std::thread::sleep(POLL),
            }
        };
    }
    let ticks = ticks_of_children()? - ticks;
    let runs = runs.max(1) as f64;
    Ok(Measured {
        cpu: ticks / TICKS / runs,
        wall: start.elapsed().as_secs_f64() / runs,
        peak_kib,
        code,
    })
}

/// User and system time of all children that have ended.
fn ticks_of_children() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name of the program, in parentheses, may hold spaces.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: Vec<f64> = fields
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|field| field.parse().ok())
        .collect();
    match ticks.as_slice() {
        [user, system] => Ok(user + system),
        _ => Err(Error::new(ErrorKind::Unsupported, "no times in /proc/self/stat")),
    }
}

fn peak_of(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}
