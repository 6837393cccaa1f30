//! `envfence action`: the step of a GitHub workflow. It judges what the event is about and says so where people look.
//!
//! The verdict depends on the tree, the change and the policy of the target branch. Nothing that is said afterwards, and
//! no GitHub that is slow, limited or refusing, changes it.

mod archive;
mod change;
mod check_run;
mod judging;
mod places;
mod policy;
mod saying;
mod telling;
mod tree;

use crate::dates::Date;
use crate::edges::github::{Clock, GitHub, GitHubOptions, SystemClock, Token};
use crate::edges::runtime::Runtime;
use crate::edges::{output, runner};
use crate::error::{Error, Result};
use crate::github::event::Event;
use crate::github::inputs::Inputs;
use crate::github::run::{Run, Variables};
use crate::reporters::github as annotations;
use change::Listed;
use std::cell::OnceCell;
use std::rc::Rc;
use std::time::Duration;

/// How long GitHub may take to tell what is to be judged.
const READING: Duration = Duration::from_secs(90);
/// How long saying the result on GitHub may take.
const WRITING: Duration = Duration::from_secs(90);

/// What GitHub's time is taken by.
pub struct Patience {
    /// Tells how late it is, and waits.
    pub clock: Rc<dyn Clock>,
    /// How long one request may take.
    pub request_timeout: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            clock: Rc::new(SystemClock::default()),
            request_timeout: Duration::from_secs(10),
        }
    }
}

/// The step: what it was given, and a line to GitHub.
struct Step {
    run: Run,
    inputs: Inputs,
    event: Event,
    github: GitHub,
    today: Date,
    listed: OnceCell<Listed>,
}

/// Runs the step; gives the exit code.
pub fn run(variable: &Variables<'_>, today: Date) -> u8 {
    run_with(variable, today, Patience::default())
}

/// As [`run`], by another clock.
pub fn run_with(variable: &Variables<'_>, today: Date, patience: Patience) -> u8 {
    let step = match Step::new(variable, today, patience) {
        Ok(step) => step,
        Err(error) => return refuse(variable, &error),
    };
    let judged = judging::judge(&step);
    let mut said = saying::say(&step, &judged);
    step.github.grant(WRITING);
    let told = telling::tell(&step, &judged);
    said.failed.extend(told.notes);
    saying::finish(&step, &judged, told.comment_url.as_deref(), &said);
    judged.report.exit_code
}

impl Step {
    fn new(variable: &Variables<'_>, today: Date, patience: Patience) -> Result<Self> {
        let run = Run::new(variable)?;
        let inputs = Inputs::new(variable, &run.job)?;
        let event = match &run.event_path {
            Some(file) => Event::parse(&run.event_name, &runner::event(file)?)?,
            None => Event::parse(&run.event_name, "")?,
        };
        let token = variable("ENVFENCE_INPUT_TOKEN")
            .map(|token| Token::new(&token))
            .transpose()?;
        let runtime = Runtime::new()?;
        let options = GitHubOptions {
            api_url: run.api_url.clone(),
            graphql_url: run.graphql_url.clone(),
            token,
            budget: READING,
            request_timeout: patience.request_timeout,
            clock: patience.clock,
            ..GitHubOptions::new(format!("{}/{}", run.repository.owner, run.repository.name))
        };
        let github = GitHub::new(&runtime, options)?;
        Ok(Self {
            run,
            inputs,
            event,
            github,
            today,
            listed: OnceCell::new(),
        })
    }
}

impl Step {
    /// What GitHub lists of the change; it is asked once.
    fn listed(&self) -> &Listed {
        self.listed.get_or_init(|| Listed::ask(self))
    }
}

/// The step was used wrongly: nothing can be judged.
fn refuse(variable: &Variables<'_>, error: &Error) -> u8 {
    let _ = output::print(&annotations::error_line(error));
    if let Some(file) = variable("GITHUB_OUTPUT") {
        let _ = runner::append(file.as_ref(), "verdict=error\nexit-code=2\n");
    }
    2
}
