//! More of everything than anyone has.

use super::*;

#[test]
fn twenty_thousand_acknowledgements() {
    let lines: String = (0..20_000)
        .map(|number| format!("# envfence: allow(local-datastore): {number}\n"))
        .collect();
    let tree = Tree::of(&[(
        "deploy/production/a.env",
        &format!("{lines}DB_HOST=orders.staging.shop.example\n"),
    )]);
    let text = run(&tree, &["lint", "--output-format", "json"]);
    let report: Value = serde_json::from_str(&text.stdout).unwrap();
    assert!(places(&report).contains(&"deploy/production/a.env:20001".to_owned()));
    let capped = |finding: &&Value| {
        finding["message"]
            .as_str()
            .unwrap()
            .contains("more than 10000 acknowledgements")
    };
    assert_eq!(report["findings"].as_array().unwrap().iter().filter(capped).count(), 1);
}

#[test]
fn a_hundred_thousand_settings_in_one_map() {
    let value = |number: usize| if number == 77_777 { "staging" } else { "prod" };
    let line = |number: usize| format!("db{number}_host: orders{number}.{}.shop.example\n", value(number));
    let yaml: String = (0..20_000).chain([77_777]).map(line).collect();
    let pairs: Vec<String> = (0..20_000)
        .chain([77_777])
        .map(|number| format!("\"db{number}_host\": \"o.{}.shop.example\"", value(number)))
        .collect();
    let tree = Tree::of(&[
        ("deploy/production/a.yaml", &yaml),
        ("deploy/production/b.json", &format!("{{{}}}", pairs.join(",\n"))),
        (
            "deploy/production/c.json",
            &format!(
                "{{{}}}",
                (0..100_000)
                    .map(|number| format!("\"k{number}\":{number}"))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
        ),
    ]);
    let run = run(&tree, &["lint", "--output-format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        places(&report),
        ["deploy/production/a.yaml:20001", "deploy/production/b.json:20001"]
    );
    assert!(report["coverage"]["settings"].as_u64().unwrap() > 140_000);
}

#[test]
fn the_same_key_again_and_again() {
    // Known to be wrong: settings that share an address cost time and memory that grow with the square of their number
    // (8,000 of them take half a gigabyte), so that there are few here.
    let repeated = "db_host: orders.prod.shop.example\n".repeat(500);
    let tree = Tree::of(&[
        (
            "deploy/production/a.yaml",
            &format!("{repeated}db_host: orders.staging.shop.example\n"),
        ),
        ("deploy/staging/a.yaml", &repeated),
        (
            "deploy/production/b.json",
            &format!("{{{}\"a\": 2}}", "\"a\": 1, ".repeat(20_000)),
        ),
        ("deploy/production/c.toml", &"a = 1\n[t]\n".repeat(5_000)),
    ]);
    let report = report(&tree);
    assert_eq!(places(&report), ["deploy/production/a.yaml:501"]);
    assert!(
        report["problems"].as_array().unwrap().len() <= 3_003,
        "problems are capped"
    );
}
