//! The workflow run that envfence is a step of, from the variables that every runner sets.

use crate::error::{Error, Result};
use std::path::PathBuf;

/// Looks a variable up; one that is empty is not set.
pub type Variables<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// A repository on GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// The user or organisation.
    pub owner: String,
    /// The repository's own name.
    pub name: String,
}

/// The workflow run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The repository that the workflow belongs to.
    pub repository: Repository,
    /// The commit that the run is about; of a pull request the merge commit that GitHub made.
    pub sha: String,
    /// `pull_request`, `push`, ...
    pub event_name: String,
    /// The file with the event's payload.
    pub event_path: Option<PathBuf>,
    /// Where the REST API is.
    pub api_url: String,
    /// Where the GraphQL API is.
    pub graphql_url: String,
    /// Where people look at the repository.
    pub server_url: String,
    /// Grows with every run of the repository.
    pub id: u64,
    /// Grows with every attempt of a run, from 1.
    pub attempt: u64,
    /// The job's id in the workflow.
    pub job: String,
    /// Where the repository is checked out.
    pub workspace: PathBuf,
    /// A directory that is emptied after the job.
    pub temporary: PathBuf,
    /// The file of the job summary.
    pub summary: Option<PathBuf>,
    /// The file of the step's outputs.
    pub output: Option<PathBuf>,
}

impl Repository {
    /// Reads `owner/name`.
    pub fn parse(text: &str) -> Option<Self> {
        let (owner, name) = text.split_once('/')?;
        let is_name = |name: &str| {
            !name.is_empty()
                && name != "."
                && name != ".."
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        (is_name(owner) && is_name(name)).then(|| Self {
            owner: owner.to_owned(),
            name: name.to_owned(),
        })
    }
}

impl Run {
    /// Reads the variables of a runner.
    ///
    /// # Errors
    /// Where this is no workflow run.
    pub fn new(variable: &Variables<'_>) -> Result<Self> {
        let needed = |name: &str| {
            variable(name).ok_or_else(|| {
                Error::new(format!(
                    "{name} is not set: `envfence action` is a step of a GitHub workflow"
                ))
                .hint("anywhere else, use `envfence lint`")
            })
        };
        let wrong = |name: &str| Error::new(format!("{name} is not what a GitHub runner sets it to"));
        let repository = needed("GITHUB_REPOSITORY")?;
        let repository = Repository::parse(&repository).ok_or_else(|| wrong("GITHUB_REPOSITORY"))?;
        let number = |name: &str| variable(name).map_or(Ok(0), |text| text.parse().map_err(|_| wrong(name)));
        let sha = needed("GITHUB_SHA")?;
        if !is_commit(&sha) {
            return Err(wrong("GITHUB_SHA"));
        }
        let url = |name: &str, usual: &str| variable(name).unwrap_or_else(|| usual.to_owned());
        let url = |name: &str, usual: &str| url(name, usual).trim_end_matches('/').to_owned();
        let path = |name: &str| variable(name).map(PathBuf::from);
        Ok(Self {
            repository,
            sha,
            event_name: needed("GITHUB_EVENT_NAME")?,
            event_path: path("GITHUB_EVENT_PATH"),
            api_url: url("GITHUB_API_URL", "https://api.github.com"),
            graphql_url: url("GITHUB_GRAPHQL_URL", "https://api.github.com/graphql"),
            server_url: url("GITHUB_SERVER_URL", "https://github.com"),
            id: number("GITHUB_RUN_ID")?,
            attempt: number("GITHUB_RUN_ATTEMPT")?.max(1),
            job: variable("GITHUB_JOB").unwrap_or_default(),
            workspace: path("GITHUB_WORKSPACE").unwrap_or_else(|| PathBuf::from(".")),
            temporary: path("RUNNER_TEMP").unwrap_or_else(|| PathBuf::from(".")),
            summary: path("GITHUB_STEP_SUMMARY"),
            output: path("GITHUB_OUTPUT"),
        })
    }

    /// The page of this run; "" where it has no number.
    pub fn url(&self) -> String {
        if self.id == 0 {
            return String::new();
        }
        let Repository { owner, name } = &self.repository;
        format!(
            "{}/{owner}/{name}/actions/runs/{}/attempts/{}",
            self.server_url, self.id, self.attempt
        )
    }
}

/// Whether a text is the id of a commit, in hex digits.
pub fn is_commit(text: &str) -> bool {
    (40..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(changed: &[(&str, &str)]) -> Result<Run> {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        let usual = [
            ("GITHUB_REPOSITORY", "shop/web"),
            ("GITHUB_SHA", sha),
            ("GITHUB_EVENT_NAME", "push"),
        ];
        let find = |name: &str| {
            let both = changed.iter().chain(&usual);
            let found = both.clone().find(|(known, _)| *known == name);
            found
                .map(|(_, value)| (*value).to_owned())
                .filter(|value| !value.is_empty())
        };
        Run::new(&find)
    }

    #[test]
    fn a_run_of_github_or_of_a_server_of_ones_own() {
        let at_github = run(&[("GITHUB_RUN_ID", "42")]).unwrap();
        assert_eq!(at_github.api_url, "https://api.github.com");
        assert_eq!(
            at_github.url(),
            "https://github.com/shop/web/actions/runs/42/attempts/1"
        );
        let own = run(&[
            ("GITHUB_API_URL", "https://git.example.com/api/v3/"),
            ("GITHUB_SERVER_URL", "https://git.example.com"),
            ("GITHUB_RUN_ID", "7"),
            ("GITHUB_RUN_ATTEMPT", "3"),
        ])
        .unwrap();
        assert_eq!(own.api_url, "https://git.example.com/api/v3");
        assert_eq!(own.url(), "https://git.example.com/shop/web/actions/runs/7/attempts/3");
        assert_eq!(run(&[]).unwrap().url(), "");
    }

    #[test]
    fn what_is_no_run_is_said() {
        for (name, value) in [
            ("GITHUB_REPOSITORY", ""),
            ("GITHUB_REPOSITORY", "shop"),
            ("GITHUB_REPOSITORY", "shop/web/../x"),
            ("GITHUB_REPOSITORY", "../web"),
            ("GITHUB_SHA", "main"),
            ("GITHUB_RUN_ID", "many"),
            ("GITHUB_EVENT_NAME", ""),
        ] {
            let error = run(&[(name, value)]).unwrap_err();
            assert!(error.message.contains(name), "{name}={value}: {error}");
        }
    }
}
