//! Whole policies, and a table of what is said against broken ones.

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
            "2:3 `environments.production` has no key `ignore` | its keys: tier, aliases, paths, documents, keys, owns, exclusive",
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

const ENVIRONMENT_KEYS: &str = "its keys: tier, aliases, paths, documents, keys, owns, exclusive";
const POLICY_KEYS: &str = "its keys: version, environments, rules, words, exclude, acknowledge, minimum";
const QUOTES: &str = "put patterns and reasons with characters like * [ { : # into single quotes";

#[test]
fn broken_policies_are_told_what_and_where() {
    for (text, expected) in [
        ("enviroments: {}\n", format!("1:1 the policy has no key `enviroments` | did you mean `environments`? {POLICY_KEYS}")),
        ("version: 1\nfoo: 1\n", format!("2:1 the policy has no key `foo` | {POLICY_KEYS}")),
        ("- a\n", format!("1:1 a policy must be a map, not a list | {POLICY_KEYS}")),
        ("text\n", format!("1:1 a policy must be a map, not a text | {POLICY_KEYS}")),
        ("? [a]\n: b\n", "1:3 a key that is empty or no text".into()),
        ("version: 2\n", "1:10 version 2 of the policy is not known | this envfence reads version 1".into()),
        ("version: one\n", "1:10 `version` must be a whole number, not a text".into()),
        ("environments: [a]\n", "1:15 `environments` must be a map from names to environments, not a list | write environments: {production: {}, staging: {}}".into()),
        ("environments: {production: [a]}\n", "1:28 `environments.production` must be a map, not a list".into()),
        (
            "environments:\n  'prod *': {}\n",
            "2:3 `prod *` is not an environment's name | write letters, digits, - _ and . alone, no pattern".into(),
        ),
        (
            "environments:\n  production:\n    own: {}\n",
            format!("3:5 `environments.production` has no key `own` | did you mean `owns`? {ENVIRONMENT_KEYS}"),
        ),
        (
            "environments:\n  production:\n    owns: {host: [a]}\n",
            "3:12 `environments.production.owns` has no key `host` | did you mean `hosts`? its keys: hosts, databases, resources".into(),
        ),
        (
            "environments:\n  production:\n    tier: prod\n",
            "3:11 `prod` is no tier | did you mean `production`? allowed: production, nonproduction".into(),
        ),
        (
            "environments:\n  production:\n    exclusive: yes\n",
            "3:16 `environments.production.exclusive` must be true or false, not a text | write true or false".into(),
        ),
        (
            "environments:\n  production: {aliases: [prod]}\n  live: {aliases: [eu, PROD]}\n",
            "3:24 `PROD` means production already, on line 2 | a word means one environment, whatever its case".into(),
        ),
        (
            "environments:\n  live: {aliases: [staging]}\n  staging: {}\n",
            "2:20 `staging` means staging already, on line 3 | a word means one environment, whatever its case".into(),
        ),
        ("environments:\n  staging: {}\n  staging: {}\n", "3:3 `staging` stands twice, first on line 2 | join the two, or remove one".into()),
        (
            "environments:\n  staging: {}\n  Staging: {}\n",
            "3:3 `Staging` means staging already, on line 2 | a word means one environment, whatever its case".into(),
        ),
        (
            "environments:\n  a: {owns: {hosts: [db.example.com]}}\n  b: {owns: {hosts: [DB.example.com]}}\n",
            "3:22 `DB.example.com` belongs to a already, on line 2 | what an environment owns belongs to nobody else; leave out what is shared"
                .into(),
        ),
        (
            "environments:\n  production:\n    owns:\n      hosts: [*.example.com]\n",
            "4:15 `*.example.com` is read as a YAML alias, and no anchor has that name | a pattern that begins with * needs quotes: '*.example.com'"
                .into(),
        ),
        (
            "environments:\n  production:\n    owns:\n      hosts: '*.example.com'\n",
            "4:14 `environments.production.owns.hosts` must be a list, not a text | write ['*.example.com']".into(),
        ),
        (
            "environments:\n  production:\n    owns:\n      hosts:\n        - https://db.example.com/\n",
            "5:11 `https://db.example.com/` is more than a host | write the host alone: `db.example.com`".into(),
        ),
        (
            "environments: {p: {owns: {hosts: ['/db-(/']}}}\n",
            "1:35 not a regular expression: unclosed group | between slashes stands a regular expression; a glob has none around it".into(),
        ),
        ("exclude: ['a{b']\n", "1:11 `{` is never closed | for a plain `{` write `[{]`".into()),
        ("exclude: [a, ]\nexclude: [b]\n", "2:1 `exclude` stands twice, first on line 1 | join the two, or remove one".into()),
        ("exclude: [a, '']\n", "1:14 `exclude[]` is empty".into()),
        ("exclude: [[a]]\n", "1:11 `exclude[]` must be a text, not a list".into()),
        ("exclude: [12]\n", "1:11 `exclude[]` must be a text, not a number | a file or directory of that name needs quotes: '12'".into()),
        ("exclude: [legacy, true]\n", "1:19 `exclude[]` must be a text, not a truth value | a file or directory of that name needs quotes: 'true'".into()),
        ("acknowledge: {rule: a}\n", "1:14 `acknowledge` must be a list, not a map | write a dash before the first key of each: `- rule: ...`".into()),
        ("minimum: 100\n", "1:10 `minimum` must be a map, not a number | write minimum: {settings: 100}".into()),
        ("minimum: {settings: 0.5}\n", "1:21 `minimum.settings` must be a whole number that is 0 or more, not a number with a fraction".into()),
        ("words: [a]\n", "1:8 `words` must be a map, not a list | write words: {ignore: [qa-bot]}".into()),
        (
            "environments: {production: {owns: [a]}}\n",
            "1:35 `environments.production.owns` must be a map, not a list | write owns: {hosts: ['*.prod.shop.example']}".into(),
        ),
        (
            "environments:\n\tproduction: {}\n",
            "2:2 not YAML: tabs disallowed within this context (block indentation) | YAML forbids tabs before a key: indent with spaces".into(),
        ),
        (
            "environments: {p: {documents: [prod]}}\n",
            "1:32 `prod` states nothing | write a key and a value, like namespace=shop-prod; both may be patterns".into(),
        ),
        ("environments: {p: {documents: [a=]}}\n", "1:32 an empty pattern matches nothing".into()),
        (
            "rules: {other-enviroment-host: off}\n",
            format!("1:9 there is no rule `other-enviroment-host` | did you mean `other-environment-host`? rules: {}", RULES.join(", ")),
        ),
        (
            "rules:\n  reverse-reference: warn\n",
            "2:22 `warn` is no level | did you mean `warning`? levels: off, note, warning, error".into(),
        ),
        ("rules:\n  reverse-reference: false\n", "2:22 `false` is no level | levels: off, note, warning, error".into()),
        ("rules:\n  reverse-reference:\n", "2:20 `rules.reverse-reference` must be a level, not nothing".into()),
        ("rules: [a]\n", "1:8 `rules` must be a map from rules to levels, not a list | write rules: {empty-value: off}".into()),
        ("words: {ignored: [a]}\n", "1:9 `words` has no key `ignored` | did you mean `ignore`? its keys: ignore".into()),
        ("minimum: {settings: -1}\n", "1:21 `minimum.settings` must be a whole number that is 0 or more, not a negative number".into()),
        ("a: b: c\n", format!("1:5 not YAML: mapping values are not allowed in this context | {QUOTES}")),
        ("exclude: [\n", format!("1:10 not YAML: unclosed bracket '[' | {QUOTES}")),
        ("version: 1\n---\nversion: 1\n", "2:1 a second document; a policy is one".into()),
        ("exclude: &x [*x]\n", "1:14 this alias holds itself".into()),
        ("exclude: !x [a\u{0}]\n", format!("1:15 not YAML: unexpected character: `\\u{{0}}' | {QUOTES}")),
    ] {
        assert_eq!(errors(text), [expected], "{text}");
    }
}

#[test]
fn broken_acknowledgements_are_told_what_and_where() {
    let good = [
        ("rule", "other-environment-host"),
        ("environment", "production"),
        ("setting", "database.host"),
        ("value", "3f9a1c2b"),
        ("until", "2026-12-31"),
        ("reason", "moving"),
    ];
    let needs = "it needs rule, environment, setting, value and reason";
    for (key, value, expected) in [
        ("rule", "", format!("2:5 this acknowledgement has no `rule` | {needs}")),
        (
            "rule",
            "other-host",
            format!("2:11 there is no rule `other-host` | rules: {}", RULES.join(", ")),
        ),
        (
            "environment",
            "producton",
            "3:18 there is no environment `producton` | did you mean `production`? environments: production, canary".into(),
        ),
        ("setting", "", format!("2:5 this acknowledgement has no `setting` | {needs}")),
        ("setting", "[a]", "4:14 `acknowledge[].setting` must be a text, not a list".into()),
        (
            "value",
            "3f9a",
            "5:12 what stands here is not the hash of a value | write 8 or more of the hex digits that envfence prints with the finding, with `--verbose` and in JSON".into(),
        ),
        (
            "value",
            "db.staging.example.com",
            "5:12 what stands here is not the hash of a value | write 8 or more of the hex digits that envfence prints with the finding, with `--verbose` and in JSON"
                .into(),
        ),
        ("until", "2026-02-30", "6:12 `2026-02-30` is not a day of the calendar".into()),
        ("until", "soon", "6:12 `soon` is not a date like 2026-12-31".into()),
        ("reason", "", format!("2:5 this acknowledgement has no `reason` | {needs}")),
        ("reason", "'  '", "7:13 `acknowledge[].reason` is empty".into()),
    ] {
        let mut text = String::from("acknowledge:\n");
        for (index, (name, usual)) in good.iter().enumerate() {
            let value = if *name == key { value } else { usual };
            text.push_str(&format!("  {} {name}: {value}\n", if index == 0 { "-" } else { " " }));
        }
        text.push_str("environments: {production: , canary: }\n");
        assert_eq!(errors(&text), [expected], "{key}: {value}");
    }
    let one = "{rule: reverse-reference, environment: qa, setting: a, value: 12345678, reason: x}";
    assert_eq!(
        errors(&format!("acknowledge:\n  - {one}\n  - {one}\n  - a\n  -\n")),
        [
            "3:5 this is acknowledged already, on line 2 | remove one of the two",
            "4:5 `acknowledge[]` must be a map, not a text",
            "5:4 `acknowledge[]` must be a map, not nothing",
        ]
    );
    // Numbers keep the digits that were written.
    for value in ["00001234", "1234e567", "0x12345678"] {
        let text = format!("acknowledge: [{}]", one.replace("12345678", value));
        match value.starts_with("0x") {
            true => assert_eq!(errors(&text).len(), 1),
            false => assert_eq!(read_good(&text).acknowledgements[0].value, value),
        }
    }
}

/// An acknowledgement means the environment that findings name, by whatever word.
#[test]
fn words_for_environments_are_resolved_in_acknowledgements() {
    for (declared, word, expected) in [
        ("", "prod", "production"),
        ("", "development", "dev"),
        ("", "Staging", "staging"),
        ("", "rehearsal", "rehearsal"),
        ("environments: {prod: {}}\n", "production", "prod"),
        (
            "environments: {production: {aliases: [eu-west]}}\n",
            "EU-West",
            "production",
        ),
        ("environments: {production: {}}\n", "stg", "staging"),
    ] {
        let one = format!("{{rule: reverse-reference, environment: {word}, setting: a, value: 12345678, reason: x}}");
        let policy = read_good(&format!("{declared}acknowledge: [{one}]\n"));
        assert_eq!(policy.acknowledgements[0].environment, expected, "{declared}{word}");
    }
}

#[test]
fn a_statement_is_shown_whole() {
    let policy = read_good("environments: {production: {documents: ['namespace=shop-*'], paths: [a]}}\n");
    let texts: Vec<String> = policy
        .unmatched_patterns()
        .iter()
        .map(|(_, pattern)| policy.text_of(pattern))
        .collect();
    assert_eq!(texts, ["namespace=shop-*", "a"]);
}

#[test]
fn all_errors_are_told_together() {
    let text = "version: 3
environments:
  production: {tier: x, foo: 1, owns: {hosts: ['/(/']}}
rules: {nope: off, reverse-reference: loud}
acknowledge:
  - {rule: nope, until: never, value: 1}
exclude: a
";
    let places: Vec<String> = errors(text)
        .iter()
        .map(|error| error.split(' ').next().unwrap_or("").to_owned())
        .collect();
    assert_eq!(
        places,
        [
            "1:10", "3:22", "3:25", "3:48", "4:9", "4:39", "6:5", "6:5", "6:5", "6:12", "6:25", "6:39", "7:10"
        ]
    );
    let many: String = (0..1_000).map(|number| format!("k{number}: 1\n")).collect();
    assert_eq!(errors(&many).len(), 101);
    assert_eq!(errors(&many).last().map(String::as_str), Some("p.yml 900 more errors"));
}

#[test]
fn hostile_policies_are_refused() {
    let bomb = {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let items = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }
        text
    };
    let wide = format!("a: &a [{}]\nb: [{}]\n", "x,".repeat(10_000), "*a,".repeat(10_000));
    let long = format!("a: &a {}\nexclude: [{}]\n", "x".repeat(100_000), "*a,".repeat(10_000));
    for (text, expected) in [
        (bomb, "a policy of more than 300000 values"),
        (wide, "a policy of more than 300000 values"),
        (long, "a policy of more than 300000 values"),
        ("[".repeat(1_000), "recursion limit exceeded"),
        ("- ".repeat(1_000), "values are nested more than 32 deep"),
        (
            "a".repeat(SIZE_CAP + 1),
            "a policy of 1048577 bytes; the largest is 1048576",
        ),
        (format!("exclude: [{}]", "a,".repeat(6_000)), "more than 5000 patterns"),
        (
            format!("exclude: [{}]", "/a.b/,".repeat(300)),
            "more than 200 regular expressions",
        ),
    ] {
        let errors = errors(&text);
        assert!(errors.len() == 1 && errors[0].contains(expected), "{errors:?}");
    }
}

/// Every key of the schema with the path that leads to it: `environments.x.owns.hosts`; `[]` is an item of a list.
fn schema_keys() -> Vec<(Vec<String>, bool)> {
    let rules: Vec<(&str, &str)> = RULES.iter().map(|rule| (*rule, "a rule")).collect();
    let root = schema(&rules);
    let mut keys = Vec::new();
    let mut open = vec![(Vec::new(), &root)];
    while let Some((path, map)) = open.pop() {
        let map = match map["$ref"].as_str() {
            Some("#/$defs/levels") => &root["$defs"]["levels"],
            _ => map,
        };
        let with = |name: &str| path.iter().cloned().chain([name.to_owned()]).collect::<Vec<String>>();
        if map["additionalProperties"].is_object() {
            open.push((with("x"), &map["additionalProperties"]));
        }
        if map["items"]["properties"].is_object() {
            open.push((with("[]"), &map["items"]));
        }
        for (name, below) in map["properties"].as_object().into_iter().flatten() {
            let required = map["required"]
                .as_array()
                .is_some_and(|all| all.contains(&name.as_str().into()));
            keys.push((with(name), required));
            open.push((with(name), below));
        }
    }
    keys
}

/// A policy with one value at the end of a path, in flow style.
fn policy_with(path: &[String], value: &str) -> String {
    path.iter()
        .rev()
        .fold(value.to_owned(), |below, name| match name.as_str() {
            "[]" => format!("[{below}]"),
            name => format!("{{{name}: {below}}}"),
        })
}

/// The reader and the schema know the same keys, and want the same kind of value at each.
#[test]
fn the_reader_and_the_schema_agree_on_every_key() {
    let keys = schema_keys();
    assert!(keys.len() >= 26 + RULES.len(), "{keys:?}");
    for (path, required) in &keys {
        // No key takes a list in lists.
        let wrong = policy_with(path, "[[[x]]]");
        let said = errors(&wrong).join("\n");
        assert!(refused(&wrong).is_some(), "{wrong}");
        let name = path.last().unwrap();
        assert!(
            said.contains(" must be ") && !said.contains(" has no key "),
            "{wrong}: {said}"
        );
        let mut unknown = path.clone();
        *unknown.last_mut().unwrap() = format!("{name}x");
        let unknown = policy_with(&unknown, "x");
        assert!(!errors(&unknown).is_empty() && refused(&unknown).is_some(), "{unknown}");
        let nothing = policy_with(path, "");
        let of_acknowledgement = path.iter().any(|name| name == "[]");
        let of_rule = path.len() == 2 && path[0] == "rules";
        let expected = of_acknowledgement || of_rule;
        assert_eq!(refused(&nothing).is_some(), expected, "{nothing}");
        assert_eq!(!errors(&nothing).is_empty(), expected, "{nothing}");
        if *required {
            let lacks =
                WHOLE
                    .replacen(&format!("    {name}: "), "    # ", 1)
                    .replacen(&format!("  - {name}: "), "  - # ", 1);
            assert!(
                lacks != WHOLE && !errors(&lacks).is_empty() && refused(&lacks).is_some(),
                "{name}: {lacks}"
            );
        }
    }
}

#[test]
fn mistakes_that_the_schema_sees() {
    let acknowledgement = |key: &str, value: &str| {
        let mut keys = vec![
            ("rule", "reverse-reference"),
            ("environment", "x"),
            ("setting", "a"),
            ("value", "3f9a1c2b"),
            ("reason", "r"),
        ];
        keys.retain(|(name, _)| *name != key);
        keys.push((key, value));
        let keys: Vec<String> = keys.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        format!("acknowledge: [{{{}}}]", keys.join(", "))
    };
    let mistakes = [
        "version: 2".to_owned(),
        "version: one".to_owned(),
        "environment: {}".to_owned(),
        "[]".to_owned(),
        "text".to_owned(),
        "environments: {a: {tier: prod}}".to_owned(),
        "environments: {a: {aliases: x}}".to_owned(),
        "environments: {a: {aliases: [x y]}}".to_owned(),
        "environments: {a: {aliases: ['*']}}".to_owned(),
        "environments: {a: {aliases: ['']}}".to_owned(),
        "environments: {a: {paths: [' ']}}".to_owned(),
        "environments: {a: {paths: [{}]}}".to_owned(),
        "environments: {a: {documents: [namespace]}}".to_owned(),
        "environments: {a: {exclusive: 'yes'}}".to_owned(),
        "environments: {a: {owns: [x]}}".to_owned(),
        "environments: {a: {owns: {host: [x]}}}".to_owned(),
        "environments: {'a b': {}}".to_owned(),
        "rules: {reverse-referenc: off}".to_owned(),
        "rules: {reverse-reference: fatal}".to_owned(),
        "rules: {reverse-reference: false}".to_owned(),
        "minimum: {settings: -1}".to_owned(),
        "minimum: {settings: 1.5}".to_owned(),
        "minimum: {settings: '1'}".to_owned(),
        acknowledgement("rule", "reverse"),
        acknowledgement("environment", "' '"),
        acknowledgement("value", "3f9a1c"),
        acknowledgement("value", "postgres"),
        acknowledgement("until", "soon"),
        acknowledgement("until", "31.12.2026"),
        acknowledgement("until", "20261231"),
        acknowledgement("path", "[a]"),
        acknowledgement("why", "x"),
    ];
    for text in mistakes {
        assert!(!errors(&text).is_empty(), "the reader takes {text}");
        assert!(refused(&text).is_some(), "the schema takes {text}");
    }
    let oddities = [
        "".to_owned(),
        "# nothing".to_owned(),
        "environments: {1: {aliases: [2, true, 3.5], paths: [' a '], owns: {resources: [012345678901]}}}".to_owned(),
        "environments: {a: , b: {owns: , exclusive: , tier: }}".to_owned(),
        "x: &x [a]".replace('x', "exclude"),
        acknowledgement("value", "12345678"),
        acknowledgement("until", "' 2026-12-31 '"),
        acknowledgement("path", "1"),
    ];
    for text in oddities {
        assert_eq!(errors(&text), Vec::<String>::new(), "{text}");
        assert_eq!(refused(&text), None, "{text}");
    }
}
