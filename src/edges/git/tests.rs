use super::*;
use std::fs;
use std::process::Command;
use tempfile::TempDir;

struct Repository(TempDir);

impl Repository {
    fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self(TempDir::new().unwrap());
        repository.git(&["init", "-q", "-b", "main"]);
        repository.write(files);
        repository.commit("first");
        repository.git(&["tag", "first"]);
        repository
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn git(&self, arguments: &[&str]) {
        git_in(self.root(), arguments);
    }

    fn write(&self, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = self.root().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    fn since(&self, revision: &str) -> Vec<String> {
        shown_changes(&changed_since(self.root(), revision).unwrap())
    }
}

fn git_in(root: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args([
            "-c",
            "user.name=A Person",
            "-c",
            "user.email=person@example.com",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(arguments)
        .current_dir(root)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    assert!(
        status.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&status.stderr)
    );
}

fn shown_changes(changes: &Changes) -> Vec<String> {
    let shown = |change: &Change| {
        let status = match &change.status {
            Status::Added => "added".to_owned(),
            Status::Modified => "modified".to_owned(),
            Status::Renamed { from } => format!("renamed from {from}"),
            Status::Deleted => "deleted".to_owned(),
        };
        let lines = match &change.lines {
            Lines::All => " all".to_owned(),
            Lines::Hunks(hunks) => hunks
                .iter()
                .map(|hunk| format!(" -{},{}+{},{}", hunk.old_first, hunk.old_count, hunk.first, hunk.count))
                .collect(),
        };
        format!("{} {status}{lines}", change.path)
    };
    changes.files.iter().map(shown).collect()
}

const TEN: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";

#[test]
fn every_kind_of_change() {
    let repository = Repository::new(&[
        (".gitignore", "ignored.yaml\n"),
        ("altered.yaml", TEN),
        ("committed.yaml", TEN),
        ("deleted.yaml", TEN),
        ("moved.yaml", &TEN.repeat(3)),
        ("moved exactly.yaml", &TEN.repeat(5)),
        ("same.yaml", TEN),
        ("blob", "a\0b"),
        ("unstaged.yaml", TEN),
    ]);
    repository.write(&[
        ("committed.yaml", &TEN.replace("3\n", "three\n")),
        ("new/committed.yaml", "a\n"),
    ]);
    fs::rename(repository.root().join("moved.yaml"), repository.root().join("to.yaml")).unwrap();
    repository.write(&[("to.yaml", &format!("0\n{}", TEN.repeat(3)))]);
    fs::rename(
        repository.root().join("moved exactly.yaml"),
        repository.root().join("to exactly.yaml"),
    )
    .unwrap();
    repository.commit("second");
    repository.write(&[
        ("altered.yaml", &TEN.replace("2\n3\n", "").replace("9\n", "9\nnine\n")),
        ("untracked.yaml", "a\n"),
        ("ignored.yaml", "a\n"),
        ("blob", "a\0c"),
        ("staged.yaml", "s\n"),
    ]);
    repository.git(&["add", "staged.yaml"]);
    repository.git(&["rm", "-q", "--cached", "unstaged.yaml"]);
    fs::remove_file(repository.root().join("deleted.yaml")).unwrap();
    let expected = [
        "altered.yaml modified -2,2+1,0 -9,0+8,1",
        "blob modified all",
        "committed.yaml modified -3,1+3,1",
        "deleted.yaml deleted all",
        "new/committed.yaml added all",
        "staged.yaml added all",
        "to exactly.yaml renamed from moved exactly.yaml",
        "to.yaml renamed from moved.yaml -0,0+1,1",
        "unstaged.yaml modified all",
        "untracked.yaml added all",
    ];
    assert_eq!(repository.since("first"), expected);
    let changes = changed_since(repository.root(), "first").unwrap();
    assert!(changes.of("altered.yaml").unwrap().alters(8));
    assert!(!changes.of("altered.yaml").unwrap().alters(7));
    assert!(changes.of("same.yaml").is_none());
    assert_eq!(changes.base.len(), 40);
}

#[test]
fn the_base_is_where_the_branch_began() {
    let repository = Repository::new(&[("a.yaml", TEN)]);
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write(&[("topic.yaml", "t\n")]);
    repository.commit("topic");
    repository.git(&["checkout", "-q", "main"]);
    repository.write(&[("main.yaml", "m\n")]);
    repository.commit("main moves on");
    repository.git(&["checkout", "-q", "topic"]);
    assert_eq!(repository.since("main"), ["topic.yaml added all"]);
    assert_eq!(repository.since("HEAD"), Vec::<String>::new());
}

#[test]
fn any_path_in_a_subdirectory() {
    let names = [
        "a b.yaml",
        "quo\"te.yaml",
        "line\nend.yaml",
        "tab\t.yaml",
        "žluť.yaml",
        "b/x b/x.yaml",
        "back\\slash",
        ":(top)x",
    ];
    let old: Vec<(String, &str)> = names.iter().map(|name| (format!("deploy/in/{name}"), TEN)).collect();
    let old: Vec<(&str, &str)> = old.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let repository = Repository::new(&old);
    repository.write(&[("deploy/other.yaml", "outside\n"), ("deploy/in/new\n1.yaml", "a\n")]);
    let altered: Vec<(&str, &str)> = old
        .iter()
        .map(|(name, _)| (*name, "1\nx\n3\n4\n5\n6\n7\n8\n9\n10\n"))
        .collect();
    repository.write(&altered);
    let root = repository.root().join("deploy/in");
    let changes = changed_since(&root, "first").unwrap();
    let mut expected: Vec<String> = names.iter().map(|name| format!("{name} modified -2,1+2,1")).collect();
    expected.push("new\n1.yaml added all".to_owned());
    expected.sort();
    let mut lines = shown_changes(&changes);
    lines.sort();
    assert_eq!(lines, expected);
    let mut old_texts = OldTexts::open(&root).unwrap();
    for name in names {
        let change = changes.of(name).unwrap();
        assert!(change.has_old_text());
        assert_eq!(old_texts.of(change).unwrap().as_deref(), Some(TEN.as_bytes()), "{name}");
        assert_eq!(
            old_texts.at(&changes.base, name).unwrap().as_deref(),
            Some(TEN.as_bytes()),
            "{name}"
        );
    }
    for name in ["new\n1.yaml", "nope", "a blob 5", "../in", ""] {
        assert_eq!(old_texts.at(&changes.base, name).unwrap(), None, "{name}");
    }
    assert_eq!(old_texts.of(changes.of("new\n1.yaml").unwrap()).unwrap(), None);
    assert_eq!(
        old_texts.at(&changes.base, "a b.yaml").unwrap().unwrap(),
        TEN.as_bytes()
    );
}

#[test]
fn attributes_do_not_hide_lines() {
    let repository = Repository::new(&[("a.yaml", TEN), ("b.yaml", TEN), ("crlf.yaml", "1\r\n2\r\n")]);
    repository.write(&[
        (".gitattributes", "a.yaml -diff\nb.yaml diff=shout\n"),
        ("a.yaml", "1\n"),
        ("b.yaml", &TEN.replace("3\n", "x\n")),
        ("crlf.yaml", "1\r\nx\r\n"),
    ]);
    repository.git(&["config", "diff.shout.command", "false"]);
    repository.git(&["config", "diff.shout.textconv", "false"]);
    repository.git(&["config", "diff.noprefix", "true"]);
    repository.git(&["config", "diff.context", "7"]);
    repository.git(&["config", "color.ui", "always"]);
    repository.git(&["config", "core.quotePath", "true"]);
    repository.git(&["config", "status.showUntrackedFiles", "no"]);
    repository.git(&["config", "core.fsmonitor", "false; exit 3"]);
    let expected = [
        ".gitattributes added all",
        "a.yaml modified all",
        "b.yaml modified -3,1+3,1",
        "crlf.yaml modified -2,1+2,1",
    ];
    assert_eq!(repository.since("first"), expected);
}

#[test]
fn conflicts_types_and_modes() {
    let repository = Repository::new(&[
        ("a.yaml", TEN),
        ("link.yaml", "x\n"),
        ("mode.yaml", "m\n"),
        ("empty", ""),
    ]);
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write(&[("a.yaml", &TEN.replace("3\n", "topic\n"))]);
    repository.commit("topic");
    repository.git(&["checkout", "-q", "main"]);
    repository.write(&[("a.yaml", &TEN.replace("3\n", "main\n"))]);
    repository.commit("main");
    let merge = Command::new("git")
        .args([
            "-c",
            "user.name=A Person",
            "-c",
            "user.email=person@example.com",
            "merge",
            "topic",
        ])
        .current_dir(repository.root())
        .output()
        .unwrap();
    assert!(!merge.status.success());
    repository.write(&[("empty", "no more\n")]);
    let mut expected = vec!["a.yaml modified -3,1+3,5", "empty modified -0,0+1,1"];
    if cfg!(unix) {
        fs::remove_file(repository.root().join("link.yaml")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("a.yaml", repository.root().join("link.yaml")).unwrap();
        #[cfg(unix)]
        fs::set_permissions(
            repository.root().join("mode.yaml"),
            std::os::unix::fs::PermissionsExt::from_mode(0o755),
        )
        .unwrap();
        expected.extend(["link.yaml modified all", "mode.yaml modified"]);
    }
    assert_eq!(repository.since("first"), expected);
}

#[test]
fn submodules_and_nested_repositories_count_as_a_whole() {
    let module = Repository::new(&[("values.yaml", TEN)]);
    let repository = Repository::new(&[("a.yaml", TEN)]);
    let from = module.root().to_str().unwrap();
    repository.git(&["submodule", "--quiet", "add", from, "config"]);
    repository.commit("with a submodule");
    repository.git(&["tag", "with"]);
    git_in(
        &repository.root().join("config"),
        &["commit", "-q", "--allow-empty", "-m", "moved"],
    );
    git_in(repository.root(), &["clone", "-q", from, "nested"]);
    let changes = changed_since(repository.root(), "with").unwrap();
    assert_eq!(shown_changes(&changes), ["config/ modified all", "nested/ added all"]);
    assert!(changes.of("config/deep/values.yaml").is_some());
    assert!(changes.of("configuration/values.yaml").is_none());
}

#[test]
fn errors_say_what_to_do() {
    let repository = Repository::new(&[("a.yaml", TEN)]);
    repository.git(&["checkout", "-q", "--orphan", "other"]);
    repository.commit("unrelated");
    let shallow = TempDir::new().unwrap();
    let from = format!("file://{}", repository.root().display());
    repository.git(&["checkout", "-q", "main"]);
    repository.commit("second");
    git_in(
        shallow.path(),
        &["clone", "-q", "--depth=1", "--no-single-branch", &from, "."],
    );
    let outside = TempDir::new().unwrap();
    let bare = TempDir::new().unwrap();
    git_in(bare.path(), &["init", "-q", "--bare"]);
    let zeros = "0".repeat(40);
    let cases: &[(&Path, &str, &str, &str)] = &[
        (
            repository.root(),
            "nope",
            "git knows no revision \"nope\"",
            "origin/main",
        ),
        (repository.root(), "", "git knows no revision \"\"", "origin/main"),
        (
            repository.root(),
            "--help",
            "git knows no revision \"--help\"",
            "origin/main",
        ),
        (repository.root(), "--output=x", "git knows no revision", "origin/main"),
        (
            repository.root(),
            "a\0b",
            "git knows no revision \"a\\0b\"",
            "origin/main",
        ),
        (
            repository.root(),
            "first:a.yaml",
            "git knows no revision",
            "origin/main",
        ),
        (
            repository.root(),
            "origin/topic",
            "git knows no revision",
            "git fetch origin topic:refs/remotes/origin/topic",
        ),
        (
            repository.root(),
            &zeros,
            "git knows no revision",
            "a new branch has no earlier commit",
        ),
        (
            repository.root(),
            "other",
            "\"other\" and HEAD have no commit in common",
            "this branch began from",
        ),
        (shallow.path(), "HEAD~1", "git knows no revision", "fetch-depth: 0"),
        (
            shallow.path(),
            "origin/other",
            "have no commit in common",
            "fetch-depth: 0",
        ),
        (outside.path(), "main", "is not in a git repository", "--changed-since"),
        (bare.path(), "main", "a bare repository has no files", "work tree"),
        (Path::new("/nope"), "main", "git did not start in /nope", ""),
    ];
    for (root, revision, message, hint) in cases {
        let error = changed_since(root, revision).unwrap_err();
        assert!(error.message.contains(message), "{revision}: {error}");
        assert!(
            error.hint.as_deref().unwrap_or("").contains(hint),
            "{revision}: {error}"
        );
    }
    assert!(!repository.root().join("x").exists());
}

#[test]
fn tracked_files_are_found_although_ignored() {
    let repository = Repository::new(&[
        (".gitignore", ".env*\nout/\n"),
        (".env.production", "a"),
        ("out/a b.yaml", "a"),
        ("c", "c"),
    ]);
    repository.write(&[(".env.local", "untracked")]);
    let found = tracked_but_ignored(repository.root()).unwrap();
    assert_eq!(found, [PathBuf::from(".env.production"), PathBuf::from("out/a b.yaml")]);
    assert_eq!(
        tracked_but_ignored(&repository.root().join("out")).unwrap(),
        [PathBuf::from("a b.yaml")]
    );
    assert!(tracked_but_ignored(TempDir::new().unwrap().path()).unwrap().is_empty());
    fs::write(repository.root().join(".git/index"), "broken").unwrap();
    assert!(tracked_but_ignored(repository.root()).is_err());
}

/// A change can bring every file of a bare repository, and its configuration may name programs.
#[cfg(unix)]
#[test]
fn a_repository_in_the_tree_starts_nothing() {
    let repository = Repository::new(&[("shop/.gitattributes", "* filter=x\n"), ("shop/a.yaml", "a: 1\n")]);
    let shop = repository.root().join("shop");
    let started = repository.root().join("started");
    git_in(&shop, &["init", "-q", "--bare", "inner"]);
    for name in ["HEAD", "objects", "refs"] {
        fs::rename(shop.join("inner").join(name), shop.join(name)).unwrap();
    }
    let config = format!(
        "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\n[filter \"x\"]\nclean = touch {0}; cat\n\
         [core]\nfsmonitor = touch {0}\n",
        started.display()
    );
    fs::write(shop.join("config"), config).unwrap();
    for error in [
        changed_since(&shop, "first").unwrap_err(),
        tracked_but_ignored(&shop).unwrap_err(),
        checkout(&shop).unwrap_err(),
        text_at(&shop, "first", "a.yaml").unwrap_err(),
    ] {
        assert!(error.message.contains("a bare repository"), "{error}");
    }
    assert!(!started.exists());
    // Without the guard git itself refuses, where it is new enough.
    let output = command::git(&shop, &["status"]).output().unwrap();
    assert!(!output.status.success() && !started.exists());
}

#[test]
fn where_a_directory_stands() {
    let repository = Repository::new(&[("services/web/a.yaml", "a")]);
    let top = checkout(repository.root()).unwrap().unwrap();
    assert_eq!((top.head.len(), top.prefix.as_str()), (40, ""));
    let web = checkout(&repository.root().join("services/web")).unwrap().unwrap();
    assert_eq!((web.head, web.prefix.as_str()), (top.head, "services/web"));
    let outside = TempDir::new().unwrap();
    assert_eq!(checkout(outside.path()).unwrap(), None);
    git_in(outside.path(), &["init", "-q"]);
    assert!(checkout(outside.path()).is_err());
}

#[test]
fn many_old_texts_come_from_one_process() {
    let paths: Vec<String> = (0..300).map(|number| format!("{number}.yaml")).collect();
    let texts: Vec<String> = (0..300)
        .map(|number| format!("{number}\n").repeat(number * 10))
        .collect();
    let files: Vec<(&str, &str)> = paths
        .iter()
        .zip(&texts)
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let repository = Repository::new(&files);
    for path in &paths {
        fs::write(repository.root().join(path), "changed").unwrap();
    }
    let changes = changed_since(repository.root(), "first").unwrap();
    let mut old_texts = OldTexts::open(repository.root()).unwrap();
    for (path, text) in files {
        let old = old_texts.of(changes.of(path).unwrap()).unwrap();
        assert_eq!(old.as_deref(), Some(text.as_bytes()), "{path}");
    }
}
