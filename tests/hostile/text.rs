//! Text that no one writes: brackets, depths, bytes, endless lines.

use super::*;

#[test]
fn one_character_over_and_over() {
    for character in [
        "[", "{", "\"", "-", ":", "=", "<", "(", "\\", "$", "#", "'", "%", "&", "a", "\n", "- ",
    ] {
        let tree = Tree::new();
        let text = character.repeat(CAP / 64 / character.len());
        for extension in [
            "json",
            "yaml",
            "toml",
            "tfvars",
            "xml",
            "env",
            "ini",
            "properties",
            "php",
            "sh",
        ] {
            tree.write(format!("deploy/production/a.{extension}"), &text);
        }
        run(&tree, &["lint", "--quiet"]);
    }
}

#[test]
fn a_whole_file_of_brackets() {
    let tree = Tree::new();
    for extension in ["json", "yaml", "toml", "tfvars"] {
        tree.write(format!("deploy/production/a.{extension}"), "[".repeat(CAP - 1));
    }
    let report = report(&tree);
    for extension in ["json", "yaml", "toml", "tfvars"] {
        assert!(
            problems(&report, &format!("deploy/production/a.{extension}")) > 0,
            "{extension}"
        );
    }
}

/// What stands before and beside a deep nest is judged all the same.
#[test]
fn ten_thousand_levels_in_each_format() {
    const DEPTH: usize = 10_000;
    let nested =
        |open: &str, inside: &str, close: &str| format!("{}{inside}{}", open.repeat(DEPTH), close.repeat(DEPTH));
    let host = "orders.staging.shop.example";
    let block: String = (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let files = [
        (
            "a.json",
            format!(
                "{{\"db_host\": \"{host}\",\n\"deep\": {}}}",
                nested("{\"a\":", "1", "}")
            ),
        ),
        (
            "b.json",
            format!("{{\"db_host\": \"{host}\",\n\"deep\": {}}}", nested("[", "1", "]")),
        ),
        ("a.yaml", format!("db_host: {host}\ndeep: {}\n", nested("[", "1", "]"))),
        (
            "b.yaml",
            format!("db_host: {host}\ndeep: {}\n", nested("{a: ", "1", "}")),
        ),
        ("c.yaml", format!("db_host: {host}\ndeep:\n{block}")),
        (
            "a.toml",
            format!("db_host = \"{host}\"\ndeep = {}\n", nested("[", "1", "]")),
        ),
        (
            "b.toml",
            format!("db_host = \"{host}\"\ndeep.{} = 1\n", vec!["a"; DEPTH].join(".")),
        ),
        (
            "a.tfvars",
            format!("db_host = \"{host}\"\ndeep = {}\n", nested("{ a = ", "1", "}")),
        ),
        (
            "a.tf",
            format!(
                "locals {{\n  db_host = \"{host}\"\n}}\n{}\n",
                nested("a {\n", "", "}\n")
            ),
        ),
        (
            "a.xml",
            format!(
                "<c><add key=\"db_host\" value=\"{host}\"/>\n{}</c>",
                nested("<a>", "1", "</a>")
            ),
        ),
        (
            "config.php",
            format!(
                "<?php\nreturn ['db_host' => '{host}', 'deep' => {}];\n",
                nested("['a' => ", "1", "]")
            ),
        ),
        ("a.env", format!("DB_HOST={host}\nDEEP={}\n", nested("${A:-", "1", "}"))),
        (
            "a.properties",
            format!("db.host={host}\n{}=1\n", vec!["a"; DEPTH].join(".")),
        ),
        (
            "a.sh",
            format!("#!/bin/sh\nexport DB_HOST={host}\nx={}\n", nested("$(", "a", ")")),
        ),
    ];
    let tree = Tree::new();
    for (name, text) in &files {
        tree.write(format!("deploy/production/{name}"), text);
    }
    let report = report(&tree);
    let found = places(&report);
    for (name, _) in &files {
        let path = format!("deploy/production/{name}:");
        assert!(
            found.iter().any(|place| place.starts_with(&path)),
            "{name}: nothing is found beside the nest"
        );
    }
}

#[test]
fn yaml_aliases_do_not_explode() {
    let mut text = String::from("a0: &a0 {host: orders.staging.shop.example}\n");
    for level in 1..40 {
        let last = level - 1;
        text.push_str(&format!(
            "a{level}: &a{level} [{}]\n",
            vec![format!("*a{last}"); 10].join(", ")
        ));
    }
    text.push_str("b: &b\n  <<: *b\nproduction:\n  <<: [*a0, *a39, *b]\nstaging:\n  <<: *a0\ndb_host: orders.staging.shop.example\n");
    let tree = Tree::of(&[("deploy/production/a.yaml", &text)]);
    assert!(places(&report(&tree)).contains(&"deploy/production/a.yaml:47".to_owned()));
}

#[test]
fn bytes_that_are_no_text() {
    let tree = Tree::new();
    let setting = "DB_HOST=orders.staging.shop.example\n";
    tree.write("deploy/production/nul.env", [b"A=b\0c\n", setting.as_bytes()].concat());
    tree.write(
        "deploy/production/latin1.env",
        [b"A=caf\xe9\n", setting.as_bytes()].concat(),
    );
    tree.write(
        "deploy/production/half.env",
        [setting.as_bytes(), b"A=\xf0\x9f"].concat(),
    );
    let utf16 = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect()
    };
    let utf16_be = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_be_bytes)
            .collect()
    };
    tree.write("deploy/production/utf16le.env", utf16(setting));
    tree.write("deploy/production/utf16be.env", utf16_be(setting));
    tree.write("deploy/production/old-mac.env", setting.replace('\n', "\r"));
    tree.write(
        "deploy/production/crlf.env",
        format!("A=b\r\n{}", setting.replace('\n', "\r\n")),
    );
    tree.write(
        "deploy/production/noise.json",
        (0_u32..60_000)
            .flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes())
            .collect::<Vec<u8>>(),
    );
    let report = report(&tree);
    let found = places(&report);
    for place in [
        "latin1.env:2",
        "half.env:1",
        "crlf.env:2",
        "utf16le.env:1",
        "utf16be.env:1",
    ] {
        assert!(
            found.contains(&format!("deploy/production/{place}")),
            "{place}: {found:?}"
        );
    }
    // What holds NUL bytes is binary, and the report says so.
    let left_out = skipped(&report);
    for name in ["nul.env", "noise.json"] {
        let path = format!("deploy/production/{name}");
        let read = found.iter().any(|place| place.starts_with(&path));
        assert!(
            read || left_out.iter().any(|(skipped, _)| *skipped == path),
            "{name} is passed over in silence"
        );
    }
    assert!(
        problems(&report, "deploy/production/latin1.env") > 0,
        "bytes that are no UTF-8 are told"
    );
}

#[test]
fn lines_of_a_megabyte() {
    let long = "x".repeat(1 << 20);
    let host = "orders.staging.shop.example";
    let tree = Tree::of(&[
        (
            "deploy/production/a.env",
            &format!("DATABASE_URL=postgres://a@{host}/orders?note={long}\nDB_HOST={host}\n"),
        ),
        (
            "deploy/production/b.json",
            &format!("{{\"note\": \"{long}\", \"db_host\": \"{host}\", \"more\": \"{long}\"}}"),
        ),
        (
            "deploy/production/c.yaml",
            &format!("{long}: {host}\ndb_host: {host} # {long}\n"),
        ),
        (
            "deploy/production/d.toml",
            &format!("{long} = \"{host}\"\ndb_host = \"{host}\"\n"),
        ),
        (
            "deploy/production/e.sh",
            &format!("#!/bin/sh\nexport DB_HOST={host} {}\n", "a ".repeat(1 << 18)),
        ),
    ]);
    let found = places(&report(&tree));
    for place in ["a.env:2", "b.json:1", "c.yaml:2", "d.toml:2", "e.sh:2"] {
        assert!(
            found.contains(&format!("deploy/production/{place}")),
            "{place}: {found:?}"
        );
    }
    // Nobody wants to scroll over a megabyte.
    let text = run(&tree, &["lint", "--quiet"]).stdout;
    assert!(
        text.lines().all(|line| line.len() < 2_000),
        "{}",
        text.lines().map(str::len).max().unwrap()
    );
}

/// A line full of credentials is as cheap as any other.
#[test]
fn a_line_full_of_credentials() {
    let host = "orders.staging.shop.example";
    for item in ["token=a,", "token=a&", "x://u:p@h ", "a:b@c.d;"] {
        let value = item.repeat((1 << 18) / item.len());
        let text = format!("DATABASE_URL=postgres://{host}/orders?{value}\n");
        let tree = Tree::of(&[("deploy/production/a.env", &text)]);
        let json = run(&tree, &["lint", "--output-format", "json"]);
        let report: Value = serde_json::from_str(&json.stdout).unwrap();
        assert!(!places(&report).is_empty(), "{item}");
    }
}
