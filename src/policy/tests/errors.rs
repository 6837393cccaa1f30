//! What is said against broken policies.

use super::*;

const ENVIRONMENT_KEYS: &str = "its keys: tier, aliases, paths, documents, keys, owns, exclusive, datastores";

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
            "environments:\n  Production: {tier: nonproduction}\n",
            "2:3 `Production` cannot be nonproduction | nothing of production would be judged; give the environment another name".into(),
        ),
        (
            "environments:\n  production:\n    aliases: [eu, stg]\n",
            "3:19 `stg` means nonproduction, and production is production | name files of this environment under `paths`, documents \
             under `documents`"
                .into(),
        ),
        (
            "environments:\n  staging: {aliases: [prd]}\n",
            "2:23 `prd` means production, and staging is nonproduction | name files of this environment under `paths`, documents \
             under `documents`"
                .into(),
        ),
        (
            "environments:\n  prodution: {aliases: [eu]}\n",
            "2:3 `prodution` is no known environment | did you mean `production`? If not, say its tier: production or nonproduction"
                .into(),
        ),
        (
            "environments:\n  production: {datastores: ['a/(', '/(/']}\n",
            "2:36 not a regular expression: unclosed group | between slashes stands a regular expression; a glob has none around it"
                .into(),
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
            "environments:\n  live: {aliases: [Rehearsal]}\n  rehearsal: {}\n",
            "2:20 `Rehearsal` means rehearsal already, on line 3 | a word means one environment, whatever its case".into(),
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
