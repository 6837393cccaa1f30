//! No output of any kind ever holds a secret's value: secrets in every way of writing an address, in every format, in
//! policies, acknowledgements and broken files, against every reporter of the real binary.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests work on real files"
)]

#[path = "../support/mod.rs"]
mod support;

mod forms;
mod writings;

use base64::Engine as _;
use forms::*;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use support::{Run, Tree};
use writings::*;

/// What stands between the two halves of each secret. Both halves are letters and digits, so that they look the same in
/// every encoding but base64, and each alone betrays a secret that is hidden by half.
const MIDDLES: &[&str] = &[
    "", "@", ":", "/", "%", "&", "'", "\"", "\\", "ü", "#", "$", ";", "=", "@:/%&'", "!?*",
];

const HOST: &str = "db.staging.shop.example";

/// Everything that would betray a secret.
fn betrayals(secrets: &[Secret]) -> Vec<String> {
    let mut betrayals = Vec::new();
    for secret in secrets {
        betrayals.push(format!("hEad{}Zq7", secret.number));
        betrayals.push(format!("tAil{}Xw9", secret.number));
        for half in [format!("hEad{}Zq7", secret.number), format!("tAil{}Xw9", secret.number)] {
            // In base64 a text looks in three ways, by where it begins; its middle is the same whatever is around it.
            for shift in 0..3 {
                let encoded = base64::prelude::BASE64_STANDARD.encode(format!("{}{half}", &"   "[..shift]));
                let start = (shift * 4).div_ceil(3);
                betrayals.push(encoded[start..(shift + half.len()) / 3 * 4].to_owned());
            }
        }
    }
    betrayals
}

/// The lines of a text that betray a secret.
fn betrayed<'t>(text: &'t str, betrayals: &[String]) -> Vec<&'t str> {
    let finder = regex::RegexSet::new(betrayals.iter().map(|betrayal| regex::escape(betrayal))).unwrap();
    text.lines().filter(|line| finder.is_match(line)).collect()
}

fn assert_silent(what: &str, run: &Run, files: &[String], betrayals: &[String]) {
    let mut all = vec![run.all()];
    all.extend_from_slice(files);
    for text in all {
        let lines = betrayed(&text, betrayals);
        let shown: Vec<&str> = lines.iter().take(20).copied().collect();
        assert!(
            lines.is_empty(),
            "{what} betrays secrets on {} lines, such as\n{}",
            lines.len(),
            shown.join("\n")
        );
    }
}

/// The ways to run the binary.
const RUNS: &[&[&str]] = &[
    &[
        "lint",
        "--verbose",
        "--show-skipped",
        "--color",
        "always",
        "--output-format",
        "json=report.json",
    ],
    &["lint", "--quiet"],
    &["lint", "--output-format", "json", "--output-format", "text=report.txt"],
    &["lint", "--changed-since", "HEAD", "--output-format", "json"],
    &["lint", "--changed-since", "HEAD~1"],
    &[
        "lint",
        "--output-format",
        "sarif=report.sarif",
        "--output-format",
        "junit=report.xml",
        "--output-format",
        "gitlab=report.gitlab",
        "--output-format",
        "github=report.github",
        "--output-format",
        "markdown=report.md",
    ],
    &["map"],
];

fn report_files(tree: &Tree) -> Vec<String> {
    let reports = [
        "report.txt",
        "report.json",
        "report.sarif",
        "report.xml",
        "report.gitlab",
        "report.github",
        "report.md",
    ];
    reports
        .iter()
        .filter_map(|name| std::fs::read_to_string(tree.at(name)).ok())
        .collect()
}

#[test]
fn no_reporter_shows_a_secret_of_any_form_in_any_format() {
    let secrets = Secret::all();
    let betrayals = betrayals(&secrets);
    let tree = Tree::new();
    tree.write(".gitignore", "report.*\n");
    tree.write("README.md", "# Shop\n");
    tree.commit();
    let mut planted = Vec::new();
    for (index, writing) in WRITINGS.iter().enumerate() {
        // Every secret in the first format, and each format with a few of them in turn.
        for secret in secrets
            .iter()
            .filter(|secret| index == 0 || (index + secret.number) % 5 == 0)
        {
            let mut forms = forms(secret);
            forms.extend(neighbours(secret));
            let name = writing.name.replace("{}", &secret.number.to_string());
            let path = format!("deploy/production/{name}");
            let text = (writing.write)(&forms);
            // What the test looks for is really there.
            assert!(!betrayed(&text, &betrayals).is_empty(), "{path}");
            tree.write(&path, &text);
            if index == 0 && secret.number < 3 {
                tree.write(format!("deploy/staging/{name}"), &text);
            }
            planted.push((path, writing, secret.number));
        }
    }
    tree.commit();
    let outcomes = support::in_parallel(RUNS, |arguments| tree.run(arguments));
    for (arguments, run) in RUNS.iter().zip(&outcomes) {
        assert!([0, 1].contains(&run.code), "{arguments:?}: {}", run.stderr);
        assert_silent(&format!("{arguments:?}"), run, &report_files(&tree), &betrayals);
    }
    // Each reporter was asked, and each has written its file.
    let asked: BTreeSet<&str> = RUNS
        .iter()
        .flat_map(|arguments| arguments.iter())
        .filter_map(|argument| argument.split('=').next())
        .collect();
    for reporter in envfence::reporters::REPORTERS {
        assert!(asked.contains(reporter.name), "{} is not run", reporter.name);
    }
    assert_eq!(report_files(&tree).len(), 7);
    assert!(outcomes[6].stdout.lines().count() > 10, "{}", outcomes[6].stdout);
    let report: serde_json::Value = serde_json::from_str(&outcomes[2].stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let places: BTreeSet<(&str, &str)> = findings
        .iter()
        .map(|finding| (finding["path"].as_str().unwrap(), finding["key"].as_str().unwrap()))
        .collect();
    let lacking: Vec<&str> = planted
        .iter()
        .filter(|(path, ..)| !places.iter().any(|(found, _)| found == path))
        .map(|(path, ..)| path.as_str())
        .collect();
    assert!(
        lacking.is_empty(),
        "nothing is found in {}, so that nothing could be betrayed",
        lacking.join(", ")
    );
}

/// What a policy and acknowledgements say of themselves, with secrets where somebody may well have put them.
#[test]
fn errors_about_what_was_written_for_envfence_show_no_secret() {
    let secrets = Secret::all();
    let betrayals = betrayals(&secrets);
    let policies = [
        "acknowledge:\n  - rule: local-datastore\n    environment: production\n    setting: DB_PASSWORD\n    value: RAW\n    reason: x\n",
        "acknowledge:\n  - rule: local-datastore\n    environment: production\n    setting: DB_URL\n    value: 'postgres://app:URL@db.shop.example/orders'\n    reason: x\n",
        "acknowledge:\n  - rule: local-datastore\n    environment: production\n    setting: DB_URL\n    value: 0123456789\n    until: 'postgres://app:URL@db.shop.example/orders'\n    reason: x\n",
        "environments:\n  production:\n    owns:\n      hosts: 'postgres://app:URL@db.shop.example/orders'\n",
        "environments:\n  production:\n    owns:\n      hosts: ['postgres://app:URL@db.shop.example/[orders']\n",
        "environments:\n  production:\n    owns:\n      hosts: ['postgres://app:URL@db.shop.example/orders']\n",
        "environments:\n  production:\n    documents: ['password: RAW']\n",
        "environments:\n  production:\n    aliases: ['password=RAW']\n",
        "environments:\n  production:\n    tier: 'password=RAW'\n",
        "password: RAW\n",
        "version: 'password=RAW'\n",
        "rules:\n  local-datastore: 'password=RAW'\n",
        "environments: 'postgres://app:URL@db.shop.example/orders'\n",
        "password: RAW\n  broken: [RAW\n",
        "database: 'postgres://app:URL@db.shop.example/orders\n",
        "- password: RAW\n- {\n",
        "password: &RAW *RAW\n",
        "password: !RAW RAW\n",
    ];
    let trees: Vec<(usize, &str, &Secret)> = policies
        .iter()
        .enumerate()
        .flat_map(|(index, policy)| {
            // Each policy with a few secrets in turn.
            let some = secrets.iter().filter(move |secret| (secret.number + index) % 4 == 0);
            some.map(move |secret| (index, *policy, secret))
        })
        .collect();
    support::in_parallel(&trees, |(index, policy, secret)| {
        let tree = Tree::new();
        let raw = if policy.contains('\'') {
            secret.text.replace('\'', "\'\'")
        } else {
            secret.text.clone()
        };
        let text = policy.replace("RAW", &raw).replace("URL", &secret.encoded());
        tree.write("envfence.yml", &text);
        tree.write("deploy/production/a.env", "DB_HOST=db.prod.shop.example\n");
        for arguments in [&["lint"][..], &["lint", "--verbose", "--output-format", "json"]] {
            let run = tree.run(arguments);
            assert!(
                run.code == 2 || [5, 7].contains(index),
                "{}: {text}{}",
                run.code,
                run.all()
            );
            assert_silent(&text, &run, &[], &betrayals);
        }
    });
}

#[test]
fn acknowledgements_show_no_secret() {
    let secrets = Secret::all();
    let betrayals = betrayals(&secrets);
    let tree = Tree::new();
    let mut count = 0;
    for secret in &secrets {
        let url = format!("postgres://app:{}@db.shop.example/orders", secret.encoded());
        let raw = &secret.text;
        let written = [
            format!("envfence: allow(local-datastore) until {url}: because"),
            format!("envfence: allow(local-datastore) password={raw}: because"),
            format!("envfence: allow({url}): because"),
            format!("envfence: allow(password={raw}): because"),
            format!("envfence: allow(local-datastore): it was {url} before"),
            format!("envfence: allow(local-datastore): password={raw}"),
        ];
        let lines: String = written
            .iter()
            .map(|words| format!("# {words}\nDB_HOST=localhost\nDB_PASSWORD={raw}\n"))
            .collect();
        tree.write(format!("deploy/production/{}.env", secret.number), lines);
        count += written.len();
    }
    for arguments in [
        &["lint"][..],
        &["lint", "--verbose"],
        &["lint", "--quiet"],
        &["lint", "--output-format", "json"],
        &["lint", "--output-format", "sarif"],
        &["lint", "--output-format", "junit"],
        &["lint", "--output-format", "gitlab"],
        &["lint", "--output-format", "github"],
        &["lint", "--output-format", "markdown"],
    ] {
        let run = tree.run(arguments);
        assert_eq!(run.code, 1, "{}", run.all());
        assert_silent(&format!("{arguments:?}"), &run, &[], &betrayals);
    }
    let report: serde_json::Value =
        serde_json::from_str(&tree.run(&["lint", "--output-format", "json"]).stdout).unwrap();
    let (findings, suppressed) = (
        report["findings"].as_array().unwrap(),
        report["suppressed"].as_array().unwrap(),
    );
    let malformed = findings
        .iter()
        .filter(|finding| finding["rule"] == "malformed-acknowledgement")
        .count();
    assert_eq!(malformed + suppressed.len(), count, "each acknowledgement was read");
}

/// A key may hold a credential as well: an address as the name of what is configured for it.
#[test]
fn keys_show_no_secret() {
    let secrets = Secret::all();
    let betrayals = betrayals(&secrets);
    let tree = Tree::new();
    let mut policy = String::from("acknowledge:\n");
    for secret in &secrets {
        let (url, raw) = (secret.encoded(), json(&secret.text));
        let raw = raw[1..raw.len() - 1].replace('\'', "''");
        let keys = [
            format!("postgres://app:{url}@db.shop.example/orders"),
            format!("Server=db.shop.example;Password='{raw}';Database=orders"),
            format!("--password={url}"),
        ];
        for (number, key) in keys.iter().enumerate() {
            let text =
                format!("{{\"mirrors\": {{\"{key}\": {{\"host\": \"{HOST}\"}}, \"x\": {{\"{key}\": \"{HOST}\"}}}}}}\n");
            assert!(!betrayed(&text, &betrayals).is_empty(), "{text}");
            tree.write(format!("deploy/production/{}-{number}.json", secret.number), text);
            let setting = key.replace('\'', "''");
            policy += &format!(
                "  - {{rule: local-datastore, environment: production, setting: '{setting}', value: 01234567, reason: x}}\n"
            );
        }
    }
    tree.write("envfence.yml", policy);
    for arguments in RUNS.iter().filter(|arguments| !arguments.contains(&"--changed-since")) {
        let run = tree.run(arguments);
        // A map judges nothing.
        let expected = i32::from(arguments.first() != Some(&"map"));
        assert_eq!(run.code, expected, "{}", run.all());
        assert_silent(&format!("{arguments:?}"), &run, &report_files(&tree), &betrayals);
    }
    let report = tree.run(&["lint", "--output-format", "json"]).stdout;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let files: BTreeSet<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["key"].as_str().unwrap().contains("***"))
        .map(|finding| finding["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        files.len(),
        3 * secrets.len(),
        "each of the three keys of a secret has a finding, and is hidden in part"
    );
}

/// Ways of writing that are easily taken for something else: passwords that begin like a port or hold quotes, logins without a
/// scheme, glued names, options behind a host, code and statements that are none. `@@` is the secret.
const UNUSUAL: &[(&str, &str)] = &[
    // Options behind a host, a name, or an address that is not read as one.
    ("a.yaml", "redis_url: cache.staging.shop.example:6379?password=@@\n"),
    (
        "a.yaml",
        "redis_url: cache.staging.shop.example:6379/0?ssl=true&password=@@\n",
    ),
    ("a.yaml", "db_host: db.staging.shop.example?password=@@\n"),
    ("a.yaml", "db_name: orders_staging?password=@@\n"),
    ("a.yaml", "bucket: shop-staging?sig=@@\n"),
    ("a.yaml", "endpoint: https://api.staging.shop.example&secretKey=@@\n"),
    ("a.yaml", "endpoint: api.staging.shop.example&secretKey=@@\n"),
    (
        "a.yaml",
        "database_url_2: postgres%3A%2F%2Fapp%3A@@%40db.staging.shop.example%2Fx\n",
    ),
    // Passwords that begin like a port or hold what ends an authority.
    (
        "a.env",
        "DATABASE_URL=postgres://app:9aB/@@@db.staging.shop.example/x\n",
    ),
    (
        "a.env",
        "DATABASE_URL=postgres://app:9aB#@@@db.staging.shop.example/x\n",
    ),
    ("a.env", "DATABASE_URL=mysql://app:9aB?@@@db.staging.shop.example/x\n"),
    ("a.env", "DATABASE_URL=mongodb://app:9@@/@db.staging.shop.example/x\n"),
    ("a.env", "REDIS_URL=redis://:3x/@@=@cache.staging.shop.example:6379/0\n"),
    (
        "a.env",
        "ELASTICSEARCH_URL=https://elastic:9@@/x@es.staging.shop.example:9200\n",
    ),
    (
        "a.yaml",
        "database_url: postgres://app:'@@'@db.staging.shop.example/x\n",
    ),
    (
        "a.yaml",
        "database_url: postgres://app:\"@@\"@db.staging.shop.example/x\n",
    ),
    (
        "a.yaml",
        "database_url: postgres://app:<@@>@db.staging.shop.example/x\n",
    ),
    ("a.yaml", "database_url: postgres://app:@@/@db.staging.shop.example/x\n"),
    (
        "a.yaml",
        "database_url: postgres://app:env.@@@db.staging.shop.example/x\n",
    ),
    // Logins without a scheme.
    ("a.yaml", "database_url: app:@@@db.staging.shop.example:5432/x\n"),
    ("a.yaml", "database_url: //app:@@@db.staging.shop.example:5432/x\n"),
    ("a.yaml", "smtp_host: app:@@@smtp.staging.shop.example\n"),
    ("a.yaml", "http_proxy: app:@@@proxy.staging.shop.example:3128\n"),
    ("a.yaml", "amqp_url: app:@@@mq.staging.shop.example:5672/x\n"),
    (
        "a.yaml",
        "mongo_uri: app:@@@db.staging.shop.example:27017/orders?authSource=admin\n",
    ),
    ("a.yaml", "elasticsearch_hosts: app:@@@es.staging.shop.example:9200\n"),
    ("a.yaml", "api_host: app:@@@api.staging.shop.example\n"),
    (
        "a.yaml",
        "mongo_hosts: app:@@@h1.staging.shop.example:27017,h2.staging.shop.example\n",
    ),
    ("a.yaml", "database_url: app/@@@db.staging.shop.example:1521/X\n"),
    (
        "a.yaml",
        "command: sqlplus -s app/@@@//db.staging.shop.example:1521/X\n",
    ),
    ("a.yaml", "mysql_dsn: app:@@@(db.staging.shop.example:3306)/x\n"),
    (
        "a.yaml",
        "jdbc_url: jdbc:oracle:oci:app/@@@db.staging.shop.example:1521/X\n",
    ),
    (
        "a.yaml",
        "jdbc_url: jdbc:oracle:oci8:app/@@@db.staging.shop.example:1521/X\n",
    ),
    (
        "a.yaml",
        "jdbc_url: jdbc:oracle:thin:app/two @@@db.staging.shop.example:1521/X\n",
    ),
    ("a.yaml", "dsn: db.staging.shop.example:5432:orders:app:@@\n"),
    ("a.yaml", "redis_url: cache.staging.shop.example:6379:@@\n"),
    ("a.yaml", "redis_url: cache.staging.shop.example:6379,0,@@\n"),
    // Names of credentials, glued and in other languages.
    (
        "a.yaml",
        "db_url: Server=db.staging.shop.example;sslpassword=@@;Database=x\n",
    ),
    (
        "a.yaml",
        "db_url: Server=db.staging.shop.example;keystorepassword=@@;Database=x\n",
    ),
    (
        "a.yaml",
        "db_url: Server=db.staging.shop.example;SMTPPASS=@@;Database=x\n",
    ),
    (
        "a.yaml",
        "db_url: Server=db.staging.shop.example;PassWord=@@;Database=x\n",
    ),
    (
        "a.yaml",
        "db_url: Server=db.staging.shop.example;pass_phrase=@@;Database=x\n",
    ),
    (
        "a.yaml",
        "db_url: Server=db.staging.shop.example;bindpw=@@;Database=x\n",
    ),
    (
        "a.yaml",
        "db_url: Server=db.staging.shop.example;contrasena=@@;Database=x\n",
    ),
    (
        "a.yaml",
        "db_url: Server=db.staging.shop.example;jwtsecret=@@;Database=x\n",
    ),
    (
        "a.yaml",
        "db_url: Server=db.staging.shop.example;bearertoken=@@;Database=x\n",
    ),
    ("a.yaml", "db_url: Server=db.staging.shop.example;salt=@@;Database=x\n"),
    (
        "a.yaml",
        "db_url: Server=db.staging.shop.example;fernet_key=@@;Database=x\n",
    ),
    (
        "a.yaml",
        "db_url: Server=db.staging.shop.example;secrets=@@;Database=x\n",
    ),
    (
        "a.yaml",
        "db_dsn: host:db.staging.shop.example,user:app,token:@@,dbname:x\n",
    ),
    // The name beside a value.
    (
        "a.yaml",
        "env:\n- name: DB_PASSWORD\n  default: staging-@@\n- name: DB_HOST\n  default: db.staging.shop.example\n",
    ),
    (
        "a.yaml",
        "env:\n- name: DB_PASSWORD\n  defaultValue: staging-@@\n- name: DB_HOST\n  value: db.staging.shop.example\n",
    ),
    // Quotes in quotes, and quotes without a partner.
    (
        "a.json",
        "{\"ConnectionStrings\":{\"X\":\"metadata=res://*/M;provider connection string=\\\"data source=db.staging.shop.example;password=\\\"\\\"@@;x\\\"\\\";App=EF\\\"\"}}",
    ),
    (
        "a.json",
        "{\"ConnectionStrings\":{\"X\":\"Server=db.staging.shop.example;User Id=a\\\"b;Password=\\\"@@\\\"\"}}",
    ),
    // What looks like code in a string.
    (
        "a.yaml",
        "db_url: 'Server=db.staging.shop.example;Password=var.@@;Database=x'\n",
    ),
    (
        "a.yaml",
        "db_url: 'Server=db.staging.shop.example;Password=module.@@;Database=x'\n",
    ),
    (
        "a.yaml",
        "db_url: 'Server=db.staging.shop.example;Password=${P+@@};Database=x'\n",
    ),
    (
        "a.yaml",
        "db_url: 'Server=db.staging.shop.example;Password=${P:?@@};Database=x'\n",
    ),
    // Tokens as users, short names in queries.
    ("a.yaml", "repository_url: https://@@@git.staging.shop.example/x\n"),
    (
        "a.yaml",
        "repository_url: https://@@:x-oauth-basic@git.staging.shop.example/x\n",
    ),
    ("a.yaml", "redis_url: redis://@@@cache.staging.shop.example/0\n"),
    (
        "a.yaml",
        "callback_url: https://api.staging.shop.example/x?key=@@&code=@@\n",
    ),
    (
        "a.yaml",
        "callback_url: https://api.staging.shop.example/x?sid=@@&pw=@@&tok=@@\n",
    ),
    (
        "a.yaml",
        "mongo_uri: mongodb://db.staging.shop.example/x?authMechanismProperties=AWS_SESSION_TOKEN:@@\n",
    ),
    // Statements and keys on one line.
    (
        "a.yaml",
        "conf: \"uri ldap://ldap.staging.shop.example\\nbindpw @@\\n\"\n",
    ),
    (
        "a.yaml",
        "init: postgres://db.staging.shop.example/orders ALTER USER app WITH PASSWORD '@@'\n",
    ),
    (
        "a.yaml",
        "conf: \"url https://api.staging.shop.example ---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ---- @@ ---- END\"\n",
    ),
    (
        "a.yaml",
        "conf: \"url https://api.staging.shop.example Private-Lines: 1 @@\"\n",
    ),
    // The path, and the reason of an acknowledgement.
    ("password=@@/a.yaml", "db_host: db.staging.shop.example\n"),
    (
        "a.env",
        "DB_NAME=orders_staging\n# envfence: allow(other-environment-datastore): the password is @@\nDB_HOST=db.staging.shop.example\n",
    ),
];

#[test]
fn secrets_in_unusual_places() {
    let tree = Tree::new();
    tree.write(".gitignore", "report.*\n");
    tree.write("README.md", "# Shop\n");
    tree.commit();
    let mut secrets = Vec::new();
    for (number, (file, text)) in UNUSUAL.iter().enumerate() {
        let number = number + 100;
        let secret = Secret {
            number,
            text: format!("hEad{number}Zq7!tAil{number}Xw9"),
        };
        let fill = |text: &str| {
            text.replace("@@@", &format!("{}@", secret.text))
                .replace("@@", &secret.text)
        };
        tree.write(format!("{number}/production/{}", fill(file)), fill(text));
        secrets.push(secret);
    }
    tree.commit();
    let betrayals = betrayals(&secrets);
    let outcomes = support::in_parallel(RUNS, |arguments| tree.run(arguments));
    for (arguments, run) in RUNS.iter().zip(&outcomes) {
        assert!([0, 1].contains(&run.code), "{arguments:?}: {}", run.stderr);
        assert_silent(&format!("{arguments:?}"), run, &report_files(&tree), &betrayals);
    }
    let report: serde_json::Value = serde_json::from_str(&outcomes[2].stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let mut lacking = Vec::new();
    for (number, (_, text)) in UNUSUAL.iter().enumerate() {
        let root = format!("{}/production/", number + 100);
        let mut own = findings
            .iter()
            .filter(|finding| finding["path"].as_str().unwrap().starts_with(&root))
            .peekable();
        if own.peek().is_none() {
            lacking.push(*text);
        }
        // What is wrong stays to be read.
        for finding in own {
            let message = finding["message"].as_str().unwrap();
            assert!(
                message.contains("staging") && !message.contains("`***`"),
                "{message}: {text}"
            );
        }
    }
    assert!(
        lacking.is_empty(),
        "nothing is found, so that nothing could be betrayed, in\n{}",
        lacking.concat()
    );
}

/// Values of production and a sibling that differ in their passwords alone.
#[test]
fn learned_differences_show_no_secret() {
    let secrets: Vec<Secret> = Secret::all().into_iter().take(2).collect();
    let tree = Tree::new();
    for (environment, secret) in [("prod", &secrets[0]), ("staging", &secrets[1])] {
        let lines = ["a", "b", "c", "d", "e"]
            .map(|name| format!("{name}_url: postgres://app:{}@db-7.shop.example/{name}\n", secret.text));
        let copied = format!("f_url: postgres://app:{}@db-7.shop.example/f\n", secrets[1].text);
        tree.write(format!("{environment}/app.yaml"), lines.concat() + &copied);
    }
    for arguments in [
        &["lint", "--min-level", "note"][..],
        &["lint", "--output-format", "json"],
    ] {
        let run = tree.run(arguments);
        assert_silent(&format!("{arguments:?}"), &run, &[], &betrayals(&secrets));
    }
}
