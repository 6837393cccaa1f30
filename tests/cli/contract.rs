//! The JSON report, field by field.

use super::*;

/// Every key of the contract with its type; nothing more, nothing less.
#[test]
fn the_json_contract() {
    let tree = Tree::of(&[
        GOOD,
        BAD,
        ("deploy/staging/bad.env", BAD.1),
        (
            "deploy/production/known.env",
            "DB_HOST=orders.staging.shop.example # envfence: allow(other-environment-datastore) until 2999-12-31: the move\n",
        ),
        BROKEN,
        ("tests/a.env", "A=b\n"),
    ]);
    let run = tree.run(&["lint", "--output-format", "json"]);
    let report = json(&run);
    let shape = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_u64() => "count",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "map",
    };
    let check = |what: &str, value: &Value, expected: &[(&str, &str)]| {
        let map = value
            .as_object()
            .unwrap_or_else(|| panic!("{what} is no map: {report:#}"));
        let mut keys: Vec<(&str, &str)> = map.iter().map(|(key, value)| (key.as_str(), shape(value))).collect();
        let mut expected = expected.to_vec();
        keys.sort_unstable();
        expected.sort_unstable();
        assert_eq!(keys, expected, "{what}");
    };
    let finding = [
        ("rule", "text"),
        ("level", "text"),
        ("confidence", "text"),
        ("path", "text"),
        ("line", "count"),
        ("column", "count"),
        ("end_line", "count"),
        ("end_column", "count"),
        ("environment", "text"),
        ("key", "text"),
        ("message", "text"),
        ("help", "text"),
        ("related", "list"),
        ("fingerprint", "text"),
        ("value_hash", "text"),
    ];
    check(
        "report",
        &report,
        &[
            ("schema", "text"),
            ("scope", "map"),
            ("policy", "null"),
            ("version", "text"),
            ("findings", "list"),
            ("suppressed", "list"),
            ("problems", "list"),
            ("coverage", "map"),
            ("map", "list"),
            ("verdict", "text"),
            ("exit_code", "count"),
        ],
    );
    assert_eq!(report["schema"], "envfence/report/v1");
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    check("finding", &report["findings"][0], &finding);
    check(
        "related",
        &report["findings"][0]["related"][0],
        &[("path", "text"), ("line", "count"), ("message", "text")],
    );
    let mut suppressed = finding.to_vec();
    suppressed.extend([("reason", "text"), ("until", "text"), ("acknowledged_at", "text")]);
    check("suppressed", &report["suppressed"][0], &suppressed);
    check(
        "problem",
        &report["problems"][0],
        &[
            ("level", "text"),
            ("path", "text"),
            ("line", "count"),
            ("column", "count"),
            ("message", "text"),
            ("unread", "bool"),
            ("production", "bool"),
        ],
    );
    check(
        "coverage",
        &report["coverage"],
        &[
            ("files", "count"),
            ("files_without_environment", "count"),
            ("settings", "count"),
            ("references", "count"),
            ("environments", "list"),
            ("minimum", "count"),
            ("partly_read", "count"),
            ("partly_read_production", "count"),
            ("unreadable", "count"),
            ("skipped", "list"),
            ("rules", "count"),
        ],
    );
    check(
        "environment",
        &report["coverage"]["environments"][0],
        &[("name", "text"), ("tier", "text"), ("settings", "count")],
    );
    // Whose thing it is, is only known where a finding says so.
    let mut arrow = report["map"][0].clone();
    assert!(arrow["names"].is_null() || arrow["names"].is_string(), "{arrow}");
    arrow["names"] = Value::String(String::new());
    check(
        "arrow",
        &arrow,
        &[
            ("environment", "text"),
            ("tier", "text"),
            ("target", "text"),
            ("kind", "text"),
            ("names", "text"),
            ("wrong", "bool"),
        ],
    );
    check(
        "skipped",
        &report["coverage"]["skipped"][0],
        &[("reason", "text"), ("paths", "list")],
    );
    let found = &report["findings"][0];
    assert_eq!(
        (
            &found["path"],
            &found["line"],
            &found["column"],
            &found["end_line"],
            &found["end_column"]
        ),
        (&BAD.0.into(), &1.into(), &9.into(), &1.into(), &36.into())
    );
    assert_eq!(
        report["suppressed"][0]["acknowledged_at"],
        "deploy/production/known.env:1"
    );
    let names: Vec<&str> = report["coverage"]["environments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["production", "staging"]);
    let hex = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    assert!(hex(&found["fingerprint"]) && hex(&found["value_hash"]));
}

/// A fingerprint survives what does not touch the fault, and changes with the value.
#[test]
fn fingerprints() {
    let fingerprint = |text: &str| {
        let tree = Tree::of(&[(BAD.0, text)]);
        json(&tree.run(&["lint", "--output-format", "json"]))["findings"][0]["fingerprint"].clone()
    };
    let first = fingerprint("DB_HOST=orders.staging.shop.example\n");
    assert_eq!(
        first,
        fingerprint("# moved\nMODE=fast\n\nDB_HOST=\"orders.staging.shop.example\"\n")
    );
    assert_ne!(first, fingerprint("DB_HOST=orders.qa.shop.example\n"));
    assert_ne!(first, fingerprint("CART_DB_HOST=orders.staging.shop.example\n"));
    let with = |password: &str| {
        fingerprint(&format!(
            "DATABASE_URL=postgres://app:{password}@orders.staging.shop.example/orders\n"
        ))
    };
    assert_eq!(
        with("one"),
        with("two"),
        "a new password is no new fault, and its hash would betray it"
    );
}
