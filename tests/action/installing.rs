//! install.sh alone: what it asks for, and what it lets in.

use crate::mirror::{Answer, Mirror};
use crate::release::{STAND_IN, TARGETS, action, archive, archives, checksums, executable, served, sha256};
use crate::support::{Run, Tree, finish, in_parallel};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a token looks like; it must not get anywhere.
const TOKEN: &str = "ghs_thisIsTheTokenOfTheJob";

const X64: &str = "x86_64-unknown-linux-musl";

/// A runner's machine: a workspace, a place for temporary files, and the step's output.
struct Runner {
    workspace: Tree,
    temporary: Tree,
}

/// What an installation came to.
struct Installed {
    run: Run,
    binary: Option<PathBuf>,
    /// What the installed stand-in says: its target.
    stand_in: String,
}

impl Runner {
    fn new() -> Self {
        let (workspace, temporary) = (Tree::new(), Tree::new());
        Self { workspace, temporary }
    }

    /// Runs install.sh of an action as action.yml does, on Linux for x64 unless the variables say otherwise.
    fn install(&self, action: &Tree, variables: &[(&str, &str)]) -> Installed {
        let output = self.temporary.at("output");
        std::fs::write(&output, "").unwrap();
        let mut command = Command::new("bash");
        command
            .arg("-p")
            .arg(action.at("install.sh"))
            .current_dir(self.workspace.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.temporary.path())
            .env("NO_PROXY", "127.0.0.1")
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64")
            .env("RUNNER_TEMP", self.temporary.path())
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_REPOSITORY", "example-org/shop")
            .env("ENVFENCE_ACTION_REPOSITORY", "example-org/envfence")
            .env("GITHUB_TOKEN", TOKEN)
            .envs(variables.iter().copied())
            .stdin(Stdio::null());
        let run = finish(&mut command);
        let outputs = std::fs::read_to_string(&output).unwrap();
        let binary = outputs
            .strip_prefix("binary=")
            .map(|path| PathBuf::from(path.trim_end()));
        let stand_in = binary
            .as_ref()
            .map(|binary| finish(Command::new(binary).env("GITHUB_OUTPUT", "/dev/null")).stdout);
        Installed {
            run,
            binary,
            stand_in: stand_in.unwrap_or_default(),
        }
    }
}

impl Installed {
    /// What the stand-in says, which must have been installed.
    fn says(&self, case: &str) -> &str {
        assert_eq!(self.run.code, 0, "{case}: {}", self.run.all());
        assert!(self.binary.is_some(), "{case}: no output");
        &self.stand_in
    }

    /// That nothing was installed, with one annotation that has all of these words.
    fn refused(&self, case: &str, words: &[&str]) {
        let run = &self.run;
        assert_eq!(run.code, 2, "{case}: {}", run.all());
        assert_eq!(self.binary, None, "{case}");
        assert_eq!(run.stdout.lines().count(), 1, "{case}: {}", run.stdout);
        assert!(
            run.stdout.starts_with("::error title=envfence was not installed::"),
            "{case}: {}",
            run.stdout
        );
        for word in words {
            assert!(run.stdout.contains(word), "{case}: no `{word}` in {}", run.stdout);
        }
    }
}

#[test]
fn every_platform_gets_its_own_binary() {
    let mirror = Mirror::serving(served());
    let action = action(&checksums());
    let linux_arm = "aarch64-unknown-linux-musl";
    let windows = "x86_64-pc-windows-msvc";
    let cases = [
        ("Linux", "X64", X64),
        ("Linux", "ARM64", linux_arm),
        ("macOS", "X64", "x86_64-apple-darwin"),
        ("macOS", "ARM64", "aarch64-apple-darwin"),
        ("Windows", "X64", windows),
        // Windows on ARM runs programs for x64.
        ("Windows", "ARM64", windows),
        // What uname says, where no runner says anything.
        ("Linux", "x86_64", X64),
        ("Linux", "aarch64", linux_arm),
        ("Darwin", "arm64", "aarch64-apple-darwin"),
        ("Darwin", "x86_64", "x86_64-apple-darwin"),
        ("MINGW64_NT-10.0", "x86_64", windows),
    ];
    in_parallel(&cases, |(os, architecture, target)| {
        let case = format!("{os} on {architecture}");
        let runner = Runner::new();
        let variables = [
            ("RUNNER_OS", *os),
            ("RUNNER_ARCH", architecture),
            ("ENVFENCE_INPUT_DOWNLOAD_URL", &mirror.url()),
        ];
        let installed = runner.install(&action, &variables);
        assert!(
            installed.says(&case).contains(&format!("stand-in for {target} ")),
            "{case}"
        );
        let binary = installed.binary.unwrap();
        assert!(
            binary
                .canonicalize()
                .unwrap()
                .starts_with(runner.temporary.path().canonicalize().unwrap()),
            "{binary:?}"
        );
        let extension = target.contains("windows").then_some("exe");
        assert_eq!(
            binary.extension().and_then(|extension| extension.to_str()),
            extension,
            "{case}"
        );
        // Nothing but the program is unpacked.
        assert!(!binary.with_file_name("LICENSE").exists(), "{case}");
    });
    assert_eq!(
        TARGETS
            .iter()
            .filter(|target| !cases.iter().any(|case| case.2 == **target))
            .count(),
        0
    );
}

#[test]
fn uname_decides_where_no_runner_says_anything() {
    let mirror = Mirror::serving(served());
    let variables = [
        ("RUNNER_OS", ""),
        ("RUNNER_ARCH", ""),
        ("ENVFENCE_INPUT_DOWNLOAD_URL", &mirror.url()),
    ];
    let installed = Runner::new().install(&action(&checksums()), &variables);
    let architecture = std::env::consts::ARCH;
    assert!(
        installed
            .says("uname")
            .contains(&format!("stand-in for {architecture}-"))
    );
}

#[test]
fn other_platforms_are_refused() {
    let action = action(&checksums());
    let cases = [
        ("Linux", "X86"),
        ("Linux", "ARM"),
        ("Windows", "X86"),
        ("FreeBSD", "X64"),
        ("Linux", "riscv64"),
    ];
    in_parallel(&cases, |(os, architecture)| {
        let installed = Runner::new().install(&action, &[("RUNNER_OS", os), ("RUNNER_ARCH", architecture)]);
        let told = format!("no binary for {os} on {architecture}");
        installed.refused(os, &[&told, "binary-path"]);
    });
}

/// A line counts only if it has this very name and a whole hash.
#[test]
fn no_archive_without_its_checksum() {
    let right = sha256(&archives()[&archive(X64)]);
    let name = archive(X64);
    let missing = ["is not in checksums.txt", name.as_str(), "binary-path"];
    let differs = [
        "is not what was released",
        name.as_str(),
        "its SHA-256 is",
        right.as_str(),
        "nothing of it was run",
    ];
    let cases: &[(&str, String, &[&str])] = &[
        ("an empty file", String::new(), &missing),
        ("comments alone", format!("# {right}  {name}\n"), &missing),
        (
            "other targets",
            format!("{right}  {}\n", archive("aarch64-apple-darwin")),
            &missing,
        ),
        ("a longer name", format!("{right}  {name}.sig\n"), &missing),
        ("a name with a path", format!("{right}  dist/{name}\n"), &missing),
        ("no hash", format!("  {name}\n"), &missing),
        ("another hash", format!("{}  {name}\n", sha256(b"other")), &differs),
        ("a hash cut short", format!("{}  {name}\n", &right[..32]), &differs),
        ("a pattern for a hash", format!("*  {name}\n"), &differs),
    ];
    let mirror = Mirror::serving(served());
    in_parallel(cases, |(case, checksums, words)| {
        let runner = Runner::new();
        let installed = runner.install(&action(checksums), &[("ENVFENCE_INPUT_DOWNLOAD_URL", &mirror.url())]);
        installed.refused(case, words);
    });
}

#[test]
fn no_archive_that_cannot_be_had() {
    let bytes = &archives()[&archive(X64)];
    let only = |answer: Answer| BTreeMap::from([(archive(X64), answer)]);
    let mut flipped = bytes.clone();
    flipped[40] ^= 1;
    let missing = Mirror::serving(BTreeMap::new());
    let forbidden = Mirror::serving(only(Answer::Status("403 Forbidden")));
    let cut = Mirror::serving(only(Answer::Cut(bytes.clone())));
    let altered = Mirror::serving(only(Answer::Whole(flipped)));
    // A port that nobody listens on any more.
    let gone = Mirror::serving(BTreeMap::new()).url();
    let had = "cannot be had from";
    let cases: &[(&str, String, &[&str], &str)] = &[
        (
            "no such file",
            missing.url(),
            &[had, "download-url", "HTTPS_PROXY", "SSL_CERT_FILE"],
            "404",
        ),
        ("forbidden", forbidden.url(), &[had], "403"),
        ("cut short", cut.url(), &[had], "curl"),
        ("nobody there", gone, &[had], "curl"),
        ("altered on the way", altered.url(), &["is not what was released"], ""),
        ("no such scheme", "ftp://127.0.0.1".to_owned(), &[had], "curl"),
        (
            "a second command",
            "http://127.0.0.1:1/\n::warning::x".to_owned(),
            &[had],
            "curl",
        ),
    ];
    in_parallel(cases, |(case, url, words, reason)| {
        let installed = Runner::new().install(&action(&checksums()), &[("ENVFENCE_INPUT_DOWNLOAD_URL", url)]);
        installed.refused(case, words);
        // The reason is in the log.
        assert!(
            installed.run.stderr.contains(reason),
            "{case}: {}",
            installed.run.stderr
        );
    });
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let files = BTreeMap::from([(archive(X64), Answer::Second(archives()[&archive(X64)].clone()))]);
    let mirror = Mirror::serving(files);
    let installed = Runner::new().install(&action(&checksums()), &[("ENVFENCE_INPUT_DOWNLOAD_URL", &mirror.url())]);
    assert!(installed.says("busy").contains(X64));
    assert_eq!(mirror.heads().len(), 2);
}

#[test]
fn versions() {
    let own = env!("CARGO_PKG_VERSION");
    let other = archive(X64).replace(own, "0.0.9");
    let mut files = served();
    files.insert(other.clone(), files[&archive(X64)].clone());
    let hash = sha256(&archives()[&archive(X64)]);
    let knows_another = action(&format!("{}{hash}  {other}\n", checksums()));
    let mirror = Mirror::serving(files);
    let v_own = format!("v{own}");
    for (version, asked) in [
        ("", Some(own)),
        (own, Some(own)),
        (&v_own, Some(own)),
        ("0.0.9", Some("0.0.9")),
        ("9.9.9", None),
        ("../x", None),
    ] {
        let variables = [
            ("ENVFENCE_INPUT_VERSION", version),
            ("ENVFENCE_INPUT_DOWNLOAD_URL", &mirror.url()),
        ];
        let before = mirror.heads().len();
        let installed = Runner::new().install(&knows_another, &variables);
        match asked {
            Some(asked) => {
                installed.says(version);
                let heads = mirror.heads();
                assert!(
                    heads[before].starts_with(&format!("GET /envfence-{asked}-{X64}.tar.gz ")),
                    "{}",
                    heads[before]
                );
            }
            None => installed.refused(version, &["is not in checksums.txt"]),
        }
    }
}

/// Without a mirror the archive is asked for at the release of the action's own repository; `uses: ./` has that of the
/// workflow. A proxy shows what is asked for.
#[test]
fn where_a_release_is() {
    for (repository, expected) in [
        ("example-org/envfence", "example-org/envfence"),
        ("", "example-org/shop"),
    ] {
        let proxy = Mirror::serving(served());
        let variables = [
            ("ENVFENCE_ACTION_REPOSITORY", repository),
            ("https_proxy", &proxy.url()),
            ("NO_PROXY", ""),
        ];
        let installed = Runner::new().install(&action(&checksums()), &variables);
        let url = format!(
            "https://github.com/{expected}/releases/download/v{}",
            env!("CARGO_PKG_VERSION")
        );
        // The stand-in for a proxy knows no tunnels.
        installed.refused("tunnel", &[&url]);
        assert!(
            proxy.heads()[0].starts_with("CONNECT github.com:443 "),
            "{:?}",
            proxy.heads()
        );
    }
}

#[test]
fn a_proxy_is_used_and_no_token_is_sent() {
    let proxy = Mirror::serving(served());
    let variables = [
        ("ENVFENCE_INPUT_DOWNLOAD_URL", "http://mirror.shop.example/tools/"),
        ("ENVFENCE_INPUT_TOKEN", TOKEN),
        ("http_proxy", &proxy.url()),
    ];
    let installed = Runner::new().install(&action(&checksums()), &variables);
    assert!(installed.says("proxy").contains(X64));
    let heads = proxy.heads();
    let asked = format!("GET http://mirror.shop.example/tools/{} ", archive(X64));
    assert!(heads[0].starts_with(&asked), "{}", heads[0]);
    let said = format!("{}{}", heads.concat(), installed.run.all()).to_lowercase();
    assert!(
        !said.contains("authorization:") && !said.contains(&TOKEN.to_lowercase()),
        "{said}"
    );
}

/// A copy from an earlier use in the same job is looked at again.
#[test]
fn a_copy_that_is_there_is_verified_again() {
    let mirror = Mirror::serving(served());
    let action = action(&checksums());
    let runner = Runner::new();
    let url = mirror.url();
    let install = |url: &str| runner.install(&action, &[("ENVFENCE_INPUT_DOWNLOAD_URL", url)]);
    assert!(install(&url).says("first").contains(X64));
    let binary = install(&url).binary.unwrap();
    assert_eq!(mirror.heads().len(), 1, "the copy is right");
    // A program that was altered is replaced from the archive.
    std::fs::write(&binary, "#!/bin/sh\necho other\n").unwrap();
    assert!(install(&url).says("altered program").contains(X64));
    assert_eq!(mirror.heads().len(), 1);
    let copy = binary.with_file_name(archive(X64));
    std::fs::write(&copy, "other").unwrap();
    assert!(install(&url).says("altered copy").contains(X64));
    assert_eq!(mirror.heads().len(), 2, "the copy was altered");
    std::fs::write(&copy, "other").unwrap();
    let gone = Mirror::serving(BTreeMap::new());
    install(&gone.url()).refused("altered copy, no mirror", &["cannot be had"]);
}

#[test]
fn a_binary_that_is_there() {
    let runner = Runner::new();
    runner.workspace.write("tools/my envfence", STAND_IN);
    executable(&runner.workspace, "tools/my envfence");
    runner.workspace.write("tools/no-program", "text");
    let absolute = runner.workspace.at("tools/my envfence");
    // Nothing is downloaded: no platform, no checksum and no network is needed.
    let action = action("");
    for (path, found) in [
        ("tools/my envfence", true),
        ("./tools/my envfence", true),
        (absolute.to_str().unwrap(), true),
        ("tools/nothing", false),
        ("tools/no-program", false),
        ("tools", false),
    ] {
        let installed = runner.install(&action, &[("ENVFENCE_INPUT_BINARY_PATH", path), ("RUNNER_OS", "Plan9")]);
        if found {
            assert!(installed.says(path).contains("stand-in"), "{path}");
            assert!(installed.binary.unwrap().is_absolute(), "{path}");
        } else {
            installed.refused(path, &["binary-path", path]);
        }
    }
}

/// An earlier step can set variables for all later ones. Those that make bash run something else do not count.
#[test]
fn variables_that_bash_obeys_do_not_count() {
    let mirror = Mirror::serving(served());
    let runner = Runner::new();
    runner
        .workspace
        .write("evil.sh", "sha256sum() { echo evil; }\necho evil >&2\n");
    let wrong = action(&format!("{}  {}\n", sha256(b"other"), archive(X64)));
    let fake = format!("() {{ echo {}; }}", sha256(b"other"));
    let evil = runner.workspace.at("evil.sh");
    let variables = [
        ("ENVFENCE_INPUT_DOWNLOAD_URL", mirror.url()),
        ("BASH_ENV", evil.display().to_string()),
        ("ENV", evil.display().to_string()),
        ("BASH_FUNC_sha256sum%%", fake),
        ("SHELLOPTS", "noexec".to_owned()),
        ("CDPATH", "/".to_owned()),
    ];
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let installed = runner.install(&wrong, &variables);
    installed.refused("hostile variables", &["is not what was released"]);
    assert!(!installed.run.all().contains("evil"), "{}", installed.run.all());
}
