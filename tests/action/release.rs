//! A release with stand-ins for binaries: an action as it stands in the commit of a release, and its archives.

use crate::mirror::Answer;
use crate::support::{Tree, finish, repository};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::OnceLock;

pub(crate) const TARGETS: &[&str] = &[
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
];

/// What a workflow's run of envfence looks like from outside: it keeps its variables for the test, writes outputs, and
/// ends as the test wants.
pub(crate) const STAND_IN: &str = r#"#!/bin/sh
[ -z "${RECORD:-}" ] || env -0 >"$RECORD"
echo "stand-in for TARGET was called with: $*"
printf 'verdict=%s\nexit-code=%s\n' violated 1 >>"$GITHUB_OUTPUT"
printf 'findings=3\nerrors=2\nwarnings=1\nsuppressed=4\nchecked=33\nversion=0.0.0\n' >>"$GITHUB_OUTPUT"
printf 'sarif-file=a.sarif\njson-file=a.json\ncomment-url=https://git.example/1\n' >>"$GITHUB_OUTPUT"
exit "${STAND_IN_CODE:-0}"
"#;

/// The archive's name for a target.
pub(crate) fn archive(target: &str) -> String {
    format!("envfence-{}-{target}.tar.gz", env!("CARGO_PKG_VERSION"))
}

/// The bytes of each target's archive, made once.
pub(crate) fn archives() -> &'static BTreeMap<String, Vec<u8>> {
    static ARCHIVES: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    ARCHIVES.get_or_init(|| TARGETS.iter().map(|target| (archive(target), pack(target))).collect())
}

fn pack(target: &str) -> Vec<u8> {
    let program = if target.contains("windows") {
        "envfence.exe"
    } else {
        "envfence"
    };
    let tree = Tree::of(&[
        (program, &STAND_IN.replace("TARGET", target)),
        ("LICENSE", "As you like.\n"),
    ]);
    executable(&tree, program);
    let mut tar = Command::new("tar");
    tar.current_dir(tree.path())
        .args(["-czf", "a.tar.gz", program, "LICENSE"]);
    let run = finish(&mut tar);
    assert_eq!(run.code, 0, "{}", run.all());
    std::fs::read(tree.at("a.tar.gz")).unwrap()
}

/// What a mirror of the release serves.
pub(crate) fn served() -> BTreeMap<String, Answer> {
    let files = archives().iter();
    files
        .map(|(name, bytes)| (name.clone(), Answer::Whole(bytes.clone())))
        .collect()
}

/// The lines of checksums.txt in the commit of the release.
pub(crate) fn checksums() -> String {
    let mut text = "# A comment.\n".to_owned();
    for (name, bytes) in archives() {
        let _ = writeln!(text, "{}  {name}", sha256(bytes));
    }
    text
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The action as GitHub unpacks it, with these checksums.
pub(crate) fn action(checksums: &str) -> Tree {
    let action = Tree::of(&[("checksums.txt", checksums)]);
    for file in ["action.yml", "install.sh", "Cargo.toml"] {
        action.write(file, std::fs::read(repository(file)).unwrap());
    }
    action
}

pub(crate) fn executable(tree: &Tree, path: &str) {
    std::fs::set_permissions(tree.at(path), std::fs::Permissions::from_mode(0o755)).unwrap();
}
