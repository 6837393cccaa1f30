//! Values and names that speak to terminals and runners.

use super::*;

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
