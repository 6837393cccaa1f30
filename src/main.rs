//! The `envfence` command: flags in, the stages of the library, reports and an exit code out.

use clap::Parser;
use envfence::cli::{self, Cli, ColourChoice, Command, Lint, LintArguments, MapArguments, PolicyChoice};
use envfence::dates::Date;
use envfence::edges::progress::Progress;
use envfence::edges::{clock, output, runner, terminal};
use envfence::error::Error;
use envfence::report::{Report, Verdict};
use envfence::reporters::{Detail, Style, mermaid, text};
use envfence::{ChangeFrom, LintOptions, policy, reference, rules};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Usage, policy, history: the run is impossible.
const COULD_NOT_RUN: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(said) => return ExitCode::from(usage(&said)),
    };
    let outcome = match cli.command {
        Command::Lint(arguments) => lint(arguments, cli.color),
        Command::Action => Ok(envfence::action::run(&runner::variable, today())),
        Command::Map(arguments) => map(arguments),
        Command::Explain { rule } => explain(&rule),
        Command::Rules => print(&reference::rules_table()),
        Command::Schema => print(&reference::schema()),
        Command::Completions { shell } => print(&cli::completions(shell)),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(errors) => {
            let style = terminal::stderr_style(cli.color);
            for error in &errors {
                output::complain(&text::error(error, style));
            }
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

/// Prints the help, the version or what is wrong with the command line.
fn usage(said: &clap::Error) -> u8 {
    match said.print() {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            output::complain(&format!("error: standard output cannot be written: {error}"));
            COULD_NOT_RUN
        }
        _ => u8::try_from(said.exit_code()).unwrap_or(COULD_NOT_RUN),
    }
}

fn print(text: &str) -> Result<u8, Vec<Error>> {
    output::print(text).map(|()| 0).map_err(|error| vec![error])
}

fn lint(arguments: LintArguments, colour: ColourChoice) -> Result<u8, Vec<Error>> {
    let lint = cli::resolve(arguments).map_err(|error| vec![error])?;
    let options = LintOptions {
        root: PathBuf::from("."),
        paths: lint.paths.clone(),
        policy: policy_text(&lint.policy).map_err(|error| vec![error])?,
        change: lint
            .changed_since
            .clone()
            .map_or(ChangeFrom::Nowhere, ChangeFrom::Revision),
        judges_all: false,
        is_proposal: false,
        fail_on: lint.fail_on,
        today: today(),
    };
    let progress = match lint.options.detail {
        Detail::Quiet => Progress::nowhere(),
        Detail::Normal | Detail::Verbose => Progress::on_terminal(),
    };
    let report = envfence::lint_counting(&options, progress.counts());
    drop(progress);
    let mut report = report?;
    if lint.strict {
        report = report.strictly();
    }
    report.findings.retain(|finding| finding.level >= lint.min_level);
    deliver(&lint, &report, terminal::stdout_style(colour)).map_err(|error| vec![error])?;
    Ok(report.exit_code)
}

/// Draws the whole tree. What is wrong is drawn and does not fail: `lint` judges.
fn map(arguments: MapArguments) -> Result<u8, Vec<Error>> {
    let choice = PolicyChoice::of(arguments.policy, arguments.no_policy);
    let report = envfence::lint(&LintOptions {
        root: PathBuf::from("."),
        paths: arguments.paths,
        policy: policy_text(&choice).map_err(|error| vec![error])?,
        change: ChangeFrom::Nowhere,
        judges_all: true,
        is_proposal: false,
        fail_on: None,
        today: today(),
    })?;
    let nothing = matches!(report.verdict, Verdict::Nothing);
    output::print(&mermaid::flowchart(&report.map, usize::MAX)).map_err(|error| vec![error])?;
    Ok(if nothing { report.exit_code } else { 0 })
}

fn today() -> Date {
    Date::from_unix_seconds(i64::try_from(clock::today()).unwrap_or(i64::MAX))
}

/// Writes each report where it was asked for.
fn deliver(lint: &Lint, report: &Report, style: Style) -> Result<(), Error> {
    for wanted in &lint.outputs {
        let mut options = lint.options;
        match &wanted.destination {
            cli::Destination::Stdout => {
                options.style = style;
                output::print(&(wanted.reporter.render)(report, &options))?;
            }
            cli::Destination::File(file) => output::write(file, &(wanted.reporter.render)(report, &options))?,
        }
    }
    Ok(())
}

fn policy_text(choice: &PolicyChoice) -> Result<Option<(String, String)>, Error> {
    let file = match choice {
        PolicyChoice::None => return Ok(None),
        PolicyChoice::File(file) => file.clone(),
        PolicyChoice::Usual => match usual_policy() {
            Some(file) => file,
            None => return Ok(None),
        },
    };
    let text = output::read_policy(&file)?;
    Ok(Some((file.to_string_lossy().replace('\\', "/"), text)))
}

/// Where a policy is looked for.
fn usual_policy() -> Option<PathBuf> {
    policy::FILE_NAMES
        .iter()
        .map(Path::new)
        // Be it a broken link: a policy that is there is never passed over in silence.
        .find(|path| path.symlink_metadata().is_ok())
        .map(Path::to_path_buf)
}

fn explain(id: &str) -> Result<u8, Vec<Error>> {
    let Some(rule) = rules::rule(id) else {
        let hint = reference::nearest_rule(id)
            .map(|near| format!("did you mean {near}? "))
            .unwrap_or_default();
        return Err(vec![
            Error::new(format!("there is no rule `{id}`")).hint(format!("{hint}`envfence rules` lists them")),
        ]);
    };
    print(&reference::rule_page(rule))
}
