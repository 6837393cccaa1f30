//! The command line: what was typed, and what it means.

mod output;
mod words;

use crate::error::{Error, Result};
use crate::finding::Level;
use crate::reporters::{Detail, Options, Style};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
pub use clap_complete::Shell;
pub use output::{Destination, Output};
use std::path::PathBuf;

/// Keeps every environment on its own databases
///
/// Reads the deployment configuration of a repository and finds settings of one environment that point at another
/// environment's database, host, bucket, queue, secret or account: first of all production pointing at something that
/// is not production.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(name = "envfence", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = EXAMPLES, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Colour the text: auto asks the terminal, NO_COLOR and CLICOLOR_FORCE
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        visible_alias = "colour"
    )]
    pub color: ColourChoice,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Judge the files of a repository; offline
    Lint(LintArguments),
    /// Run as a step of a GitHub workflow: the inputs and the event come from the environment, see action.yml
    Action,
    /// Draw which environment points at which datastore, as a Mermaid flowchart; wrong arrows are red
    Map(MapArguments),
    /// Explain a rule: what it finds, why that matters, how to fix or acknowledge it
    Explain {
        /// The rule's id, as reports show it in brackets
        #[arg(value_parser = words::rule(), hide_possible_values = true)]
        rule: String,
    },
    /// List all rules
    Rules,
    /// Print the JSON Schema of envfence.yml, for editors
    Schema,
    /// Print completions for a shell
    ///
    /// What to do with them is for the shell to say. For bash: envfence completions bash >
    /// ~/.local/share/bash-completion/completions/envfence
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// What was typed after `envfence lint`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
#[command(after_help = LINT_HELP)]
pub struct LintArguments {
    /// Files and directories to judge; a file is read whatever its name [default: .]
    pub paths: Vec<PathBuf>,
    /// Judge only what differs from where this branch left REV, such as origin/main; uncommitted changes count
    #[arg(long, value_name = "REV")]
    pub changed_since: Option<String>,
    /// Read the policy from FILE [default: envfence.yml or envfence.yaml, here or in .github, where there is one]
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Judge without a policy
    #[arg(long, conflicts_with = "policy")]
    pub no_policy: bool,
    /// Write the report as FORMAT (text, json, sarif, junit, gitlab, github, markdown), into FILE or to standard output; may be repeated [default: text]
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = words::output(), hide_possible_values = true)]
    pub output_format: Vec<Output>,
    /// Exit with code 1 when a finding is of this level or worse [default: error]
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// Exit with code 2 when a file has a syntax error, a key that stands twice, or bytes that are no text
    #[arg(long)]
    pub strict: bool,
    /// Leave findings below this level out of the report [default: note]
    #[arg(long, value_name = "LEVEL")]
    pub min_level: Option<MinimumLevel>,
    /// Show one line per finding, and nothing when all is well; what fails the run is said all the same
    #[arg(short, long, conflicts_with_all = ["verbose", "show_skipped"])]
    pub quiet: bool,
    /// Show all problems, acknowledged findings, confidences, value hashes, and which policy holds
    #[arg(short, long)]
    pub verbose: bool,
    /// Name the files that were left out, and why
    #[arg(long)]
    pub show_skipped: bool,
}

/// What was typed after `envfence map`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub struct MapArguments {
    /// Files and directories to draw; a file is read whatever its name [default: .]
    pub paths: Vec<PathBuf>,
    /// Read the policy from FILE [default: envfence.yml or envfence.yaml, here or in .github, where there is one]
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Draw without a policy
    #[arg(long, conflicts_with = "policy")]
    pub no_policy: bool,
}

/// When text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColourChoice {
    /// When standard output is a terminal that can show it, and nothing in the environment forbids it
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// From which level on a finding fails the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Any finding
    Note,
    /// No finding
    Never,
}

/// From which level on a finding is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MinimumLevel {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Any finding
    Note,
}

/// What `envfence lint` is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// What to judge, relative to the working directory; empty means all of it.
    pub paths: Vec<PathBuf>,
    /// The revision whose successors are judged.
    pub changed_since: Option<String>,
    /// Where the policy is.
    pub policy: PolicyChoice,
    /// The reports to write; at most one goes to standard output.
    pub outputs: Vec<Output>,
    /// The level from which on a finding fails the run; `None` where none does.
    pub fail_on: Option<Level>,
    /// Whether a file that was not wholly understood fails the run.
    pub strict: bool,
    /// The lowest level that is shown.
    pub min_level: Level,
    /// How much is shown; the style is left to what standard output can show.
    pub options: Options,
}

/// Where the policy is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyChoice {
    /// In `envfence.yml` at the root, where there is one.
    Usual,
    /// In this file, which has to exist.
    File(PathBuf),
    /// Nowhere.
    None,
}

impl PolicyChoice {
    /// What `--policy` and `--no-policy` mean.
    pub fn of(file: Option<PathBuf>, none: bool) -> Self {
        match (file, none) {
            (_, true) => Self::None,
            (Some(file), false) => Self::File(file),
            (None, false) => Self::Usual,
        }
    }
}

/// What the arguments of `envfence lint` mean.
///
/// # Errors
/// Where they contradict each other.
pub fn resolve(typed: LintArguments) -> Result<Lint> {
    let outputs = output::resolve(typed.output_format)?;
    if let Some(revision) = &typed.changed_since
        && revision.trim().is_empty()
    {
        return Err(Error::new("--changed-since is empty").hint("name a revision, such as origin/main"));
    }
    let policy = PolicyChoice::of(typed.policy, typed.no_policy);
    let fail_on = match typed.fail_on.unwrap_or(FailOn::Error) {
        FailOn::Error => Some(Level::Error),
        FailOn::Warning => Some(Level::Warning),
        FailOn::Note => Some(Level::Note),
        FailOn::Never => None,
    };
    let min_level = match typed.min_level.unwrap_or(MinimumLevel::Note) {
        MinimumLevel::Error => Level::Error,
        MinimumLevel::Warning => Level::Warning,
        MinimumLevel::Note => Level::Note,
    };
    if let Some(fail_on) = fail_on.filter(|fail_on| *fail_on < min_level) {
        let name = |level: Level| format!("{level:?}").to_lowercase();
        return Err(Error::new(format!(
            "--fail-on {} would fail on findings that --min-level {} leaves out",
            name(fail_on),
            name(min_level)
        ))
        .hint("lower --min-level, or raise --fail-on"));
    }
    let detail = match (typed.quiet, typed.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    };
    Ok(Lint {
        paths: typed.paths,
        changed_since: typed.changed_since,
        policy,
        outputs,
        fail_on,
        strict: typed.strict,
        min_level,
        options: Options {
            style: Style::Plain,
            detail,
            shows_skipped: typed.show_skipped,
        },
    })
}

/// Completions of the command line for a shell.
pub fn completions(shell: Shell) -> String {
    let mut written = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "envfence", &mut written);
    String::from_utf8_lossy(&written).into_owned()
}

const EXAMPLES: &str = "\
Examples:
  envfence lint                                  all files of this repository
  envfence lint --changed-since origin/main      what this branch adds or alters
  envfence lint deploy/ --show-skipped           one directory, and what was left out of it
  envfence lint --output-format json=report.json text to read, JSON for a program
  envfence map >map.mmd                          which environment points at which datastore
  envfence rules                                 what is looked for

Exit codes:
  0  nothing found at or above --fail-on
  1  a finding at or above --fail-on
  2  the run was impossible, or a file in scope could not be read
  3  nothing was there to be checked
  4  a question that matters has no answer";

const LINT_HELP: &str = "\
What is read: configuration that git tracks or would track. Left out, and counted in the report:
tests and fixtures, documentation, vendored trees, build output, lock files, schemas, translations,
unfilled templates, encrypted files, files over 4 MiB, and what the policy excludes. Symbolic links
are not followed, except one that is named here.

Syntax errors: what can be understood of a file is judged. The rest is a warning, and the end of the
report counts the files that were not fully read, those of production above all. --strict makes
them fail the run.

Examples:
  envfence lint
  envfence lint --changed-since origin/main --fail-on warning
  envfence lint --policy deploy/envfence.yml deploy/
  envfence lint --output-format text --output-format json=report.json

Exit codes:
  0  nothing found at or above --fail-on
  1  a finding at or above --fail-on
  2  the run was impossible, or a file in scope could not be read; with --strict, not wholly
  3  nothing was there to be checked, or less than the policy's minimum";

#[cfg(test)]
mod tests;
