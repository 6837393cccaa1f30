use super::*;

fn found(text: &str) -> Vec<(String, String)> {
    let vocabulary = Vocabulary::default();
    let hits = vocabulary.find(text);
    hits.iter()
        .map(|hit| {
            (
                hit.range.slice(text).to_owned(),
                vocabulary.name(hit.environment).to_owned(),
            )
        })
        .collect()
}

#[test]
fn words_in_texts() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("db-uat.example.com", &[("uat", "uat")]),
        ("shop_prod", &[("prod", "production")]),
        ("staging1", &[("staging", "staging")]),
        ("orderQueueTest", &[("Test", "test")]),
        ("KeyVaultDevKv", &[("Dev", "dev")]),
        ("DEVHost", &[("DEV", "dev")]),
        ("VPCDev", &[("Dev", "dev")]),
        ("non-prod", &[("non-prod", "nonprod")]),
        ("nonProd", &[("nonProd", "nonprod")]),
        ("pre_production", &[("pre_production", "preprod")]),
        ("db.preprod.internal", &[("preprod", "preprod")]),
        ("backup-production", &[]),
        ("production-like", &[]),
        ("productiondata", &[]),
        ("latest contest devs attestation developer", &[]),
        ("appdbuat", &[]),
        // Abbreviations that make the names of machines, and names of the trade.
        ("SQLUAT02", &[("UAT", "uat")]),
        ("devdb", &[("dev", "dev")]),
        ("webdev devops orders.dev-null", &[]),
        ("product producer stages", &[]),
        ("dEv", &[]),
        ("čdev", &[]),
        ("A9f3kQa81LmZ0x7Rt5Yw2", &[]),
        ("S3_DEV_BUCKET", &[("DEV", "dev")]),
        ("host.pre.prod.example", &[("pre", "preprod"), ("prod", "production")]),
    ];
    for (text, expected) in cases {
        let expected: Vec<_> = expected
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn signs_in_texts() {
    let vocabulary = Vocabulary::default();
    let signs = |text: &str| {
        vocabulary
            .signs(text)
            .into_iter()
            .map(|(_, sign)| sign)
            .collect::<Vec<_>>()
    };
    assert_eq!(signs("postgres://localhost:5432/shop"), [Sign::Loopback]);
    assert_eq!(signs("shop_restore_tmp"), [Sign::Temporary, Sign::Temporary]);
    assert_eq!(signs("shopBak2"), [Sign::Temporary]);
    assert_eq!(signs("CHANGEME"), [Sign::Placeholder]);
    assert_eq!(signs("bold threshold template"), []);
}

#[test]
fn a_policy_adds_words_and_takes_some_back() {
    let added = [
        AddedEnvironment {
            name: "blue".into(),
            tier: Some(Tier::Production),
            aliases: vec!["eu-west".into()],
        },
        AddedEnvironment {
            name: "staging".into(),
            tier: None,
            aliases: vec!["aat".into()],
        },
    ];
    let vocabulary = Vocabulary::new(&added, &["test-kitchen".into()]);
    let names = |text: &str| -> Vec<String> {
        vocabulary
            .find(text)
            .iter()
            .map(|hit| vocabulary.name(hit.environment).to_owned())
            .collect()
    };
    assert_eq!(names("x.aat.example"), ["staging"]);
    assert_eq!(names("db-eu-west"), ["blue"]);
    assert_eq!(names("test-kitchen.dev"), ["dev"]);
    assert_eq!(names("test.dev"), ["test", "dev"]);
    let blue = vocabulary.exact("Blue").map(|(id, _)| id).unwrap();
    assert!(vocabulary.is_production(blue));
}

#[test]
fn exact_and_compatible() {
    let vocabulary = Vocabulary::default();
    let id = |text: &str| vocabulary.exact(text).map(|(id, _)| id).unwrap();
    assert_eq!(vocabulary.name(id("pre-prod")), "preprod");
    assert!(vocabulary.exact("prod-eu").is_none());
    assert!(vocabulary.compatible(id("dev"), id("nonprod")));
    assert!(!vocabulary.compatible(id("prod"), id("nonprod")));
    assert!(!vocabulary.compatible(id("dev"), id("qa")));
    let mut glued = Vec::new();
    vocabulary.scan(
        "appdbuat uat-x",
        |hit| glued.push((hit.environment, hit.strength)),
        |_, _| {},
    );
    assert_eq!(glued, [(id("uat"), Strength::Glued), (id("uat"), Strength::Strong)]);
}

#[test]
fn letters_as_long_as_the_file_cost_linear_time() {
    let vocabulary = Vocabulary::default();
    let mut glued = 0;
    // Each of these words is stuck to the same run of letters.
    vocabulary.scan(&"Devx".repeat(100_000), |_| glued += 1, |_, _| {});
    assert_eq!(glued, 100_000);
    vocabulary.scan("devtest", |_| glued += 1, |_, _| {});
    assert_eq!(glued, 100_000);
}
