use super::*;
use crate::discover::SIZE_CAP;
use std::fs;
use std::process::Command;
use tempfile::TempDir;

/// A tree of `(path, content)`; a path that ends in `/` is an empty directory.
fn tree(files: &[(&str, &[u8])]) -> TempDir {
    let root = TempDir::new().unwrap();
    for (path, content) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    root
}

fn wanted(path: &str, head: Option<&[u8]>) -> Interest {
    match head {
        Some(head) if head.starts_with(b"host") => Interest::Whole,
        None if path.ends_with(".yaml") || path.contains(".env") => Interest::Whole,
        None if discover::head_may_tell(path) => Interest::Head,
        _ => Interest::None,
    }
}

/// `path: outcome` of everything that was found, sorted.
fn walked(root: &Path, paths: &[&str], also: &[&str]) -> Vec<String> {
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let also: Vec<PathBuf> = also.iter().map(PathBuf::from).collect();
    let what = Walk {
        root,
        paths: &paths,
        also: &also,
        ignores: true,
        wanted: &wanted,
    };
    let mut lines = walk(&what, &|file| {
        let outcome = match file.outcome {
            Outcome::Read(text, problems) if problems.is_empty() => text,
            Outcome::Read(text, problems) => format!("{text} ({})", problems[0].message),
            Outcome::Skipped(reason) => format!("[{}]", reason.label()),
            Outcome::Failed(message) => format!("[failed: {message}]"),
        };
        Some(format!("{}: {outcome}", file.path))
    })
    .unwrap();
    lines.sort();
    lines
}

#[test]
fn files_are_read_as_git_sees_them() {
    let root = tree(&[
        (".git/config", b"host"),
        (".git/info/exclude", b"private.yaml\n"),
        (".gitignore", b"*.log.yaml\n/out\n!keep.log.yaml\n"),
        (".ignore", b"app.yaml\n"),
        ("app.yaml", b"a"),
        ("private.yaml", b"a"),
        ("x.log.yaml", b"a"),
        ("keep.log.yaml", b"k"),
        ("out/a.yaml", b"a"),
        ("deploy/.gitignore", b"secret.yaml\n"),
        ("deploy/secret.yaml", b"a"),
        ("deploy/prod/values.yaml", b"p"),
        (".github/x.yaml", b"g"),
        (".env", b"e"),
        ("web/node_modules/x/a.yaml", b"a"),
        ("test/unit/a.yaml", b"a"),
        ("docs/notes", b"host"),
        ("conf", b"host: a"),
        ("bin", b"other"),
        ("logo.png", b"host"),
        ("latin.yaml", b"a\xff"),
        ("blob.yaml", b"a\0b"),
        ("vault.yaml", b"$ANSIBLE_VAULT;1.1;AES256\n"),
        ("secrets.gpg", b"x"),
    ]);
    let expected = [
        ".env: e",
        ".github/x.yaml: g",
        "app.yaml: a",
        "blob.yaml: [binary]",
        "conf: host: a",
        "deploy/prod/values.yaml: p",
        "keep.log.yaml: k",
        "latin.yaml: a? (1 byte is no text; it was read as `?`)",
        "secrets.gpg: [encrypted]",
        "test/unit/a.yaml: [tests and fixtures]",
        "vault.yaml: [encrypted]",
        "web/node_modules/: [vendored]",
    ];
    assert_eq!(walked(root.path(), &[], &[]), expected);
    assert_eq!(walked(root.path(), &["."], &[]), expected);
    // Below the root of a repository, its lists still count.
    assert_eq!(walked(&root.path().join("deploy"), &[], &[]), ["prod/values.yaml: p"]);
}

#[test]
fn what_is_asked_for_is_read() {
    let root = tree(&[
        (".git/config", b""),
        (".gitignore", b".env.production\nout\n"),
        (".env.production", b"e"),
        ("a.yaml", b"a"),
        ("tests/fixtures/b.yaml", b"b"),
        ("tests/c.yaml", b"c"),
        ("deploy/d.yaml", b"d"),
        ("out/e.yaml", b"e"),
        ("logo.png", b"host"),
    ]);
    let root = root.path();
    let cases: &[(&[&str], &[&str], &[&str])] = &[
        (&["a.yaml"], &[], &["a.yaml: a"]),
        (
            &["tests/fixtures/b.yaml", "logo.png"],
            &[],
            &["logo.png: host", "tests/fixtures/b.yaml: b"],
        ),
        (
            &["tests"],
            &[],
            &["tests/c.yaml: c", "tests/fixtures/b.yaml: [tests and fixtures]"],
        ),
        (&["tests/fixtures"], &[], &["tests/fixtures/b.yaml: b"]),
        (&["out"], &[], &["out/e.yaml: e"]),
        (
            &["deploy", "deploy/", "./deploy", "deploy/d.yaml"],
            &[],
            &["deploy/d.yaml: d"],
        ),
        (
            &[".", "tests"],
            &[],
            &[
                "a.yaml: a",
                "deploy/d.yaml: d",
                "tests/c.yaml: c",
                "tests/fixtures/b.yaml: [tests and fixtures]",
            ],
        ),
        (
            &["."],
            &[".env.production", "gone.yaml", "a.yaml"],
            &[
                ".env.production: e",
                "a.yaml: a",
                "deploy/d.yaml: d",
                "tests/c.yaml: [tests and fixtures]",
                "tests/fixtures/b.yaml: [tests and fixtures]",
            ],
        ),
        (&["deploy"], &[".env.production"], &["deploy/d.yaml: d"]),
        (&["deploy/../a.yaml"], &[], &["a.yaml: a"]),
    ];
    for (paths, also, expected) in cases {
        assert_eq!(walked(root, paths, also), *expected, "{paths:?} {also:?}");
    }
    let absolute = root.join("deploy");
    assert_eq!(walked(root, &[absolute.to_str().unwrap()], &[]), ["deploy/d.yaml: d"]);
    assert_eq!(walked(&absolute, &["../a.yaml"], &[]).len(), 1);
}

#[test]
fn a_missing_path_is_an_error() {
    let root = tree(&[("a.yaml", b"a")]);
    let what = Walk {
        root: root.path(),
        paths: &[PathBuf::from("nope/x.yaml")],
        also: &[],
        ignores: true,
        wanted: &wanted,
    };
    let error = walk(&what, &|_| Some(())).unwrap_err();
    assert_eq!(error.message, "no such file or directory: nope/x.yaml");
    assert!(error.hint.unwrap().starts_with("paths are relative to "));
}

#[test]
fn large_files_are_not_read() {
    let root = tree(&[("full.yaml", &vec![b'a'; SIZE_CAP as usize])]);
    for (name, length) in [
        ("huge.yaml", 100 << 20),
        ("over.yaml", SIZE_CAP + 1),
        ("huge", 100 << 20),
    ] {
        let file = fs::File::create(root.path().join(name)).unwrap();
        file.set_len(length).unwrap();
    }
    let lines = walked(root.path(), &[], &[]);
    assert_eq!(lines[0].len(), "full.yaml: ".len() + SIZE_CAP as usize);
    assert_eq!(
        lines[1..],
        ["huge.yaml: [over the size cap]", "over.yaml: [over the size cap]"]
    );
}

#[test]
fn heads_end_anywhere() {
    let body = |length: usize| "host".bytes().cycle().take(length).collect::<Vec<u8>>();
    for length in [4, 1023, 1024, 1025, 9000] {
        let root = tree(&[("conf", &body(length))]);
        let expected = format!("conf: {}", String::from_utf8(body(length)).unwrap());
        assert_eq!(walked(root.path(), &[], &[]), [expected]);
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let outside = tree(&[("secret.yaml", b"s"), ("directory/x.yaml", b"x")]);
    let root = tree(&[("a.yaml", b"a"), ("deep/b.yaml", b"b")]);
    let at = |path: &str| root.path().join(path);
    symlink("a.yaml", at("inside.yaml")).unwrap();
    symlink(outside.path().join("secret.yaml"), at("outside.yaml")).unwrap();
    symlink(outside.path().join("directory"), at("directory")).unwrap();
    symlink("..", at("deep/up")).unwrap();
    symlink("self", at("self")).unwrap();
    symlink("nowhere", at("broken.yaml")).unwrap();
    let expected = [
        "a.yaml: a",
        "broken.yaml: [symbolic link]",
        "deep/b.yaml: b",
        "deep/up: [symbolic link]",
        "directory: [symbolic link]",
        "inside.yaml: [symbolic link]",
        "outside.yaml: [symbolic link]",
        "self: [symbolic link]",
    ];
    assert_eq!(walked(root.path(), &[], &[]), expected);
    // Asked for by name, a link is followed under its own name.
    assert_eq!(walked(root.path(), &["inside.yaml"], &[]), ["inside.yaml: a"]);
    assert_eq!(walked(root.path(), &["directory"], &[]), ["directory/x.yaml: x"]);
}

#[cfg(unix)]
#[test]
fn pipes_and_sockets_do_not_block() {
    let root = tree(&[("a.yaml", b"a")]);
    let pipe = root.path().join("pipe.yaml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(root.path().join("socket.yaml")).unwrap();
    let expected = [
        "a.yaml: a",
        "pipe.yaml: [not a regular file]",
        "socket.yaml: [not a regular file]",
    ];
    assert_eq!(walked(root.path(), &[], &[]), expected);
    assert_eq!(
        walked(root.path(), &["pipe.yaml"], &[]),
        ["pipe.yaml: [not a regular file]"]
    );
}

#[cfg(unix)]
#[test]
fn any_name_is_shown() {
    use std::os::unix::ffi::OsStrExt as _;
    let root = tree(&[
        ("a\nb.yaml", b"1"),
        ("\u{1b}[31m.yaml", b"2"),
        ("žluť/ň.yaml", b"3"),
        ("a\\b.yaml", b"4"),
    ]);
    fs::write(root.path().join(std::ffi::OsStr::from_bytes(b"latin\xff.yaml")), "5").unwrap();
    let expected = [
        "\u{1b}[31m.yaml: 2",
        "a\nb.yaml: 1",
        "a\\b.yaml: 4",
        "latin\\xff.yaml: 5",
        "žluť/ň.yaml: 3",
    ];
    assert_eq!(walked(root.path(), &[], &[]), expected);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_said() {
    // The kernel refuses to read address 0, even to root.
    let lines = walked(Path::new("/proc/self"), &["mem"], &[]);
    assert_eq!(lines, ["mem: [failed: Input/output error (os error 5)]"]);
    assert!(matches!(
        reading::read(Path::new("/nope/x"), "x", &|_| true),
        Some(Outcome::Failed(message)) if message == "no such file"
    ));
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_listed_is_said() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tree(&[("a.yaml", b"a"), ("closed/b.yaml", b"b"), ("shut.yaml", b"c")]);
    let close =
        |name: &str, mode| fs::set_permissions(root.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    close("closed", 0o000);
    close("shut.yaml", 0o000);
    let lines = walked(root.path(), &[], &[]);
    close("closed", 0o755);
    // Root reads everything.
    let expected: &[&str] = match lines.iter().any(|line| line == "closed/b.yaml: b") {
        true => &["a.yaml: a", "closed/b.yaml: b", "shut.yaml: c"],
        false => &[
            "a.yaml: a",
            "closed: [failed: permission denied]",
            "shut.yaml: [failed: permission denied]",
        ],
    };
    assert_eq!(lines, expected);
}
