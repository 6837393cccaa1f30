mod hostile;

use super::*;
use crate::report::{ReportedFinding, Verdict};
use crate::reporters::sample;
use pulldown_cmark::{Event, Options as Extensions, Parser, Tag};
use std::sync::LazyLock;

fn linked() -> MarkdownOptions {
    MarkdownOptions {
        link: Some(LinkBase {
            server_url: "https://github.example".into(),
            repository: "shop/orders".into(),
            sha: "abc123".into(),
        }),
        run_url: Some("https://github.example/shop/orders/actions/runs/7/attempts/2".into()),
        previews: vec!["with the policy of this change 2 findings would go".into()],
        ..MarkdownOptions::default()
    }
}

#[test]
fn a_whole_page() {
    let mut report = sample::report();
    report.findings[0].rule = "other-environment-datastore";
    let link = "https://github.example/shop/orders/blob/abc123/deploy";
    let expected = format!(
        "\
### ❌ envfence: production would use staging's database (1 error, 1 warning)

- ℹ️ with the policy of this change 2 findings would go

| | Where | What is wrong |
| :-- | :-- | :-- |
| ❌&nbsp;error | [`deploy/production/values.yaml:12`]({link}/production/values.yaml#L12)<br>production `database.url` | production points at the database host of staging |
| ⚠️&nbsp;warning | [`deploy/production/values.yaml:12`]({link}/production/values.yaml#L12)<br>production `database.url` | production points at the database host of staging |

<details>
<summary>❌ <code>deploy/production/values.yaml:12</code> other-environment-datastore</summary>

[`deploy/production/values.yaml:12`]({link}/production/values.yaml#L12) · environment `production` · setting `database.url` · confidence high

```text
12 |   url: postgres://app:***@db.staging.example.com/shop
                              ^^^^^^^^^^^^^^^^^^^^^^
```

- [`deploy/staging/values.yaml:9`]({link}/staging/values.yaml#L9): staging has the same value

**What to do:** put production's own host here

On purpose? In the policy of the target branch:

```text
acknowledge:
  - rule: other-environment-datastore
    environment: \"production\"
    setting: \"database.url\"
    value: \"fedcba9876543210\"
    until: YYYY-MM-DD
    reason: why this is right
```

</details>
"
    );
    let page = body(&report, &linked());
    assert!(page.starts_with(&expected), "{page}");
    let map = "\
</details>

```mermaid
%%{init: {\"flowchart\": {\"nodeSpacing\": 14, \"rankSpacing\": 110, \"padding\": 6, \"wrappingWidth\": 560}}}%%
flowchart LR
  e0([\"production\"])
  t0(\"db.staging.example.com/shop\")
  e1([\"staging\"])
  t1(\"db.shop.example/shop\")
  e0 ==>|\"wrong\"| t0
  e1 --> t0
  e0 --> t1
  linkStyle 0 stroke:#cf222e,stroke-width:3px
```

<details>
<summary>1 acknowledged finding</summary>
";
    assert!(page.contains(map), "{page}");
    let problems = "\
<details open>
<summary>2 problems in what was read</summary>

- ❌ error: [`deploy/production/a.yaml:3`](https://github.example/shop/orders/blob/abc123/deploy/production/a.yaml#L3): the list has no end
- ⚠️ warning: [`deploy/base.yaml`](https://github.example/shop/orders/blob/abc123/deploy/base.yaml): the list has no end

</details>
";
    assert!(page.contains(problems), "{page}");
    let end = "\
<details>
<summary>1 acknowledged finding</summary>

- [`deploy/production/values.yaml:12`](https://github.example/shop/orders/blob/abc123/deploy/production/values.yaml#L12): `other-environments-datastore`: shared until the move is done ([`envfence.yml:30`](https://github.example/shop/orders/blob/abc123/envfence.yml#L30), until 2031-01-31)

</details>

Judged 2,101 of 4,214 settings (production 1,200, staging 900, dev 1) in 120 files, of which 20 name no environment, with 14 rules; 3 files skipped, 1 unreadable.

<sub>envfence 0.0.0 · policy: envfence.yml · [whole report](https://github.example/shop/orders/actions/runs/7/attempts/2)</sub>
";
    assert!(page.ends_with(end), "{page}");
}

#[test]
fn a_good_run_is_short() {
    let mut report = sample::report();
    (report.findings, report.suppressed, report.problems) = Default::default();
    report.map.iter_mut().for_each(|arrow| arrow.wrong = false);
    report.verdict = Verdict::Good;
    let expected = "\
### ✅ envfence: nothing wrong in 2,101 settings

Judged 2,101 of 4,214 settings (production 1,200, staging 900, dev 1) in 120 files, of which 20 name no environment, with 14 rules; 3 files skipped, 1 unreadable.

<sub>envfence 0.0.0 · policy: envfence.yml</sub>
";
    assert_eq!(render(&report, &Options::default()), expected);
    report.coverage.partly_read = 3;
    report.coverage.partly_read_production = 1;
    let page = render(&report, &Options::default());
    assert!(
        page.contains("1 unreadable.\n\nNot fully read: 3 files, of them 1 of production.\n"),
        "{page}"
    );
    assert!(
        page.starts_with("### ⚠️ envfence: nothing wrong in what could be read; 1 file of production"),
        "{page}"
    );
}

#[test]
fn the_map_is_left_out_when_it_is_not_wanted_or_nothing_is_wrong() {
    let mut report = sample::report();
    let has_map = |report: &Report, options: &MarkdownOptions| body(report, options).contains("```mermaid");
    assert!(has_map(&report, &linked()));
    assert!(!has_map(
        &report,
        &MarkdownOptions {
            shows_map: false,
            ..linked()
        }
    ));
    report.map = vec![sample::arrow("production", "db.shop.example", None, true); 23];
    assert!(body(&report, &linked()).contains("```\n\n11 more arrows are not drawn.\n"));
    report.map.iter_mut().for_each(|arrow| arrow.wrong = false);
    assert!(!has_map(&report, &linked()));
}

/// A report with many findings whose texts take several bytes a character.
fn large() -> Report {
    let mut report = sample::report();
    report.findings = (0..900)
        .map(|number| ReportedFinding {
            message: format!("žluť 東京 {number}"),
            path: format!("nasazení/výroba/{number}.yaml"),
            level: [Level::Note, Level::Warning, Level::Error][number % 3],
            ..sample::finding(Level::Error)
        })
        .collect();
    report.suppressed = vec![report.suppressed[0].clone(); 300];
    report.problems = vec![report.problems[0].clone(); 300];
    report
}

#[test]
fn pages_fit_and_say_what_is_left_out() {
    let report = large();
    for options in [linked(), MarkdownOptions::default()] {
        let mut shown = 0;
        for limit in [
            0,
            1,
            50,
            400,
            1_000,
            3_200,
            4_000,
            8_000,
            20_000,
            65_436,
            200_000,
            1024 * 1024,
        ] {
            let page = body(
                &report,
                &MarkdownOptions {
                    limit_bytes: limit,
                    ..options.clone()
                },
            );
            assert!(page.len() <= limit, "{limit}: {}", page.len());
            let details = page.matches("\n**What to do:**").count();
            let rows = page
                .lines()
                .filter(|line| line.starts_with("| ") && line.contains(".yaml:"))
                .count();
            assert!(
                rows == details || rows == 900 && details > 0,
                "{limit}: {rows} {details}"
            );
            assert!(rows >= shown, "{limit}: more room shows no less");
            shown = rows;
            let some = page.contains(&format!("Details of the worst {details}, and what to do about each"));
            assert_eq!(some, details < rows, "{limit}");
            if limit >= 3_200 {
                let left = 900 - rows;
                let words = format!("{left} more finding");
                assert_eq!(page.contains(&words), left > 0, "{limit}: {left}");
                assert_eq!(
                    page.matches("<details").count(),
                    page.matches("</details>").count(),
                    "{limit}"
                );
                assert!(page.contains("Judged 2,101 of 4,214 settings"), "{limit}");
            }
            if limit == 65_436 {
                assert!(
                    page.len() > 50_000 && details > 40,
                    "room is used: {} {details}",
                    page.len()
                );
                assert!(!page.contains("⚠️&nbsp;warning | "), "errors come first");
            }
        }
        assert_eq!(shown, 900);
    }
    let all = body(&report, &MarkdownOptions::default());
    assert_eq!(
        all.matches("\n**What to do:**").count(),
        900,
        "in a summary all have details"
    );
    let page = body(
        &report,
        &MarkdownOptions {
            limit_bytes: 65_000,
            ..linked()
        },
    );
    let words = "all are in [the run](https://github.example/shop/orders/actions/runs/7/attempts/2), which has the whole report.**";
    assert!(page.contains(words), "{page}");
    assert!(page.contains("not shown for lack of room"), "lists are cut, too");
}

/// A run that cannot find anything about production, or looks at a change alone, does not look like one in which all is well.
#[test]
fn what_a_good_run_was_about() {
    let good = || {
        let mut report = sample::report();
        report.findings.clear();
        report.verdict = Verdict::Good;
        report
    };
    let mut report = good();
    report.coverage.environments.retain(|one| one.tier != "production");
    let page = body(&report, &MarkdownOptions::default());
    assert!(
        page.starts_with("### ⚠️ envfence: nothing wrong in 901 settings, but no setting speaks for production\n"),
        "{page}"
    );
    let hint = "\n⚠️ No setting speaks for production: name it under environments in envfence.yml.\n";
    assert!(page.contains(hint), "{page}");
    report.scope.paths = vec!["deploy/staging".into()];
    assert!(!body(&report, &MarkdownOptions::default()).contains("speaks for production"));
    let mut report = good();
    report.scope.changes_only = true;
    report.scope.changed_since = Some("origin/main".into());
    report.policy = None;
    let page = body(&report, &MarkdownOptions::default());
    assert!(
        page.starts_with("### ✅ envfence: nothing wrong in what changed since origin/main\n"),
        "{page}"
    );
    assert!(
        page.ends_with(
            "\nFindings are those in what changed since origin/main.\n\n<sub>envfence 0.0.0 · no policy</sub>\n"
        ),
        "{page}"
    );
    report.coverage.minimum = 5_000;
    let page = body(&report, &MarkdownOptions::default());
    assert!(page.contains("\nToo little was checked: 2,101 settings"), "{page}");
}
