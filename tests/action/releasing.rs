//! scripts/release on a repository of its own, with a stand-in for `gh`.

use crate::release::{archives, checksums, executable};
use crate::support::{Run, Tree, finish, repository};
use std::process::Command;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What makes a project unfit to be released.
type Spoil<'a> = &'a dyn Fn(&Project);

/// A clone that is ready to be released, and what it pushes to.
struct Project {
    clone: Tree,
    remote: Tree,
    programs: Tree,
}

impl Project {
    fn new() -> Self {
        let project = Self {
            clone: Tree::of(&[
                (
                    "CHANGELOG.md",
                    &format!("# Changelog\n\n## {VERSION}\n\n- New.\n\n## 0.0.1\n\n- Old.\n"),
                ),
                ("checksums.txt", "# A comment.\n"),
                (".gitignore", "/dist\n"),
            ]),
            remote: Tree::new(),
            programs: Tree::of(&[("gh", "#!/bin/sh\necho \"$*\" >>\"$(dirname \"$0\")/said\"\n")]),
        };
        for file in ["Cargo.toml", "install.sh", "scripts/release"] {
            project.clone.write(file, std::fs::read(repository(file)).unwrap());
        }
        executable(&project.clone, "scripts/release");
        executable(&project.programs, "gh");
        project.pack(&checksums());
        project.remote.git(&["init", "--quiet", "--bare"]);
        project.clone.commit();
        let remote = project.remote.path().display().to_string();
        project.clone.git(&["remote", "add", "origin", &remote]);
        project.clone.git(&["push", "--quiet", "origin", "main"]);
        project
    }

    /// What scripts/dist leaves.
    fn pack(&self, checksums: &str) {
        for (name, bytes) in archives() {
            self.clone.write(format!("dist/{name}"), bytes);
        }
        self.clone
            .write("dist/checksums.txt", checksums.replace("# A comment.\n", ""));
    }

    fn release(&self) -> Run {
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new(self.clone.at("scripts/release"));
        command
            .env("PATH", format!("{}:{path}", self.programs.path().display()))
            .env("HOME", self.clone.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        finish(&mut command)
    }

    fn said(&self) -> String {
        std::fs::read_to_string(self.programs.at("said")).unwrap_or_default()
    }
}

#[test]
fn a_release_is_tagged_drafted_and_published_once() {
    let project = Project::new();
    let before = project.remote.git(&["rev-parse", "main"]);
    let run = project.release();
    assert_eq!(run.code, 0, "{}", run.all());
    // The commit that is tagged has the hashes; the branch has not moved.
    let tag = format!("v{VERSION}");
    assert_eq!(
        project.remote.git(&["show", &format!("{tag}:checksums.txt")]),
        checksums()
    );
    assert_eq!(project.remote.git(&["rev-parse", "main"]), before);
    assert_eq!(project.remote.git(&["rev-parse", &format!("{tag}^")]), before);
    let major = format!("v{}", VERSION.split('.').next().unwrap());
    assert_eq!(
        project.remote.git(&["rev-parse", &tag]),
        project.remote.git(&["rev-parse", &major])
    );
    let said = project.said();
    let (draft, publish) = said.split_once("release edit").unwrap();
    assert!(
        draft.starts_with(&format!("release create {tag} --draft --verify-tag")),
        "{said}"
    );
    for name in archives().keys() {
        assert!(draft.contains(name.as_str()), "{said}");
    }
    assert!(draft.contains("- New.") && !draft.contains("- Old."), "{said}");
    assert_eq!(publish, format!(" {tag} --draft=false\n"));
    // The same version a second time.
    project.clone.git(&["checkout", "--quiet", "main~1"]);
    let run = project.release();
    assert!(
        run.code == 1 && run.stderr.contains("is there already"),
        "{}",
        run.all()
    );
    // The next one keeps the hashes of the first.
    let next = std::fs::read_to_string(repository("Cargo.toml")).unwrap();
    let next = next.replacen(&format!("version = \"{VERSION}\""), "version = \"99.0.0\"", 1);
    project.clone.write("Cargo.toml", next);
    project.clone.write("CHANGELOG.md", "## 99.0.0\n\n- Newer.\n");
    project.clone.commit();
    for (name, bytes) in archives() {
        project
            .clone
            .write(format!("dist/{}", name.replace(VERSION, "99.0.0")), bytes);
    }
    let newer = checksums().replace("# A comment.\n", "").replace(VERSION, "99.0.0");
    project.clone.write("dist/checksums.txt", &newer);
    let run = project.release();
    assert_eq!(run.code, 0, "{}", run.all());
    let both = project.remote.git(&["show", "v99.0.0:checksums.txt"]);
    assert_eq!(both, format!("{}{newer}", checksums()));
}

#[test]
fn what_is_not_whole_is_not_released() {
    let drop = |checksums: String, word: &str| -> String {
        checksums
            .lines()
            .filter(|line| !line.contains(word))
            .map(|line| format!("{line}\n"))
            .collect()
    };
    let cases: &[(&str, Spoil<'_>)] = &[
        ("no chapter", &|project| {
            project.clone.write("CHANGELOG.md", "## Unreleased\n\n- New.\n");
            project.clone.commit();
        }),
        ("the work tree has changes", &|project| {
            project.clone.write("CHANGELOG.md", "")
        }),
        ("dist has nothing for x86_64-pc-windows-msvc", &|project| {
            project.pack(&drop(checksums(), "windows"))
        }),
        ("did NOT match", &|project| {
            let name = archives().keys().next().unwrap();
            project.clone.write(format!("dist/{name}"), "other");
        }),
    ];
    for (word, spoil) in cases {
        let project = Project::new();
        spoil(&project);
        let run = project.release();
        assert!(run.code == 1 && run.all().contains(word), "{word}: {}", run.all());
        assert_eq!(project.remote.git(&["tag"]), "", "{word}");
        assert_eq!(project.said(), "", "{word}");
    }
}
