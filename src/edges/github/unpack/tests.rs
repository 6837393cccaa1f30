use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use tar::Header;

/// An entry of an archive: kind, path, content or target.
pub(in super::super) type Item<'a> = (u8, &'a [u8], &'a [u8]);

/// A tarball with these entries, names and all as they are given.
pub(in super::super) fn tarball(items: &[Item<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (kind, path, content) in items {
        let is_link = matches!(kind, b'1' | b'2');
        let size = if is_link { 0 } else { content.len() as u64 };
        let mut header = Header::new_ustar();
        header.as_mut_bytes()[..path.len()].copy_from_slice(path);
        if is_link {
            header.as_mut_bytes()[157..157 + content.len()].copy_from_slice(content);
        }
        header.set_size(size);
        header.set_mode(0o644);
        header.as_mut_bytes()[156] = *kind;
        header.set_cksum();
        bytes.extend_from_slice(header.as_bytes());
        if !is_link {
            bytes.extend_from_slice(content);
            bytes.resize(bytes.len().next_multiple_of(512), 0);
        }
    }
    bytes.resize(bytes.len() + 1024, 0);
    gzip(&bytes)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What stands below a directory: files with their text, links with `-> target`.
pub(in super::super) fn tree(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut directories = vec![root.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let kind = std::fs::symlink_metadata(&path).unwrap().file_type();
            if kind.is_dir() {
                directories.push(path);
            } else if kind.is_symlink() {
                found.insert(name, format!("-> {}", std::fs::read_link(&path).unwrap().display()));
            } else {
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// The outcome, and what stands in the directory and beside it.
fn unpacked(archive: &[u8], caps: &Caps) -> (Result<Unpacked, Fault>, Vec<String>) {
    let outer = tempfile::tempdir().unwrap();
    let into = outer.path().join("in");
    std::fs::create_dir(&into).unwrap();
    let outcome = unpack(archive, &into, caps);
    let shown = tree(outer.path())
        .into_iter()
        .map(|(path, text)| format!("{path}: {text}"));
    (outcome, shown.collect())
}

fn left_out(outcome: Result<Unpacked, Fault>) -> Vec<(String, &'static str)> {
    let left_out = outcome.unwrap().left_out.into_iter();
    left_out.map(|one| (one.path, one.why)).collect()
}

#[test]
fn an_archive_as_github_makes_it() {
    let long = "d/".repeat(60) + "x.yaml";
    let record = format!("path=octo-shop-aa/{long}\n");
    let record = format!("{} {record}", record.len() + 4);
    let archive = tarball(&[
        (
            b'g',
            b"pax_global_header",
            b"52 comment=0123456789012345678901234567890123456789\n",
        ),
        (b'5', b"octo-shop-aa/", b""),
        (b'0', b"octo-shop-aa/a.yaml", b"a: 1\n"),
        (b'5', b"octo-shop-aa/empty/", b""),
        (b'0', b"octo-shop-aa/deploy/prod/b.yaml", &[b'x'; 40_000]),
        (b'x', b"long", record.as_bytes()),
        (b'0', b"octo-shop-aa/long", b"long"),
        (b'0', "octo-shop-aa/\u{17e}lu\u{165}.env".as_bytes(), b""),
    ]);
    let (outcome, found) = unpacked(&archive, &Caps::default());
    let outcome = outcome.unwrap();
    assert_eq!((outcome.files, outcome.bytes, outcome.left_out_count), (4, 40_009, 0));
    let expected = [
        "in/a.yaml: a: 1\n".to_owned(),
        format!("in/{long}: long"),
        format!("in/deploy/prod/b.yaml: {}", "x".repeat(40_000)),
        "in/\u{17e}lu\u{165}.env: ".to_owned(),
    ];
    assert_eq!(found, expected);
}

#[test]
fn paths_that_lead_out_refuse_the_archive() {
    let cases: [&[u8]; 9] = [
        b"/etc/passwd",
        b"../x",
        b"r/../../x",
        b"r/a/../b",
        b"r/..",
        b"r/.git/config",
        b"r/sub/.GIT/config",
        b"r/git~1/config",
        "r/.g\u{200c}it/config".as_bytes(),
    ];
    for path in cases {
        let (outcome, found) = unpacked(&tarball(&[(b'0', path, b"x")]), &Caps::default());
        assert!(
            matches!(outcome, Err(Fault::Refused(_))),
            "{}",
            String::from_utf8_lossy(path)
        );
        assert!(found.is_empty(), "{found:?}");
        let (outcome, found) = unpacked(&tarball(&[(b'2', path, b"x")]), &Caps::default());
        assert!(outcome.is_err() && found.is_empty(), "{found:?}");
    }
    // A name from a long header is no better.
    let record = b"18 path=r/../../x\n";
    let (outcome, found) = unpacked(
        &tarball(&[(b'x', b"l", record), (b'0', b"r/y", b"x")]),
        &Caps::default(),
    );
    assert!(outcome.is_err() && found.is_empty(), "{found:?}");
}

#[cfg(unix)]
#[test]
fn links_stay_inside() {
    let archive = tarball(&[
        (b'0', b"r/base/a.yaml", b"a"),
        (b'2', b"r/prod/a.yaml", b"../base/a.yaml"),
        (b'2', b"r/prod/dangling", b"nowhere"),
        (b'2', b"r/prod/root", b".."),
        (b'2', b"r/absolute", b"/etc/passwd"),
        (b'2', b"r/prod/out", b"../../x"),
        (b'2', b"r/prod/round", b"root/../../x"),
        (b'2', b"r/prod/git", b"../.git/config"),
        (b'2', b"r/empty", b""),
        (b'1', b"r/hard", b"r/base/a.yaml"),
        (b'6', b"r/fifo", b""),
        (b'3', b"r/device", b""),
    ]);
    let (outcome, found) = unpacked(&archive, &Caps::default());
    assert_eq!(
        found,
        [
            "in/base/a.yaml: a",
            "in/prod/a.yaml: -> ../base/a.yaml",
            "in/prod/dangling: -> nowhere",
            "in/prod/root: -> .."
        ]
    );
    let out = "it is a link that leads out of the repository";
    let none = "it is no file, directory or symbolic link";
    let expected = [
        ("absolute", out),
        ("prod/out", out),
        ("prod/round", out),
        ("prod/git", out),
        ("empty", out),
        ("hard", none),
        ("fifo", none),
        ("device", none),
    ];
    let expected = expected.map(|(path, why)| (path.to_owned(), why));
    assert_eq!(left_out(outcome), expected);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let there = "there is something else of that name";
    // A directory that is a link first; the files below it win, whatever the order.
    let archive = tarball(&[
        (b'2', b"r/a", b"base"),
        (b'0', b"r/a/x", b"1"),
        (b'0', b"r/base/y", b"2"),
    ]);
    let (outcome, found) = unpacked(&archive, &Caps::default());
    assert_eq!(found, ["in/a/x: 1", "in/base/y: 2"]);
    assert_eq!(left_out(outcome), [("a".to_owned(), there)]);
    // A link below a link would stand elsewhere than it says.
    let archive = tarball(&[(b'2', b"r/a", b"."), (b'2', b"r/a/b/c/up", b"../../..")]);
    let (outcome, found) = unpacked(&archive, &Caps::default());
    assert_eq!(found, ["in/a: -> ."]);
    assert_eq!(left_out(outcome), [("a/b/c/up".to_owned(), there)]);
    // A file twice, and a file that is a directory, too.
    let archive = tarball(&[
        (b'0', b"r/a", b"1"),
        (b'0', b"r/a", b"2"),
        (b'0', b"r/a/b", b"3"),
        (b'5', b"r/a", b""),
    ]);
    let (outcome, found) = unpacked(&archive, &Caps::default());
    assert_eq!(found, ["in/a: 1"]);
    assert_eq!(left_out(outcome).len(), 3);
}

#[test]
fn bounds() {
    let refused = |archive: &[u8], caps: Caps| match unpacked(archive, &caps).0 {
        Err(Fault::Refused(detail)) => detail,
        other => panic!("{other:?}"),
    };
    let large = "the archive is too large";
    let bomb = tarball(&[(b'0', b"r/zeros", &vec![0; 3 << 20])]);
    assert!(bomb.len() < 60_000, "{}", bomb.len());
    let caps = Caps {
        unpacked: 1 << 20,
        ..Caps::default()
    };
    assert_eq!(refused(&bomb, caps), large);
    let caps = Caps {
        compressed: 500,
        ..Caps::default()
    };
    assert_eq!(refused(&bomb, caps), large);
    let exact = Caps {
        unpacked: (3 << 20) + 512 + 1024,
        ..Caps::default()
    };
    assert!(unpacked(&bomb, &exact).0.is_ok());
    // A name of megabytes.
    let name = vec![b'n'; 3 << 20];
    assert_eq!(
        refused(&tarball(&[(b'L', b"l", &name), (b'0', b"r/x", b"")]), Caps::default()),
        large
    );
    assert_eq!(
        refused(&tarball(&[(b'x', b"l", &name), (b'0', b"r/x", b"")]), Caps::default()),
        large
    );
    let name = vec![b'n'; 5_000];
    assert!(refused(&tarball(&[(b'L', b"l", &name), (b'0', b"r/x", b"")]), Caps::default()).contains("too long"));
    // Something large that is not unpacked anyway still counts.
    let caps = Caps {
        unpacked: 1 << 20,
        ..Caps::default()
    };
    assert_eq!(refused(&tarball(&[(b'6', b"r/fifo", &vec![0; 3 << 20])]), caps), large);
    let many: Vec<Item<'_>> = (0..50).map(|_| (b'5', b"r/d".as_slice(), b"".as_slice())).collect();
    let caps = Caps {
        entries: 49,
        ..Caps::default()
    };
    assert!(refused(&tarball(&many), caps).contains("too many"));
    // The list of what was left out does not grow for ever, its count does.
    let many: Vec<Item<'_>> = (0..1_500)
        .map(|_| (b'6', b"r/fifo".as_slice(), b"".as_slice()))
        .collect();
    let outcome = unpacked(&tarball(&many), &Caps::default()).0.unwrap();
    assert_eq!((outcome.left_out.len(), outcome.left_out_count), (1_000, 1_500));
}

#[test]
fn garbage_and_pieces() {
    let refused = |archive: &[u8]| matches!(unpacked(archive, &Caps::default()).0, Err(Fault::Refused(_)));
    assert!(refused(b"<html>not an archive</html>"));
    assert!(refused(&gzip(&[b'x'; 2_000])));
    assert!(refused(&gzip(&[0; 1_024])), "an archive of nothing");
    let whole = tarball(&[(b'0', b"r/a", &[b'a'; 3_000]), (b'0', b"r/b", &[b'b'; 3_000])]);
    let mut damaged = whole.clone();
    let end = damaged.len() - 8;
    damaged[end] ^= 1;
    assert!(refused(&damaged), "the checksum is wrong");
    // Cut anywhere: never taken for the whole, never a panic.
    for end in 0..whole.len() {
        let outcome = unpacked(&whole[..end], &Caps::default()).0;
        assert!(matches!(outcome, Err(Fault::Cut)), "{end}: {outcome:?}");
    }
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        let _ = unpacked(&damaged, &Caps::default());
    }
}
