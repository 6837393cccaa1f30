//! The reader and the JSON Schema agree.

use super::*;

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
