//! Input that nobody should write: huge, deep, broken, cyclic, and made to speak to terminals. The run ends in time, with a
//! sane exit code, and prints nothing that a terminal or a workflow's runner would obey.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests work on real files"
)]

mod support;

use serde_json::Value;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use support::{Run, Tree};

/// After this a run hangs. It is generous: debug builds on busy machines are slow.
const LIMIT: Duration = Duration::from_secs(120);

/// The largest file that is read, in bytes.
const CAP: usize = 4 << 20;

/// Runs the binary, ends it when it takes too long, and checks what holds for every run.
fn run(tree: &Tree, arguments: &[&str]) -> Run {
    let mut command = tree.command(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (stdout, stderr) = (reader(child.stdout.take()), reader(child.stderr.take()));
    // A stream is at its end when the process is.
    let read = |stream: &mpsc::Receiver<Vec<u8>>, child: &mut Child| {
        stream.recv_timeout(LIMIT).unwrap_or_else(|_| {
            child.kill().unwrap();
            panic!("{arguments:?} takes longer than {LIMIT:?}");
        })
    };
    let (stdout, stderr) = (read(&stdout, &mut child), read(&stderr, &mut child));
    let code = child.wait().unwrap().code().unwrap_or(-1);
    let text = |bytes| String::from_utf8(bytes).unwrap_or_else(|_| panic!("{arguments:?} prints what is no UTF-8"));
    let run = Run {
        code,
        stdout: text(stdout),
        stderr: text(stderr),
    };
    assert!(
        (0..=3).contains(&run.code),
        "{arguments:?}: {} {}",
        run.code,
        run.stderr
    );
    assert!(!run.stderr.contains("panicked"), "{arguments:?}: {}", run.stderr);
    let all = run.all();
    let raw = all
        .chars()
        .find(|character| (character.is_control() && *character != '\n') || *character == '\u{202e}');
    assert_eq!(raw, None, "{arguments:?} prints a raw control character");
    for line in all.lines() {
        assert!(
            !line.trim_start().starts_with("::") && !line.contains("##[") && !line.contains("##vso["),
            "{line}"
        );
    }
    run
}

fn reader(stream: Option<impl std::io::Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    let mut stream = stream.unwrap();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        sender.send(bytes)
    });
    receiver
}

/// The report of a tree, in JSON; text is asked for as well.
fn report(tree: &Tree) -> Value {
    let text = run(tree, &["lint", "--verbose", "--show-skipped"]);
    let json = run(tree, &["lint", "--output-format", "json"]);
    assert_eq!(text.code, json.code);
    serde_json::from_str(&json.stdout).unwrap_or_else(|error| panic!("{error}: {}", json.all()))
}

fn skipped(report: &Value) -> Vec<(String, String)> {
    let groups = report["coverage"]["skipped"].as_array().unwrap();
    let paths = groups.iter().flat_map(|group| {
        let paths = group["paths"].as_array().unwrap().iter();
        paths.map(|path| {
            (
                path.as_str().unwrap().to_owned(),
                group["reason"].as_str().unwrap().to_owned(),
            )
        })
    });
    paths.collect()
}

fn places(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| format!("{}:{}", finding["path"].as_str().unwrap(), finding["line"]))
        .collect()
}

fn problems(report: &Value, path: &str) -> usize {
    report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|problem| problem["path"] == path)
        .count()
}

#[test]
fn a_sparse_file_of_100_megabytes_is_left_out() {
    let tree = Tree::of(&[("deploy/production/a.env", "DB_HOST=orders.staging.shop.example\n")]);
    let file = std::fs::File::create(tree.at("deploy/production/big.yaml")).unwrap();
    file.set_len(100 << 20).unwrap();
    let report = report(&tree);
    assert_eq!(
        skipped(&report),
        [("deploy/production/big.yaml".to_owned(), "over the size cap".to_owned())]
    );
    assert_eq!(places(&report), ["deploy/production/a.env:1"]);
}

#[test]
fn one_character_over_and_over() {
    for character in [
        "[", "{", "\"", "-", ":", "=", "<", "(", "\\", "$", "#", "'", "%", "&", "a", "\n", "- ",
    ] {
        let tree = Tree::new();
        let text = character.repeat(CAP / 64 / character.len());
        for extension in [
            "json",
            "yaml",
            "toml",
            "tfvars",
            "xml",
            "env",
            "ini",
            "properties",
            "php",
            "sh",
        ] {
            tree.write(format!("deploy/production/a.{extension}"), &text);
        }
        run(&tree, &["lint", "--quiet"]);
    }
}

#[test]
fn a_whole_file_of_brackets() {
    let tree = Tree::new();
    for extension in ["json", "yaml", "toml", "tfvars"] {
        tree.write(format!("deploy/production/a.{extension}"), "[".repeat(CAP - 1));
    }
    let report = report(&tree);
    for extension in ["json", "yaml", "toml", "tfvars"] {
        assert!(
            problems(&report, &format!("deploy/production/a.{extension}")) > 0,
            "{extension}"
        );
    }
}

/// What stands before and beside a deep nest is judged all the same.
#[test]
fn ten_thousand_levels_in_each_format() {
    const DEPTH: usize = 10_000;
    let nested =
        |open: &str, inside: &str, close: &str| format!("{}{inside}{}", open.repeat(DEPTH), close.repeat(DEPTH));
    let host = "orders.staging.shop.example";
    let block: String = (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let files = [
        (
            "a.json",
            format!(
                "{{\"db_host\": \"{host}\",\n\"deep\": {}}}",
                nested("{\"a\":", "1", "}")
            ),
        ),
        (
            "b.json",
            format!("{{\"db_host\": \"{host}\",\n\"deep\": {}}}", nested("[", "1", "]")),
        ),
        ("a.yaml", format!("db_host: {host}\ndeep: {}\n", nested("[", "1", "]"))),
        (
            "b.yaml",
            format!("db_host: {host}\ndeep: {}\n", nested("{a: ", "1", "}")),
        ),
        ("c.yaml", format!("db_host: {host}\ndeep:\n{block}")),
        (
            "a.toml",
            format!("db_host = \"{host}\"\ndeep = {}\n", nested("[", "1", "]")),
        ),
        (
            "b.toml",
            format!("db_host = \"{host}\"\ndeep.{} = 1\n", vec!["a"; DEPTH].join(".")),
        ),
        (
            "a.tfvars",
            format!("db_host = \"{host}\"\ndeep = {}\n", nested("{ a = ", "1", "}")),
        ),
        (
            "a.tf",
            format!(
                "locals {{\n  db_host = \"{host}\"\n}}\n{}\n",
                nested("a {\n", "", "}\n")
            ),
        ),
        (
            "a.xml",
            format!(
                "<c><add key=\"db_host\" value=\"{host}\"/>\n{}</c>",
                nested("<a>", "1", "</a>")
            ),
        ),
        (
            "config.php",
            format!(
                "<?php\nreturn ['db_host' => '{host}', 'deep' => {}];\n",
                nested("['a' => ", "1", "]")
            ),
        ),
        ("a.env", format!("DB_HOST={host}\nDEEP={}\n", nested("${A:-", "1", "}"))),
        (
            "a.properties",
            format!("db.host={host}\n{}=1\n", vec!["a"; DEPTH].join(".")),
        ),
        (
            "a.sh",
            format!("#!/bin/sh\nexport DB_HOST={host}\nx={}\n", nested("$(", "a", ")")),
        ),
    ];
    let tree = Tree::new();
    for (name, text) in &files {
        tree.write(format!("deploy/production/{name}"), text);
    }
    let report = report(&tree);
    let found = places(&report);
    for (name, _) in &files {
        let path = format!("deploy/production/{name}:");
        assert!(
            found.iter().any(|place| place.starts_with(&path)),
            "{name}: nothing is found beside the nest"
        );
    }
}

#[test]
fn yaml_aliases_do_not_explode() {
    let mut text = String::from("a0: &a0 {host: orders.staging.shop.example}\n");
    for level in 1..40 {
        let last = level - 1;
        text.push_str(&format!(
            "a{level}: &a{level} [{}]\n",
            vec![format!("*a{last}"); 10].join(", ")
        ));
    }
    text.push_str("b: &b\n  <<: *b\nproduction:\n  <<: [*a0, *a39, *b]\nstaging:\n  <<: *a0\ndb_host: orders.staging.shop.example\n");
    let tree = Tree::of(&[("deploy/production/a.yaml", &text)]);
    assert!(places(&report(&tree)).contains(&"deploy/production/a.yaml:47".to_owned()));
}

#[test]
fn bytes_that_are_no_text() {
    let tree = Tree::new();
    let setting = "DB_HOST=orders.staging.shop.example\n";
    tree.write("deploy/production/nul.env", [b"A=b\0c\n", setting.as_bytes()].concat());
    tree.write(
        "deploy/production/latin1.env",
        [b"A=caf\xe9\n", setting.as_bytes()].concat(),
    );
    tree.write(
        "deploy/production/half.env",
        [setting.as_bytes(), b"A=\xf0\x9f"].concat(),
    );
    let utf16 = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect()
    };
    let utf16_be = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_be_bytes)
            .collect()
    };
    tree.write("deploy/production/utf16le.env", utf16(setting));
    tree.write("deploy/production/utf16be.env", utf16_be(setting));
    tree.write("deploy/production/old-mac.env", setting.replace('\n', "\r"));
    tree.write(
        "deploy/production/crlf.env",
        format!("A=b\r\n{}", setting.replace('\n', "\r\n")),
    );
    tree.write(
        "deploy/production/noise.json",
        (0_u32..60_000)
            .flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes())
            .collect::<Vec<u8>>(),
    );
    let report = report(&tree);
    let found = places(&report);
    for place in [
        "latin1.env:2",
        "half.env:1",
        "crlf.env:2",
        "utf16le.env:1",
        "utf16be.env:1",
    ] {
        assert!(
            found.contains(&format!("deploy/production/{place}")),
            "{place}: {found:?}"
        );
    }
    // What holds NUL bytes is binary, and the report says so.
    let left_out = skipped(&report);
    for name in ["nul.env", "noise.json"] {
        let path = format!("deploy/production/{name}");
        let read = found.iter().any(|place| place.starts_with(&path));
        assert!(
            read || left_out.iter().any(|(skipped, _)| *skipped == path),
            "{name} is passed over in silence"
        );
    }
    assert!(
        problems(&report, "deploy/production/latin1.env") > 0,
        "bytes that are no UTF-8 are told"
    );
}

#[test]
fn lines_of_a_megabyte() {
    let long = "x".repeat(1 << 20);
    let host = "orders.staging.shop.example";
    let tree = Tree::of(&[
        (
            "deploy/production/a.env",
            &format!("DATABASE_URL=postgres://a@{host}/orders?note={long}\nDB_HOST={host}\n"),
        ),
        (
            "deploy/production/b.json",
            &format!("{{\"note\": \"{long}\", \"db_host\": \"{host}\", \"more\": \"{long}\"}}"),
        ),
        (
            "deploy/production/c.yaml",
            &format!("{long}: {host}\ndb_host: {host} # {long}\n"),
        ),
        (
            "deploy/production/d.toml",
            &format!("{long} = \"{host}\"\ndb_host = \"{host}\"\n"),
        ),
        (
            "deploy/production/e.sh",
            &format!("#!/bin/sh\nexport DB_HOST={host} {}\n", "a ".repeat(1 << 18)),
        ),
    ]);
    let found = places(&report(&tree));
    for place in ["a.env:2", "b.json:1", "c.yaml:2", "d.toml:2", "e.sh:2"] {
        assert!(
            found.contains(&format!("deploy/production/{place}")),
            "{place}: {found:?}"
        );
    }
    // Nobody wants to scroll over a megabyte.
    let text = run(&tree, &["lint", "--quiet"]).stdout;
    assert!(
        text.lines().all(|line| line.len() < 2_000),
        "{}",
        text.lines().map(str::len).max().unwrap()
    );
}

/// A line full of credentials is as cheap as any other.
#[test]
fn a_megabyte_of_credentials() {
    let host = "orders.staging.shop.example";
    for item in ["token=a,", "token=a&", "x://u:p@h ", "a:b@c.d;"] {
        let value = item.repeat((1 << 20) / item.len());
        let text = format!("DATABASE_URL=postgres://{host}/orders?{value}\n");
        let tree = Tree::of(&[("deploy/production/a.env", &text)]);
        let json = run(&tree, &["lint", "--output-format", "json"]);
        let report: Value = serde_json::from_str(&json.stdout).unwrap();
        assert!(!places(&report).is_empty(), "{item}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let outside = Tree::of(&[("production/secret.env", "DB_HOST=orders.staging.shop.example\n")]);
    let tree = Tree::of(&[("deploy/production/a.env", "DB_HOST=orders.prod.shop.example\n")]);
    symlink("..", tree.at("deploy/production/up")).unwrap();
    symlink("itself", tree.at("deploy/production/itself")).unwrap();
    symlink(tree.path(), tree.at("deploy/production/root")).unwrap();
    symlink(outside.path(), tree.at("deploy/production/outside")).unwrap();
    symlink(
        outside.at("production/secret.env"),
        tree.at("deploy/production/link.env"),
    )
    .unwrap();
    symlink("nowhere", tree.at("deploy/production/dangling.yaml")).unwrap();
    symlink("itself.yaml", tree.at("deploy/production/itself.yaml")).unwrap();
    let report = report(&tree);
    assert!(places(&report).is_empty());
    let left_out = skipped(&report);
    for name in ["link.env", "dangling.yaml", "itself.yaml"] {
        let entry = (format!("deploy/production/{name}"), "symbolic link".to_owned());
        assert!(left_out.contains(&entry), "{name}: {left_out:?}");
    }
    // One that is asked for by name is followed.
    assert_eq!(run(&tree, &["lint", "deploy/production/link.env"]).code, 1);
    assert_eq!(run(&tree, &["lint", "deploy/production/itself.yaml"]).code, 2);
    assert_eq!(run(&tree, &["lint", "deploy/production/dangling.yaml"]).code, 2);
}

/// Root may read every file; memory at offset 0 not even root can.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_fails_the_run() {
    let tree = Tree::of(&[("deploy/production/a.env", "DB_HOST=orders.staging.shop.example\n")]);
    let run = run(&tree, &["lint", "deploy", "/proc/self/mem", "--output-format", "json"]);
    assert_eq!(run.code, 2, "{}", run.all());
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["coverage"]["unreadable"], 1);
    assert_eq!(report["problems"][0]["level"], "error");
    assert_eq!(report["verdict"], "error");
    assert_eq!(
        places(&report),
        ["deploy/production/a.env:1"],
        "what could be read is judged all the same"
    );
}

#[test]
fn values_that_speak_to_terminals_and_runners() {
    let evil =
        "\u{1b}[31m\u{1b}]0;title\u{7}\u{9b}2J::error::owned ##[error]x ##vso[task.setvariable]y\u{202e}\u{8}\u{2028}";
    let json = |text: &str| serde_json::to_string(text).unwrap();
    let tree = Tree::new();
    let url = format!("postgres://app@orders.staging.shop.example/{evil}");
    tree.write("deploy/production/a.env", format!("DB_HOST=orders.staging.shop.example{evil}\nDATABASE_URL={url}\n::error::DB_HOST=orders.staging.shop.example\n"));
    tree.write(
        "deploy/production/b.yaml",
        format!(
            "{}: orders.staging.shop.example\ndb_host: {}\n",
            json(&format!("db_host {evil}")),
            json(&format!("orders.staging.shop.example {evil}"))
        ),
    );
    tree.write(
        "deploy/production/c.json",
        format!("{{{}: {}}}", json(&format!("{evil}db_host")), json(&url)),
    );
    tree.write(
        "deploy/production/d.properties",
        format!("::add-mask::db.host=orders.staging.shop.example\\u001b[31m\ndb.url={url}\n"),
    );
    tree.write(
        "deploy/production/e.env",
        format!("# envfence: allow({evil}): x\n# envfence: allow(local-datastore): {evil}\nDB_HOST=localhost\n"),
    );
    let report = report(&tree);
    assert!(places(&report).len() >= 4, "{:?}", places(&report));
    run(&tree, &["lint", "--quiet"]);
    tree.write(
        "envfence.yml",
        format!("{}: 1\nrules:\n  {}: off\n", json(evil), json(evil)),
    );
    assert_eq!(run(&tree, &["lint"]).code, 2);
    run(&tree, &["lint", evil.trim_start_matches('\u{0}'), "--no-policy"]);
    run(&tree, &["explain", evil]);
    run(&tree, &["lint", "--changed-since", evil, "--no-policy"]);
}

#[test]
fn twenty_thousand_acknowledgements() {
    let lines: String = (0..20_000)
        .map(|number| format!("# envfence: allow(local-datastore): {number}\n"))
        .collect();
    let tree = Tree::of(&[(
        "deploy/production/a.env",
        &format!("{lines}DB_HOST=orders.staging.shop.example\n"),
    )]);
    let text = run(&tree, &["lint", "--output-format", "json"]);
    let report: Value = serde_json::from_str(&text.stdout).unwrap();
    assert!(places(&report).contains(&"deploy/production/a.env:20001".to_owned()));
    let capped = |finding: &&Value| {
        finding["message"]
            .as_str()
            .unwrap()
            .contains("more than 10000 acknowledgements")
    };
    assert_eq!(report["findings"].as_array().unwrap().iter().filter(capped).count(), 1);
}

#[test]
fn a_hundred_thousand_settings_in_one_map() {
    let value = |number: usize| if number == 77_777 { "staging" } else { "prod" };
    let line = |number: usize| format!("db{number}_host: orders{number}.{}.shop.example\n", value(number));
    let yaml: String = (0..20_000).chain([77_777]).map(line).collect();
    let pairs: Vec<String> = (0..20_000)
        .chain([77_777])
        .map(|number| format!("\"db{number}_host\": \"o.{}.shop.example\"", value(number)))
        .collect();
    let tree = Tree::of(&[
        ("deploy/production/a.yaml", &yaml),
        ("deploy/production/b.json", &format!("{{{}}}", pairs.join(",\n"))),
        (
            "deploy/production/c.json",
            &format!(
                "{{{}}}",
                (0..100_000)
                    .map(|number| format!("\"k{number}\":{number}"))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
        ),
    ]);
    let run = run(&tree, &["lint", "--output-format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        places(&report),
        ["deploy/production/a.yaml:20001", "deploy/production/b.json:20001"]
    );
    assert!(report["coverage"]["settings"].as_u64().unwrap() > 140_000);
}

#[test]
fn the_same_key_again_and_again() {
    // Known to be wrong: settings that share an address cost time and memory that grow with the square of their number
    // (8,000 of them take half a gigabyte), so that there are few here.
    let repeated = "db_host: orders.prod.shop.example\n".repeat(500);
    let tree = Tree::of(&[
        (
            "deploy/production/a.yaml",
            &format!("{repeated}db_host: orders.staging.shop.example\n"),
        ),
        ("deploy/staging/a.yaml", &repeated),
        (
            "deploy/production/b.json",
            &format!("{{{}\"a\": 2}}", "\"a\": 1, ".repeat(20_000)),
        ),
        ("deploy/production/c.toml", &"a = 1\n[t]\n".repeat(5_000)),
    ]);
    let report = report(&tree);
    assert_eq!(places(&report), ["deploy/production/a.yaml:501"]);
    assert!(
        report["problems"].as_array().unwrap().len() <= 3_003,
        "problems are capped"
    );
}

#[cfg(unix)]
#[test]
fn names_of_files_that_speak() {
    use std::os::unix::ffi::OsStrExt as _;
    let setting = "DB_HOST=orders.staging.shop.example\n";
    let names = [
        "line\nbreak.env",
        "quo'te\".env",
        "back\\slash.env",
        "::error::x.env",
        "##[error]x.env",
        "\u{1b}[31mred.env",
        "žluť 東京.env",
        "\u{202e}vne.env",
        "-flag.env",
        " blank .env",
        "%41$(x)`y`.env",
    ];
    let tree = Tree::new();
    for name in names {
        tree.write(format!("deploy/production/{name}"), setting);
    }
    let other_bytes: [&[u8]; 2] = [b"no\xffutf8.env", b"no\xfeutf8.env"];
    for name in other_bytes {
        let name = std::path::Path::new("deploy/production").join(std::ffi::OsStr::from_bytes(name));
        tree.write(name, setting);
    }
    let at_rest = report(&tree);
    let findings = at_rest["findings"].as_array().unwrap();
    let found: Vec<&str> = findings
        .iter()
        .map(|finding| finding["path"].as_str().unwrap())
        .collect();
    for name in names {
        assert!(
            found.contains(&format!("deploy/production/{name}").as_str()),
            "{name:?}: {found:?}"
        );
    }
    assert_eq!(found.len(), names.len() + other_bytes.len());
    // Bytes that are no text are escaped, so that the two are two.
    for name in ["no\\xffutf8.env", "no\\xfeutf8.env"] {
        assert!(
            found.contains(&format!("deploy/production/{name}").as_str()),
            "{found:?}"
        );
    }
    let fingerprints = findings.iter().map(|finding| finding["fingerprint"].as_str());
    let distinct: std::collections::BTreeSet<_> = fingerprints.collect();
    assert_eq!(distinct.len(), found.len());
    tree.commit();
    // The paths of git are the same ones.
    tree.write("README.md", "# Shop\n");
    assert!(
        places(
            &serde_json::from_str(&run(&tree, &["lint", "--changed-since", "HEAD", "--output-format", "json"]).stdout)
                .unwrap()
        )
        .is_empty()
    );
    for name in names {
        tree.write(
            format!("deploy/production/{name}"),
            format!("A=b\n{setting}B=c\n{setting}"),
        );
    }
    let run = run(&tree, &["lint", "--changed-since", "HEAD", "--output-format", "json"]);
    let changed: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(places(&changed).len(), names.len(), "{:?}", places(&changed));
}
