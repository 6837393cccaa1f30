//! What was looked at, in words that all reporters share.

use super::name_of;
use crate::finding::Level;
use crate::report::{Coverage, Report, Scope};

/// Environments that are named.
const ENVIRONMENTS: usize = 8;

/// What is said where production is unknown: no finding can be about it then.
pub(in crate::reporters) const NO_PRODUCTION: (&str, &str) = (
    "no setting speaks for production",
    "name it under environments in envfence.yml",
);

/// `judged 2,101 of 4,214 settings (production 1,200, ...) in 120 files, of which 20 name no environment, with 14 rules`
pub(in crate::reporters) fn coverage_line(coverage: &Coverage) -> String {
    let mut environments: Vec<_> = coverage.environments.iter().collect();
    environments.sort_by_key(|environment| std::cmp::Reverse(environment.settings));
    let mut named: Vec<String> = environments
        .iter()
        .take(ENVIRONMENTS)
        .map(|environment| format!("{} {}", environment.name, grouped(environment.settings)))
        .collect();
    if let Some(more) = environments.len().checked_sub(ENVIRONMENTS).filter(|&more| more > 0) {
        named.push(format!("{more} more"));
    }
    let named = match named.as_slice() {
        [] => String::new(),
        names => format!(" ({})", names.join(", ")),
    };
    let silent = match coverage.files_without_environment {
        0 => String::new(),
        1 => ", of which 1 names no environment,".to_owned(),
        count => format!(", of which {} name no environment,", grouped(count)),
    };
    let mut line = format!(
        "judged {} of {}{named} in {}{silent} with {}",
        grouped(coverage.judged()),
        counted(coverage.settings, "setting"),
        counted(coverage.files, "file"),
        counted(coverage.rules, "rule"),
    );
    let skipped = coverage.skipped.iter().map(|group| group.paths.len()).sum();
    let mut rest = Vec::new();
    if skipped > 0 {
        rest.push(format!("{} skipped", counted(skipped, "file")));
    }
    if coverage.unreadable > 0 {
        rest.push(format!("{} unreadable", grouped(coverage.unreadable)));
    }
    if !rest.is_empty() {
        line.push_str("; ");
        line.push_str(&rest.join(", "));
    }
    line
}

/// `3 files, of them 1 of production`, where a file was not read to its end.
pub(in crate::reporters) fn partly_read_files(coverage: &Coverage) -> Option<String> {
    if coverage.partly_read == 0 {
        return None;
    }
    let production = match coverage.partly_read_production {
        0 => String::new(),
        count => format!(", of them {} of production", grouped(count)),
    };
    Some(counted(coverage.partly_read, "file") + &production)
}

/// What the verdict is called when too little was there, and why.
pub(in crate::reporters) fn too_little(coverage: &Coverage) -> (&'static str, String) {
    match coverage.judged() {
        0 => (
            "nothing was checked",
            "no file that was read holds a setting of a known environment".to_owned(),
        ),
        judged => (
            "too little was checked",
            format!(
                "{} of known environments; minimum.settings of the policy asks for {} or more",
                counted(judged, "setting"),
                grouped(coverage.minimum)
            ),
        ),
    }
}

/// `in what changed since origin/main`, where only a change is reported; what is compared with is shown as it is.
pub(in crate::reporters) fn of_change(scope: &Scope) -> Option<String> {
    let since = match scope.changed_since.as_deref() {
        _ if !scope.changes_only => return None,
        Some(revision) => format!(" since {}", short(revision)),
        None => String::new(),
    };
    Some(format!("in what changed{since}"))
}

/// A revision, a commit's whole hash without its tail.
fn short(revision: &str) -> &str {
    let is_hash = revision.len() >= 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    revision.get(..12).filter(|_| is_hash).unwrap_or(revision)
}

/// `policy: envfence.yml`, `policy: envfence.yml of main`, `no policy`; nothing where nothing was judged.
pub(in crate::reporters) fn policy_used(report: &Report) -> Option<String> {
    let policy = match &report.policy {
        Some(policy) => match &policy.revision {
            Some(revision) => format!("policy: {} of {}", policy.path, short(revision)),
            None => format!("policy: {}", policy.path),
        },
        None => "no policy".to_owned(),
    };
    (report.coverage.rules > 0).then_some(policy)
}

/// `1 error, 2 warnings`; empty where there is none.
pub(in crate::reporters) fn counts(levels: impl Iterator<Item = Level> + Clone) -> String {
    let found = |level| levels.clone().filter(|one| *one == level).count();
    let counts: Vec<String> = [Level::Error, Level::Warning, Level::Note]
        .into_iter()
        .map(|level| (found(level), name_of(level)))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| counted(count, name))
        .collect();
    counts.join(", ")
}

/// `1 file`, `1,200 files`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// A number with its thousands apart.
pub(in crate::reporters) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_change_is_compared_with() {
        let scope = |changes_only, since: Option<&str>| Scope {
            changes_only,
            changed_since: since.map(Into::into),
            paths: Vec::new(),
        };
        let hash = "0123456789abcdef0123456789abcdef01234567";
        for (scope, expected) in [
            (scope(false, None), None),
            (scope(false, Some("main")), None),
            (scope(true, None), Some("in what changed")),
            (
                scope(true, Some("origin/main")),
                Some("in what changed since origin/main"),
            ),
            (scope(true, Some(hash)), Some("in what changed since 0123456789ab")),
        ] {
            assert_eq!(of_change(&scope).as_deref(), expected);
        }
    }

    #[test]
    fn files_that_name_no_environment() {
        for (count, expected) in [
            (0, "judged 0 of 0 settings in 3 files with 0 rules"),
            (
                1,
                "judged 0 of 0 settings in 3 files, of which 1 names no environment, with 0 rules",
            ),
            (
                2,
                "judged 0 of 0 settings in 3 files, of which 2 name no environment, with 0 rules",
            ),
        ] {
            let coverage = Coverage {
                files: 3,
                files_without_environment: count,
                ..Coverage::default()
            };
            assert_eq!(coverage_line(&coverage), expected);
        }
    }

    #[test]
    fn numbers() {
        for (number, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), expected);
        }
        assert_eq!(counted(1, "file"), "1 file");
        assert_eq!(counted(0, "file"), "0 files");
    }
}
