//! Whole policies, and a table of what is said against broken ones.

mod errors;
mod schema;

use super::*;

const RULES: &[&str] = &[
    "other-environment-host",
    "other-environment-database",
    "reverse-reference",
    "local-host-in-production",
];

fn read_good(text: &str) -> Policy {
    match read("envfence.yml", text, RULES) {
        Ok(policy) => {
            let refusal = refused(text);
            assert!(
                refusal.is_none(),
                "the schema refuses what the reader takes: {refusal:?}\n{text}"
            );
            policy
        }
        Err(errors) => panic!(
            "{}",
            errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        ),
    }
}

/// Why the schema refuses a text.
fn refused(text: &str) -> Option<String> {
    let rules: Vec<(&str, &str)> = RULES.iter().map(|rule| (*rule, "a rule")).collect();
    let validator = jsonschema::draft202012::new(&schema(&rules)).unwrap();
    let mut value: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
    value.apply_merge().unwrap();
    let value = json_of(&value);
    let error = validator.validate(&value).err()?;
    Some(format!("{}: {error}", error.instance_path()))
}

/// What an editor sees.
fn json_of(value: &serde_yaml::Value) -> serde_json::Value {
    use serde_yaml::Value;
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) if number.is_u64() => number.as_u64().into(),
        Value::Number(number) if number.is_i64() => number.as_i64().into(),
        Value::Number(number) => number.as_f64().into(),
        Value::String(text) => text.as_str().into(),
        Value::Sequence(items) => items.iter().map(json_of).collect(),
        Value::Mapping(map) => {
            let key = |key: &Value| match json_of(key) {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            map.iter().map(|(name, value)| (key(name), json_of(value))).collect()
        }
        Value::Tagged(tagged) => json_of(&tagged.value),
    }
}

/// `line:column message | hint` of every error.
fn errors(text: &str) -> Vec<String> {
    let Err(errors) = read("p.yml", text, RULES) else {
        return Vec::new();
    };
    let line = |error: &crate::error::Error| {
        let place = error.place.as_deref().unwrap_or("").trim_start_matches("p.yml:");
        let hint = error
            .hint
            .as_deref()
            .map(|hint| format!(" | {hint}"))
            .unwrap_or_default();
        format!("{place} {}{hint}", error.message)
    };
    errors.iter().map(line).collect()
}

fn texts(patterns: &Patterns) -> Vec<&str> {
    patterns.iter().map(Pattern::text).collect()
}

fn words(words: &[Word]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).collect()
}

const WHOLE: &str = r#"
version: 1
environments:
  production:
    aliases: [prod, live, eu]
    paths: ["deploy/prod/**"]
    documents: ["namespace=shop-prod"]
    keys: ["production.**"]
    owns:
      hosts: ["*.prod.example.com", "/^db-[0-9]+\\.corp\\.example$/"]
      databases: [shop]
      resources: [shop-prod-*, 012345678901]
    exclusive: true
  staging:
    tier: nonproduction
    aliases: [stg]
  us-east:
    tier: production
rules:
  reverse-reference: error
  local-host-in-production: off
words:
  ignore: [test-kitchen, integration-api]
exclude: ['legacy/**']
acknowledge:
  - rule: other-environment-host
    environment: prod
    path: deploy/prod/values.yaml
    setting: database.host
    value: 12345678
    until: 2026-12-31
    reason: moving to the new cluster, OPS-12
minimum: { settings: 10 }
"#;

#[test]
fn a_whole_policy_is_read() {
    let policy = read_good(WHOLE);
    let names: Vec<_> = policy
        .environments
        .iter()
        .map(|e| (e.name.as_str(), e.tier.as_str(), e.exclusive))
        .collect();
    assert_eq!(
        names,
        [
            ("production", "production", true),
            ("staging", "nonproduction", false),
            ("us-east", "production", false)
        ]
    );
    let production = policy.environment("LIVE").unwrap();
    assert_eq!(production.at, Position { line: 4, column: 3 });
    assert_eq!(words(&production.aliases), ["prod", "live", "eu"]);
    assert_eq!(production.aliases[2].at, Position { line: 5, column: 27 });
    assert_eq!(texts(&production.paths), ["deploy/prod/**"]);
    assert_eq!(texts(&production.keys), ["production.**"]);
    assert_eq!(
        texts(&production.owns.hosts),
        ["*.prod.example.com", r"/^db-[0-9]+\.corp\.example$/"]
    );
    assert_eq!(texts(&production.owns.databases), ["shop"]);
    assert_eq!(texts(&production.owns.resources), ["shop-prod-*", "012345678901"]);
    assert_eq!(policy.level("reverse-reference"), Some(Some(Level::Error)));
    assert_eq!(policy.level("local-host-in-production"), Some(None));
    assert_eq!(policy.level("other-environment-host"), None);
    assert_eq!(words(&policy.ignored_words), ["test-kitchen", "integration-api"]);
    assert!(policy.exclude.matches("legacy/a/b.yaml"));
    assert_eq!(policy.minimum_settings, Some(10));
    let [acknowledged] = policy.acknowledgements.as_slice() else {
        panic!("one acknowledgement")
    };
    assert_eq!(acknowledged.environment, "production");
    assert_eq!(acknowledged.value, "12345678");
    assert_eq!(
        acknowledged.until.map(|until| until.to_string()).as_deref(),
        Some("2026-12-31")
    );
    assert_eq!(acknowledged.reason, "moving to the new cluster, OPS-12");
    assert_eq!(policy.place(acknowledged.at), "envfence.yml:26:5");
}

#[test]
fn the_judge_asks_who_owns_what() {
    let policy = read_good(WHOLE);
    let owner = |what, name| {
        policy
            .owners(what, name)
            .map(|(e, p)| (e.name.clone(), p.text().to_owned()))
            .next()
    };
    let production = |pattern: &str| Some(("production".to_owned(), pattern.to_owned()));
    assert_eq!(
        owner(Owned::Host, "a.b.prod.example.com"),
        production("*.prod.example.com")
    );
    assert_eq!(owner(Owned::Host, "shop"), None);
    assert_eq!(owner(Owned::Database, "SHOP"), production("shop"));
    assert_eq!(owner(Owned::Resource, "shop-prod-orders"), production("shop-prod-*"));
    assert_eq!(policy.environments_of_path("deploy/prod/a.yaml").count(), 1);
    assert_eq!(policy.environments_of_key("production.database.host").count(), 1);
    assert!(policy.has_document_patterns());
    assert_eq!(policy.environments_of_document("namespace", "shop-stage").count(), 0);
    let unmatched: Vec<String> = policy
        .unmatched_patterns()
        .iter()
        .map(|(section, p)| format!("{}:{} {section}: {}", p.at().line, p.at().column, p.text()))
        .collect();
    assert_eq!(
        unmatched,
        [
            "7:17 environments.production.documents: shop-prod",
            r"10:37 environments.production.owns.hosts: /^db-[0-9]+\.corp\.example$/",
            "12:32 environments.production.owns.resources: 012345678901",
            "24:11 exclude: legacy/**",
        ]
    );
    assert_eq!(policy.environments_of_document("namespace", "shop-prod").count(), 1);
    assert_eq!(policy.unmatched_patterns().len(), 3);
}

#[test]
fn threads_share_a_policy() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Policy::default());
}

#[test]
fn little_is_enough() {
    for text in [
        "",
        "\u{feff}",
        "# nothing yet\n",
        "---\n",
        "~",
        "null\n",
        "version: 1",
        "environments:\nrules:\nwords:\nexclude:\nacknowledge:\nminimum:\n",
        "words: {ignore: }\r\nexclude: []\r\n",
    ] {
        let policy = read_good(text);
        assert!(
            policy.environments.is_empty() && policy.patterns().is_empty(),
            "{text:?}"
        );
        assert!(policy.environment("production").is_none());
    }
    let policy = read_good("\u{feff}environments:\n  production:\n  'staging':\n");
    assert_eq!(policy.environments[0].at, Position { line: 2, column: 3 });
    assert_eq!(policy.environments[0].tier, Tier::Production);
    assert_eq!(policy.environments[1].tier, Tier::Nonproduction);
}

#[test]
fn anchors_and_merges_are_followed() {
    let text = "environments:
  production: &base
    tier: production
    paths: &paths [deploy/prod/**]
  eu-west:
    <<: *base
    tier: nonproduction
  us:
    <<: [{exclusive: true}, *base]
exclude: *paths
";
    let policy = read_good(text);
    let rows: Vec<_> = policy
        .environments
        .iter()
        .map(|e| (e.tier, e.exclusive, texts(&e.paths)))
        .collect();
    let paths = vec!["deploy/prod/**"];
    assert_eq!(
        rows,
        [
            (Tier::Production, false, paths.clone()),
            (Tier::Nonproduction, false, paths.clone()),
            (Tier::Production, true, paths.clone())
        ]
    );
    assert_eq!(texts(&policy.exclude), paths);
    assert_eq!(
        errors("words: &w\n  ignore: ['a b']\nenvironments:\n  production: *w\n"),
        [
            "2:3 `environments.production` has no key `ignore` | its keys: tier, aliases, paths, documents, keys, owns, exclusive, datastores",
            "2:12 `a b` is not a word | write letters, digits, - _ and . alone, no pattern",
        ]
    );
}

#[test]
fn tiers_come_from_names() {
    for (name, tier) in [
        ("production", Tier::Production),
        ("PROD", Tier::Production),
        ("prod-eu1", Tier::Production),
        ("eu_live2", Tier::Production),
        ("preprod", Tier::Nonproduction),
        ("pre-prod", Tier::Nonproduction),
        ("non-production", Tier::Nonproduction),
        ("prod-test", Tier::Nonproduction),
        ("delivery", Tier::Nonproduction),
        ("staging", Tier::Nonproduction),
    ] {
        assert_eq!(tier_of_name(name), tier, "{name}");
    }
}
