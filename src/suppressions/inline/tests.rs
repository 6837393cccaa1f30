//! Tables of texts and the acknowledgements in their comments.

use super::*;

const RULES: &[&str] = &["other-environment-host", "reverse-reference"];

/// `line:column -> target rules [until] reason` of every acknowledgement, or what is wrong with it.
fn read(text: &str, comments: &[&str]) -> Vec<String> {
    let line = |one: &Acknowledgement| {
        let mark = one.at.slice(text).to_ascii_lowercase();
        assert!(mark.starts_with("envfence"), "{text}");
        let until = one.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let what = match &one.malformed {
            Some(malformed) => format!("! {}", malformed.message),
            None => format!("{}{until}: {}", one.rules.join("+"), one.reason),
        };
        format!("{}:{} -> {} {what}", one.line, one.column, one.target)
    };
    inline(text, comments, RULES).iter().map(line).collect()
}

#[test]
fn acknowledgements_cover_their_line_or_the_one_below() {
    for (text, comments, expected) in [
        (
            "a: b # envfence: allow(reverse-reference): why not",
            &["#"][..],
            "1:8 -> 1 reverse-reference: why not",
        ),
        (
            "a: 1\r\n# envfence: allow(reverse-reference): x\r\nb: 2\r\n",
            &["#"],
            "2:3 -> 3 reverse-reference: x",
        ),
        (
            "# envfence: allow(reverse-reference): x\n# more\n  # and more\nb: 2\n",
            &["#"],
            "1:3 -> 4 reverse-reference: x",
        ),
        (
            "# envfence: allow(reverse-reference): x\n\nb: 2\n",
            &["#"],
            "1:3 -> 2 reverse-reference: x",
        ),
        (
            "# envfence: allow(reverse-reference): x",
            &["#"],
            "1:3 -> 2 reverse-reference: x",
        ),
        (
            "\u{feff}# envfence:allow( reverse-reference , other-environment-host ) until 2026-12-31 : x: y",
            &["#"],
            "1:3 -> 2 reverse-reference+other-environment-host until 2026-12-31: x: y",
        ),
        (
            "a = 1 // envfence: allow(reverse-reference): č\u{7}\tž",
            &["//"],
            "1:10 -> 1 reverse-reference: č ž",
        ),
        (
            "a = 1 // nosec // envfence: allow(reverse-reference): x",
            &["//"],
            "1:19 -> 1 reverse-reference: x",
        ),
        (
            "; envfence: allow(reverse-reference): x\na=1",
            &[";"],
            "1:3 -> 2 reverse-reference: x",
        ),
        (
            "! envfence: allow(reverse-reference): x\na=1",
            &["#", "!"],
            "1:3 -> 2 reverse-reference: x",
        ),
        (
            "-- envfence: allow(reverse-reference): x\na=1",
            &["--"],
            "1:4 -> 2 reverse-reference: x",
        ),
        (
            "/* envfence: allow(reverse-reference): x */\na=1",
            &["/*"],
            "1:4 -> 2 reverse-reference: x",
        ),
        (
            "/* envfence: allow(reverse-reference): x */ a=1",
            &["/*"],
            "1:4 -> 1 reverse-reference: x",
        ),
        (
            "a=1 /* envfence: allow(reverse-reference): x\n y */\nb=1",
            &["/*"],
            "1:8 -> 1 reverse-reference: x y",
        ),
        (
            "<!-- envfence: allow(reverse-reference): x\n  y -->\n<a/>",
            &["<!--"],
            "1:6 -> 3 reverse-reference: x y",
        ),
        (
            "<!--\n  envfence: allow(reverse-reference): x\n-->\n<a/>",
            &["<!--"],
            "2:3 -> 4 reverse-reference: x",
        ),
        (
            "/*\n * envfence: allow(reverse-reference): x\n */\n// y\na=1",
            &["//", "/*"],
            "2:4 -> 5 reverse-reference: x",
        ),
        (
            "{{/* envfence: allow(reverse-reference): x */}}\na: 1",
            &["#", "{{/*"],
            "1:6 -> 2 reverse-reference: x",
        ),
        (
            "{{- /* envfence: allow(reverse-reference): x */ -}}\na: 1",
            &["#", "{{/*"],
            "1:8 -> 2 reverse-reference: x",
        ),
        (
            "<%# envfence: allow(reverse-reference): x %>\na: 1",
            &["#", "<%#"],
            "1:5 -> 2 reverse-reference: x",
        ),
        (
            "envfence: allow # envfence: allow(reverse-reference): x",
            &["#"],
            "1:19 -> 1 reverse-reference: x",
        ),
    ] {
        assert_eq!(read(text, comments), [expected], "{text}");
    }
}

#[test]
fn what_is_no_comment_is_no_acknowledgement() {
    for (text, comments) in [
        ("a: 'b # envfence: allow(reverse-reference): x'", &["#"][..]),
        ("a: \"b # envfence: allow(reverse-reference): x\"", &["#"]),
        ("a: b# envfence: allow(reverse-reference): x", &["#"]),
        ("envfence: allow(reverse-reference)", &["#"]),
        ("services:\n  envfence:\n    image: a\n", &["#"]),
        ("a=b # envfence: allow(reverse-reference): x", &["#", "!"]),
        ("# envfence: allow(reverse-reference): x", &[]),
        ("/* a */\n envfence: allow(reverse-reference): x */", &["/*"]),
        ("# as envfence: does, see allow(x)", &["#"]),
        ("# my-envfence:", &["//"]),
        // Prose that names the program.
        (
            "# envfence reads this file, see https://envfence.example/allow(x)",
            &["#"],
        ),
        ("# Envfence: our guard at the gate", &["#"]),
        ("# envfence: runs before every deploy", &["#"]),
        ("# envfence: guard (see the guide)", &["#"]),
        ("# envfence: (see the guide)", &["#"]),
        ("# envfence:\n#   enabled: true", &["#"]),
        ("# checked by envfence allow(reverse-reference)", &["#"]),
        ("# envfence allows staging here, ask the platform team", &["#"]),
        ("# envfence - allow list of the gate", &["#"]),
        ("# envfence.yml: allow(x) belongs there", &["#"]),
        ("uses: shop/envfence@v1 # envfence v1.2", &["#"]),
    ] {
        assert_eq!(read(text, comments), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn malformed_acknowledgements_say_what_is_wrong() {
    for (text, message) in [
        (
            " ignore(reverse-reference): x",
            "`ignore` is not what an acknowledgement says",
        ),
        (" allow", "an acknowledgement names no rule"),
        (
            " alow(reverse-reference): x",
            "`alow` is not what an acknowledgement says",
        ),
        (
            " reverse-reference: x",
            "`reverse-reference` is not what an acknowledgement says",
        ),
        (" accept staging here", "`accept` is not what an acknowledgement says"),
        (" allow reverse-reference: x", "an acknowledgement names no rule"),
        (" allow(): x", "an acknowledgement names no rule"),
        (" allow( , ): x", "an acknowledgement names no rule"),
        (
            " allow(reverse-reference: x",
            "an acknowledgement's list of rules is not closed",
        ),
        (" allow(reverse-refrence): x", "there is no rule `reverse-refrence`"),
        (" allow(reverse-reference, all): x", "there is no rule `all`"),
        (" allow(reverse-reference)", "an acknowledgement gives no reason"),
        (" allow(reverse-reference):", "an acknowledgement gives no reason"),
        (" allow(reverse-reference): --", "an acknowledgement gives no reason"),
        (
            " allow(reverse-reference) until 2026-12-31",
            "an acknowledgement gives no reason",
        ),
        (
            " allow(reverse-reference) until 2026-02-30: x",
            "`2026-02-30` is not a day of the calendar; an acknowledgement without a good date counts as expired",
        ),
        (
            " allow(reverse-reference) until tomorrow: x",
            "`tomorrow` is not a date like 2026-12-31; an acknowledgement without a good date counts as expired",
        ),
        (
            " allow(reverse-reference) for now: x",
            "`for now` has no place in an acknowledgement",
        ),
    ] {
        let text = format!("a: 1 # envfence:{text}");
        assert_eq!(read(&text, &["#"]), [format!("1:8 -> 1 ! {message}")]);
    }
    let [one] = &inline("# envfence: allow(reverse-refrence): x", &["#"], RULES)[..] else {
        panic!("one")
    };
    let help = one.malformed.as_ref().map(|malformed| malformed.help.as_str());
    assert_eq!(
        help,
        Some("did you mean `reverse-reference`? rules: other-environment-host, reverse-reference")
    );
}

/// Whoever wrote it this way believes that the finding is acknowledged.
#[test]
fn near_misses_are_malformed_and_case_does_not_matter() {
    let rule = "reverse-reference";
    for text in [
        "# Envfence: Allow(reverse-reference): x",
        "# ENVFENCE:ALLOW(Reverse-Reference): x",
        "# EnvFence : allow(reverse-reference): x",
        "# envfence envfence: allow(reverse-reference): x",
        "a: envfence # Envfence: allow(reverse-reference): x",
    ] {
        let found = inline(text, &["#"], RULES);
        let read: Vec<_> = found
            .iter()
            .map(|one| (one.malformed.clone(), one.rules.clone()))
            .collect();
        assert_eq!(read, [(None, vec![rule.to_owned()])], "{text}");
    }
    let found = inline(
        "# envfence: allow(reverse-reference) Until 2026-12-31: x",
        &["#"],
        RULES,
    );
    assert!(found.iter().all(|one| one.until.is_some()) && found.len() == 1);
    for text in [
        "envfence allow(reverse-reference): x",
        "Envfence Allow(reverse-reference): x",
        "envfence-allow(reverse-reference): x",
        "envfence; allow (reverse-reference): x",
        "envfence ignore(other): x",
        "envfence disable reverse-reference",
        "EnvFence: ignore(reverse-reference): x",
        "ENVFENCE: allow reverse-reference",
    ] {
        let found = inline(&format!("# {text}"), &["#"], RULES);
        assert!(found.len() == 1 && found[0].malformed.is_some(), "{text}: {found:?}");
    }
    assert_eq!(
        read("# envfence allow(reverse-reference): x", &["#"]),
        ["1:3 -> 2 ! an acknowledgement begins with `envfence:`, not with `envfence`"]
    );
}

/// It covers the line below and no other; where that one is blank, it was meant for one further down.
#[test]
fn blank_lines_below_are_noticed() {
    for (below, expected) in [
        ("\na: 1\n", true),
        ("  \r\na: 1\n", true),
        ("# more\n\na: 1\n", true),
        ("a: 1\n\n", false),
        ("", false),
    ] {
        let text = format!("# envfence: allow(reverse-reference): x\n{below}");
        let found = inline(&text, &["#"], RULES);
        assert_eq!(
            found.iter().map(|one| one.blank_below).collect::<Vec<_>>(),
            [expected],
            "{text}"
        );
    }
}

#[test]
fn stacked_acknowledgements_share_a_target() {
    let text = "# envfence: allow(reverse-reference): x\n".repeat(500)
        + "a: 1 # envfence: allow(reverse-reference): y\nb: 1\n";
    let targets: Vec<u32> = inline(&text, &["#"], RULES).iter().map(|one| one.target).collect();
    assert_eq!(targets, vec![501; 501]);
}

#[test]
fn hostile_texts_take_linear_time() {
    let comments = &["#", "//", "/*", "<!--", "{{/*", "<%#", "--", ";"][..];
    for piece in [
        "envfence:",
        "/* envfence:\n",
        "/* see envfence: x\n",
        "envfence: /*\n",
        "# envfence: allow(reverse-reference): x\n",
        "/**/ envfence:",
        "\\\"",
        "\"\\\"",
        "' \" ",
        "a'",
        "<!-- ",
        "č\u{0}\u{feff}",
        "\r",
    ] {
        for (before, after) in [
            ("", ""),
            ("envfence:", "\n# envfence:"),
            ("\"", "envfence:"),
            ("/* ", " envfence: */"),
        ] {
            let text = format!("{before}{}{after}", piece.repeat(20_000 / piece.len()));
            let found = inline(&text, comments, RULES);
            assert!(found.len() <= CAP + 1 && found.iter().all(|one| !one.at.slice(&text).is_empty()));
        }
    }
}

#[test]
fn the_rest_beyond_the_cap_is_told() {
    let text = "a: 1 # envfence: allow(reverse-reference): x\n".repeat(CAP + 2);
    let found = inline(&text, &["#"], RULES);
    let malformed: Vec<u32> = found
        .iter()
        .filter(|one| one.malformed.is_some())
        .map(|one| one.line)
        .collect();
    assert_eq!((found.len(), malformed), (CAP + 1, vec![10_001]));
}
