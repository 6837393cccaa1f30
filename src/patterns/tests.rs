//! Tables of patterns, what they match and what not, and of patterns that are refused.

use super::*;

fn pattern(kind: Kind, text: &str) -> Pattern {
    Pattern::new(kind, text, Position { line: 1, column: 1 }).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// `(pattern, what it matches, what it does not match)`.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

fn check(kind: Kind, rows: &[Row]) {
    for (text, yes, no) in rows {
        let pattern = pattern(kind, text);
        for candidate in *no {
            assert!(!pattern.matches(candidate), "{text} matches {candidate}");
        }
        assert!(!pattern.matched(), "{text}");
        for candidate in *yes {
            assert!(pattern.matches(candidate), "{text} does not match {candidate}");
        }
        assert_eq!(pattern.matched(), !yes.is_empty(), "{text}");
    }
}

#[test]
fn path_patterns() {
    check(
        Kind::Path,
        &[
            (
                "deploy/prod/**",
                &["deploy/prod/a.yaml", "deploy/prod/eu/a.yaml"],
                &["deploy/prod", "deploy/prods/a", "x/deploy/prod/a"],
            ),
            (
                "deploy/prod",
                &["deploy/prod", "deploy/prod/a/b.yaml"],
                &["deploy/prod.yaml", "deploy/Prod/a"],
            ),
            ("deploy/prod/", &["deploy/prod/a.yaml"], &["deploy/prodx/a"]),
            ("/deploy/*.yaml", &["deploy/a.yaml"], &["deploy/a/b.yaml", "a.yaml"]),
            ("./a.yaml", &["a.yaml"], &["b/a.yaml"]),
            (
                "**/prod/*.yaml",
                &["prod/a.yaml", "x/prod/a.yaml", "x/y/prod/a.yaml"],
                &["xprod/a.yaml", "prod/x/a.yaml"],
            ),
            ("a/**/b", &["a/b", "a/x/b", "a/x/y/b/c"], &["ab", "a/xb"]),
            (
                "values-{prod,live}.y*ml",
                &["values-prod.yaml", "values-live.yml"],
                &["values-.yaml", "values-prod/x.yaml"],
            ),
            (
                "{prod,live}/**/x.{json,y{a,}ml}",
                &["prod/x.json", "live/a/x.yaml", "prod/x.yml"],
                &["prod/x.yl"],
            ),
            (
                "db-[0-9][!x].env",
                &["db-1a.env"],
                &["db-1x.env", "db-a1.env", "db-12x.env"],
            ),
            ("db-[]a].env", &["db-].env", "db-a.env"], &["db-b.env"]),
            (
                "conf-?.env",
                &["conf-a.env", "conf-č.env"],
                &["conf-.env", "conf-ab.env", "conf-/.env"],
            ),
            ("a+b(1).yaml", &["a+b(1).yaml"], &["aab1.yaml"]),
            ("**", &["a", "a/b"], &[]),
            ("*", &["a", "a\nb"], &["a/b"]),
            ("prod**", &["prod-eu/a.yaml"], &["x/prod"]),
            (
                r"/deploy/(prod|live)/.+\.ya?ml/",
                &["deploy/live/x/a.yml"],
                &["x/deploy/live/a.yml", "deploy/live/a.yml.bak"],
            ),
        ],
    );
}

#[test]
fn host_patterns() {
    check(
        Kind::Host,
        &[
            (
                "*.prod.example.com",
                &["db.prod.example.com", "a.b.PROD.example.com", "db.prod.example.com."],
                &[
                    "prod.example.com",
                    "xprod.example.com",
                    ".prod.example.com",
                    "db.prod.example.com.evil.example",
                ],
            ),
            (
                "**.prod.example.com",
                &["prod.example.com", "a.b.prod.example.com"],
                &["xprod.example.com"],
            ),
            (
                "db.example.com.",
                &["db.example.com", "DB.example.com."],
                &["a.db.example.com"],
            ),
            (
                "db-*.example.com",
                &["db-1.example.com", "db-.example.com"],
                &["db-1.x.example.com", "db.example.com"],
            ),
            (
                "db.*.example.com",
                &["db.eu.example.com"],
                &["db.example.com", "db.a.b.example.com"],
            ),
            ("10.3.*", &["10.3.1.2", "10.3.1"], &["10.3", "10.30.1.2"]),
            ("*", &["db", "db.example.com"], &[""]),
            (
                "{a,b}.example.com",
                &["a.example.com", "b.example.com"],
                &["c.example.com"],
            ),
            ("*.{eu,us}.example.com", &["x.y.eu.example.com"], &["eu.example.com"]),
            ("fd00::1", &["FD00::1"], &["fd00::2"]),
            ("bücher.example", &["BÜCHER.example"], &["bucher.example"]),
            (
                r"/^db-[0-9]+\.corp\.example$/",
                &["db-12.corp.example", "DB-1.corp.example"],
                &["db-.corp.example", "xdb-1.corp.example"],
            ),
            (r"/db-[0-9]+/", &["db-1"], &["db-1.example.com", "xdb-1"]),
            (r"/a|b/", &["a", "b"], &["ax", "xb"]),
        ],
    );
}

#[test]
fn name_patterns() {
    check(
        Kind::Name,
        &[
            ("shop", &["shop", "Shop"], &["shop2", "myshop"]),
            (
                "shop-prod-*",
                &["shop-prod-", "shop-prod-orders"],
                &["shop-prod", "shop-prod-a/b"],
            ),
            (
                "/shop/prod/**",
                &["/shop/prod/db", "/shop/prod/db/password"],
                &["/shop/prod", "shop/prod/db"],
            ),
            ("*/prod/*", &["shop/prod/db"], &["prod/db", "a/b/prod/db"]),
            (r"a\*b", &["a*b"], &["axb"]),
            ("123456789012", &["123456789012"], &["1234567890123"]),
            (
                "arn:aws:s3:::shop-*",
                &["arn:aws:s3:::shop-prod"],
                &["arn:aws:s3:::other"],
            ),
        ],
    );
}

#[test]
fn key_patterns() {
    check(
        Kind::Key,
        &[
            (
                "production.**",
                &["production", "production.a.b", "Production.a", "production[0].a"],
                &["productions.a", "x.production.a"],
            ),
            ("production", &["production"], &["production.a"]),
            ("a.**.b", &["a.b", "a.x.b", "a.x.y.b", "a[0].b"], &["ab", "a.xb"]),
            (
                "**.prod.*",
                &["prod.a", "x.y.prod.a", "prod[3]"],
                &["xprod.a", "prod", "prod.a.b"],
            ),
            ("steps[2].run", &["steps[2].run"], &["steps2.run", "steps[1].run"]),
            ("steps[*].run", &["steps[12].run"], &["steps.run", "steps.x.run"]),
            (
                "jobs.*.env.*",
                &["jobs.deploy.env.DB", "jobs[0].env[1]"],
                &["jobs.env.DB", "jobs.a.b.env.DB"],
            ),
            ("PROD_*", &["PROD_DB", "prod_db"], &["PROD", "PROD_A.b"]),
            ("db-[ab]", &["db-a"], &["db-c"]),
            ("**", &["a", "a.b[0]"], &[]),
        ],
    );
}

#[test]
fn bad_patterns_say_what_to_write() {
    for (kind, text, message, hint) in [
        (Kind::Path, "", "an empty pattern matches nothing", None),
        (Kind::Path, "//", "an empty regular expression matches nothing", None),
        (
            Kind::Path,
            "deploy\\prod",
            "`deploy\\prod` holds a backslash; paths have / between segments",
            Some("write `deploy/prod`"),
        ),
        (
            Kind::Path,
            "../prod",
            "`../prod` leaves the root; paths are below it",
            None,
        ),
        (
            Kind::Path,
            "/legacy/",
            "`/legacy/` is read as a regular expression, for it stands between slashes",
            Some("for a directory write `legacy/**`"),
        ),
        (
            Kind::Path,
            " a",
            "a pattern begins or ends with a space, or holds a control character",
            None,
        ),
        (
            Kind::Path,
            "a[b",
            "`[` is never closed",
            Some("for a plain `[` write `[[]`"),
        ),
        (
            Kind::Path,
            "a[]",
            "`[` is never closed",
            Some("for a plain `[` write `[[]`"),
        ),
        (
            Kind::Path,
            "a{b,c",
            "`{` is never closed",
            Some("for a plain `{` write `[{]`"),
        ),
        (
            Kind::Path,
            "a}b",
            "`}` closes nothing",
            Some("for a plain `}` write `[}]`"),
        ),
        (Kind::Path, "[z-a]", "the range `z-a` runs backwards", None),
        (Kind::Name, "a\\", "a pattern ends with a backslash", None),
        (
            Kind::Host,
            "https://db.example.com/x",
            "`https://db.example.com/x` is more than a host",
            Some("write the host alone: `db.example.com`"),
        ),
        (
            Kind::Host,
            "me@db.example.com",
            "`me@db.example.com` is more than a host",
            Some("write the host alone: `db.example.com`"),
        ),
        (
            Kind::Host,
            "*.example.com:5432",
            "`*.example.com:5432` is more than a host",
            Some("write the host alone: `*.example.com`"),
        ),
        (
            Kind::Host,
            "10.3.0.0/16",
            "`10.3.0.0/16` is a network",
            Some("write a pattern of addresses, like `10.3.*`"),
        ),
        (
            Kind::Host,
            "/a(b/",
            "not a regular expression: unclosed group",
            Some("between slashes stands a regular expression; a glob has none around it"),
        ),
        (
            Kind::Host,
            "/a)(b/",
            "not a regular expression: unopened group",
            Some("between slashes stands a regular expression; a glob has none around it"),
        ),
        (
            Kind::Host,
            r"/\p{L}{500}{500}/",
            "a pattern is too large when compiled",
            None,
        ),
        (
            Kind::Name,
            "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
            "its braces stand for more than 256 patterns",
            Some("write several patterns"),
        ),
    ] {
        let error = Pattern::new(kind, text, Position { line: 1, column: 1 })
            .err()
            .unwrap_or_else(|| panic!("{text} is accepted"));
        assert_eq!(error.message, message, "{text}");
        if let Some(hint) = hint {
            assert_eq!(error.hint.as_deref(), Some(hint), "{text}");
        }
    }
}

#[test]
fn hostile_patterns_end() {
    for text in [
        "{".repeat(1_500),
        "{a,".repeat(600),
        "*".repeat(1_500),
        "*a".repeat(500),
        "[".repeat(1_500),
        "(".repeat(1_500),
        format!("/{}/", "(".repeat(1_500)),
        format!("/{}/", "a*".repeat(500)),
        format!("{}{}", "{a,b}".repeat(8), "{c}".repeat(500)),
        format!("{}{}", "{".repeat(500), "}".repeat(500)),
        "č".repeat(5_000),
    ] {
        for kind in [Kind::Path, Kind::Host, Kind::Name, Kind::Key] {
            if let Ok(pattern) = Pattern::new(kind, &text, Position { line: 1, column: 1 }) {
                pattern.matches(&"a".repeat(5_000));
            }
        }
    }
}

#[test]
fn every_pattern_that_matches_remembers_it() {
    let mut patterns = Patterns::default();
    for text in ["*.example.com", "db.example.com", "api.example.com"] {
        patterns.push(pattern(Kind::Host, text));
    }
    assert_eq!(
        patterns.find("db.example.com").map(Pattern::text),
        Some("*.example.com")
    );
    let matched: Vec<bool> = patterns.iter().map(Pattern::matched).collect();
    assert_eq!(matched, [true, true, false]);
    assert!(!patterns.matches("db.example.org"));
}
