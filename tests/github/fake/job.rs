//! A job's own directory and variables, as GitHub's runner sets them.

use super::Fake;
use super::events::Event;
use crate::support::{Run, Tree, finish};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A step of a job: the files that it gets and writes, gone with its value.
pub(crate) struct Job {
    directory: TempDir,
    variables: BTreeMap<String, String>,
}

impl Job {
    /// The first attempt of a job that an event started, in a checkout.
    pub(crate) fn new(fake: &Fake, event: &Event, workspace: &Path) -> Self {
        let directory = TempDir::with_prefix("envfence-job").unwrap();
        let mut job = Self {
            directory,
            variables: BTreeMap::new(),
        };
        let payload = serde_json::to_vec_pretty(&event.payload).unwrap();
        std::fs::write(job.path("event.json"), payload).unwrap();
        for name in ["summary.md", "output", "env", "path", "state"] {
            std::fs::write(job.path(name), "").unwrap();
        }
        for name in ["temp", "tools", "home"] {
            std::fs::create_dir(job.path(name)).unwrap();
        }
        job.set_places(fake, workspace);
        job.set_event(fake, event);
        job.set_run("9001", 1);
        job
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Sets a variable, or one of the action's inputs.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    /// Sets an input as action.yml passes it on: `comment-id` becomes ENVFENCE_INPUT_COMMENT_ID.
    pub(crate) fn input(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        let name = name.to_uppercase().replace('-', "_");
        self.set(&format!("ENVFENCE_INPUT_{name}"), value)
    }

    /// Makes it another run, or a re-run.
    pub(crate) fn set_run(&mut self, run: &str, attempt: u32) -> &mut Self {
        self.set("GITHUB_RUN_ID", run)
            .set("GITHUB_RUN_NUMBER", "7")
            .set("GITHUB_RUN_ATTEMPT", attempt.to_string())
    }

    fn set_places(&mut self, fake: &Fake, workspace: &Path) {
        let files = [
            ("GITHUB_EVENT_PATH", "event.json"),
            ("GITHUB_STEP_SUMMARY", "summary.md"),
            ("GITHUB_OUTPUT", "output"),
            ("GITHUB_ENV", "env"),
            ("GITHUB_PATH", "path"),
            ("GITHUB_STATE", "state"),
            ("RUNNER_TEMP", "temp"),
            ("RUNNER_TOOL_CACHE", "tools"),
            ("HOME", "home"),
        ];
        for (name, file) in files {
            let path = self.path(file).display().to_string();
            self.set(name, path);
        }
        self.set("GITHUB_WORKSPACE", workspace.display().to_string())
            .set("GITHUB_API_URL", fake.api_url())
            .set("GITHUB_GRAPHQL_URL", fake.graphql_url())
            .set("GITHUB_SERVER_URL", fake.server_url())
            .set("ENVFENCE_INPUT_TOKEN", fake.token());
    }

    fn set_event(&mut self, fake: &Fake, event: &Event) {
        let repository = fake.full_name();
        let owner = repository.split('/').next().unwrap_or_default().to_owned();
        let id = fake.state().repository_id.to_string();
        let reference = event.reference.as_str();
        let short = ["refs/heads/", "refs/tags/", "refs/"]
            .iter()
            .find_map(|prefix| reference.strip_prefix(prefix))
            .unwrap_or(reference);
        let workflow = format!("{repository}/.github/workflows/envfence.yml@{reference}");
        let told = [
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_ACTION", "__shop_envfence"),
            ("GITHUB_ACTION_PATH", ""),
            ("GITHUB_ACTION_REF", "v1"),
            ("GITHUB_ACTION_REPOSITORY", "envfence/envfence"),
            ("GITHUB_ACTOR", &event.actor),
            ("GITHUB_ACTOR_ID", "1234"),
            ("GITHUB_BASE_REF", &event.base),
            ("GITHUB_EVENT_NAME", event.name),
            ("GITHUB_HEAD_REF", &event.head),
            ("GITHUB_JOB", "configuration"),
            ("GITHUB_REF", reference),
            ("GITHUB_REF_NAME", short),
            ("GITHUB_REF_PROTECTED", "false"),
            (
                "GITHUB_REF_TYPE",
                if reference.starts_with("refs/tags/") {
                    "tag"
                } else {
                    "branch"
                },
            ),
            ("GITHUB_REPOSITORY", &repository),
            ("GITHUB_REPOSITORY_ID", &id),
            ("GITHUB_REPOSITORY_OWNER", &owner),
            ("GITHUB_REPOSITORY_OWNER_ID", "5678"),
            ("GITHUB_RETENTION_DAYS", "90"),
            ("GITHUB_SHA", &event.sha),
            ("GITHUB_TRIGGERING_ACTOR", &event.actor),
            ("GITHUB_WORKFLOW", "Configuration"),
            ("GITHUB_WORKFLOW_REF", &workflow),
            ("GITHUB_WORKFLOW_SHA", &event.sha),
            ("RUNNER_ARCH", "X64"),
            ("RUNNER_ENVIRONMENT", "github-hosted"),
            ("RUNNER_NAME", "GitHub Actions 1"),
            ("RUNNER_OS", "Linux"),
        ];
        for (name, value) in told {
            self.set(name, value);
        }
    }

    /// The environment of the step: the documented variables, the token, what was set besides. PATH is not in it.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Runs envfence in a checkout as the step would.
    pub(crate) fn run(&self, checkout: &Tree, arguments: &[&str]) -> Run {
        let mut command = checkout.command(arguments);
        finish(command.envs(self.environment()))
    }

    /// What was written to the job's summary.
    pub(crate) fn summary(&self) -> String {
        std::fs::read_to_string(self.path("summary.md")).unwrap()
    }

    /// The directory of RUNNER_TEMP.
    pub(crate) fn temp(&self) -> PathBuf {
        self.path("temp")
    }

    /// The outputs of the step, read as the runner reads them; a fault in the file is a panic, as it fails the step.
    pub(crate) fn outputs(&self) -> BTreeMap<String, String> {
        outputs(&std::fs::read_to_string(self.path("output")).unwrap())
    }
}

/// Reads `name=value` and `name<<DELIMITER`, lines, `DELIMITER`.
pub(crate) fn outputs(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let equals = line.find('=').unwrap_or(usize::MAX);
        let (name, value) = match line.find("<<") {
            Some(at) if at < equals => {
                let delimiter = &line[at + 2..];
                let mut value = Vec::new();
                loop {
                    match lines.next() {
                        Some(line) if line == delimiter => break,
                        Some(line) => value.push(line),
                        None => panic!("Invalid value. Matching delimiter not found '{delimiter}'"),
                    }
                }
                (&line[..at], value.join("\n"))
            }
            _ if equals < usize::MAX => (&line[..equals], line[equals + 1..].to_owned()),
            _ => panic!("Invalid format '{line}'"),
        };
        found.insert(name.to_owned(), value);
    }
    found
}
