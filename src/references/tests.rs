//! What the shapes have in common: rows of tests, values that are none, hostile values.

use super::*;

/// What the tests of shapes compare: each reference as `shape engine class role=text ...`, references with `|` between.
pub(crate) fn outline(value: &str) -> String {
    let references = read(Keyed { path: &[], value });
    references
        .iter()
        .map(|reference| render(reference, value))
        .collect::<Vec<_>>()
        .join(" | ")
}

pub(crate) fn render(reference: &Reference, value: &str) -> String {
    let engine = reference
        .engine
        .map_or("-".to_owned(), |engine| format!("{engine:?}").to_lowercase());
    let mut line = format!(
        "{} {engine} {}",
        reference.shape,
        format!("{:?}", reference.class).to_lowercase()
    );
    for part in &reference.parts {
        assert!(
            value.get(part.range.start as usize..part.range.end as usize).is_some(),
            "{value}: {part:?}"
        );
        line.push_str(&format!(
            " {}={}",
            format!("{:?}", part.role).to_lowercase(),
            part.range.slice(value)
        ));
    }
    line
}

/// Compares every row's outline, and says all rows that differ.
pub(crate) fn check_outlines(rows: &[(&str, &str)]) {
    let differing: Vec<String> = rows
        .iter()
        .filter(|(value, expected)| outline(value) != *expected)
        .map(|(value, expected)| format!("{value}\n  expected: {expected}\n  found:    {}", outline(value)))
        .collect();
    assert!(differing.is_empty(), "\n{}", differing.join("\n"));
    for (value, _) in rows {
        first_looks_miss_nothing(value);
    }
}

/// Whatever a shape reads has one of the shape's marks, and whatever names a datastore's host looks as if it may.
fn first_looks_miss_nothing(value: &str) {
    for shape in SHAPES {
        let missed = !value.is_empty() && (shape.read)(value).is_some() && !Characters::of(value).any(shape.marks);
        assert!(!missed, "{shape:?} reads {value}");
    }
    let names_host = |reference: &Reference| {
        let host = reference.parts.iter().any(|part| part.role == Role::Host);
        host && reference.class == Class::Datastore
    };
    let found = read(Keyed { path: &[], value }).iter().any(names_host);
    assert!(!found || may_hold_datastore(value), "{value}");
}

#[test]
fn values_without_a_reference() {
    for value in [
        "",
        "-",
        ":",
        "=",
        ";",
        "://",
        "::",
        "@",
        "true",
        "1.2.3",
        "v1.2.3",
        "1.2.3-rc1",
        "2024-01-31",
        "12:30",
        "12:30:45",
        "5m",
        "50%",
        "hello world",
        "key=value",
        "a=b;c=d",
        "apps/v1",
        "networking.k8s.io/v1",
        "networking.k8s.io",
        "jane@example.com",
        "jane@example.com,joe@example.com",
        "com.example.shop.Main",
        "org.postgresql.Driver",
        "io.example.Main",
        "javax.sql.DataSource",
        "org.example.app",
        "spring.datasource.url",
        "application.yml",
        "deploy.sh",
        "./scripts/run.sh",
        "/etc/app/config.json",
        "settings.production.py",
        "nginx:1.25",
        "example.azurecr.io/shop/api:1.4",
        "node:20-alpine",
        "postgres:16",
        "ubuntu:22.04",
        "text/html; charset=utf-8",
        "max-age=3600; path=/",
        "${DB_URL}",
        "{{ .Values.url }}",
        "${A}:${B}",
        "${A}:${B}:${C}",
        "${A}.${B}",
        "git@github.com:example/shop.git",
        "shop:tag@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "aa:bb:cc:dd:ee:ff",
        "0.0.0.0",
        "0.0.0.0:8080",
        "::",
        "^https?$",
        "jdbc:",
        "r2dbc",
        "arn:",
        "arn:aws",
        "urn:",
        "s3:GetObject",
        "projects",
        "key: value",
        "a, b and c",
        "test",
        "dev",
        "redis",
        "app=shop,env=test",
        "INFO",
        "x.y",
        "1e5",
        "http",
        "https:",
        "org.hibernate.dialect.PostgreSQL10Dialect",
        "user:1000",
        "host=",
        "Server=",
        "123456789012",
        "secret/data/x",
        "[1, 2]",
        "{}",
    ] {
        assert_eq!(outline(value), "", "{value}");
    }
}

#[test]
fn quotes_and_space_around_a_value_do_not_count() {
    check_outlines(&[
        (" 'db.example.com' ", "host - service host=db.example.com"),
        ("\"redis://cache:6379\"\n", "url redis datastore host=cache port=6379"),
    ]);
}

#[test]
fn credentials_are_replaced() {
    for (value, expected) in [
        (
            "postgres://app:p@ss@db.example.com/x?password=y",
            "postgres://app:***@db.example.com/x?password=***",
        ),
        (
            "Server=a.example.com;Database=b;Pwd=\"x;y\"",
            "Server=a.example.com;Database=b;Pwd=\"***\"",
        ),
        (
            "cache.example.com:6380,password=abc=,ssl=True",
            "cache.example.com:6380,password=***,ssl=True",
        ),
        ("nothing", "nothing"),
    ] {
        let references = read(Keyed { path: &[], value });
        assert_eq!(without_credentials(value, &references), expected);
    }
}

#[test]
fn every_shape_is_told_apart() {
    for (index, shape) in SHAPES.iter().enumerate() {
        assert!(!shape.summary.is_empty());
        assert!(
            SHAPES.iter().skip(index + 1).all(|other| other.name != shape.name),
            "{shape:?}"
        );
    }
}

#[test]
fn hostile_values_neither_panic_nor_hang() {
    let seeds = [
        "a@",
        "://",
        "x://",
        "x://a@b,",
        "http://",
        "Server=a;",
        "a={b}}",
        "a='b",
        "a=\"\"\"",
        "${",
        "{{",
        "}}",
        "(HOST=",
        "a.b.",
        "a:1,",
        "arn:aws:s3:::",
        "projects/",
        "/subscriptions/",
        "urn:a:",
        "jdbc:",
        "jdbc:mysql://(",
        "é.",
        "\u{1}",
        "\0",
        "[",
        "]:",
        "\\",
        "&quot;",
        "x=&quot;",
        "host=a ",
        "host='",
        "%2F",
        ";",
        ",",
        "a b ",
        "user:p@tcp(",
        "user:pass@host:1/",
        "x=};",
        "{a",
        "jdbc:oracle:thin:@",
        ",ssl=",
        "mysql:host=;",
        "1.2.3.4 ",
        "data source=",
        "vault:a/",
        "?a=b&",
        "arn:aws",
        "a,http://b",
        "{{resolve:",
        "<path:",
    ];
    for seed in seeds {
        let value = seed.repeat(5_000 / seed.len());
        outline(&value);
        for prefix in [
            "postgres://",
            "jdbc:sqlserver://",
            "Server=",
            "jdbc:mysql://",
            "host=",
            "mysql:",
            "text https://",
            "a:b@",
        ] {
            outline(&format!("{prefix}{value}"));
        }
    }
}
