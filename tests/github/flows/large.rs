//! Much at once: findings, files.

use super::*;

const FINDINGS: usize = 2_000;

/// Services whose production has so many settings each of staging.
fn services(count: usize, settings: usize) -> Vec<(String, String)> {
    let file = |service: usize| {
        let line = |number: usize| format!("S{number:02}_DB_HOST=s{service:02}x{number:02}.staging.shop.example\n");
        (
            format!("deploy/service-{service:02}/production.env"),
            (0..settings).map(line).collect(),
        )
    };
    (0..count).map(file).collect()
}

#[test]
fn two_thousand_findings_in_one_pull_request() {
    let files = services(40, FINDINGS / 40);
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let (repository, fake, number) = pull_of(&files);
    let event = fake.opened(number);
    let (run, job) = step(&fake, &repository, &event, Some(1));
    assert_eq!(run.code, 1, "{}", run.all());
    assert_eq!(job.outputs()["errors"], FINDINGS.to_string());
    // The log has all; ten are annotations, and one more says how many are not.
    let annotations: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(annotations.len(), 11, "{annotations:#?}");
    assert!(
        annotations[..10]
            .iter()
            .all(|line| line.starts_with("::error file=deploy/service-"))
    );
    assert!(
        annotations[10].starts_with("::notice") && annotations[10].contains("1,990 "),
        "{}",
        annotations[10]
    );
    let summary = job.summary();
    assert!(summary.len() < 1 << 20, "{}", summary.len());
    for service in 0..40 {
        for setting in 0..FINDINGS / 40 {
            assert!(
                summary.contains(&format!("s{service:02}x{setting:02}.staging.shop.example")),
                "the summary has all, but {service} {setting}"
            );
        }
    }
    let comment = the_comment(&fake, number).body;
    assert!(
        comment.chars().count() < 65_536 && comment.len() > 40_000,
        "{}",
        comment.len()
    );
    assert!(
        comment.contains("2,000 errors") || comment.contains("2000 errors"),
        "{}",
        &comment[..600]
    );
    assert!(
        comment.contains("not shown here for lack of room"),
        "{}",
        &comment[comment.len() - 600..]
    );
    assert_eq!(fake.reviews(number).len(), 1);
    assert_eq!(fake.review_comments(number).len(), 30);
    assert!(fake.reviews(number)[0].body.contains("1970 more") || fake.reviews(number)[0].body.contains("1,970 more"));
    // The next run finds its thirty comments again and adds none of those that had no room.
    let written = fake.writes().len();
    step_of_run(&fake, &repository, &event, ("9002", 1));
    let operations: Vec<String> = fake
        .writes()
        .split_off(written)
        .into_iter()
        .map(|one| one.operation)
        .collect();
    assert_eq!(operations, ["issues/update-comment"]);
}

#[test]
fn a_pull_request_of_three_thousand_files() {
    let repository = shop();
    repository.branch("move").write("deploy/production.env", WRONG);
    for number in 0..2_900 {
        repository.write(&format!("pages/{number:04}.html"), format!("<p>{number}</p>\n"));
    }
    repository
        .write("deploy/zone-b/production.env", "DB_HOST=zone-b.staging.shop.example\n")
        .commit("Pages");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    let (run, job) = step(&fake, &repository, &fake.opened(number), Some(1));
    assert_refused(&run, &job);
    assert_eq!(job.outputs()["errors"], "2");
    assert!(!run.stdout.contains("whole tree"), "{}", run.stdout);
    let pages: Vec<Option<String>> = fake
        .requests("pulls/list-files")
        .iter()
        .map(|one| one.query("page").map(str::to_owned))
        .collect();
    assert!(pages.contains(&Some("30".to_owned())), "{pages:?}");
    // Over three thousand GitHub lists no more: then all is judged, which is said.
    let before = fake.head(number);
    for number in 0..200 {
        repository.write(&format!("pages/b{number:04}.html"), format!("<p>b{number}</p>\n"));
    }
    repository.commit("More pages");
    let event = fake.synchronized(number, &before);
    let checkout = repository.checkout_for(&event, Some(1));
    let (run, job) = step_in(&fake, &event, &checkout, |_| {});
    assert_refused(&run, &job);
    assert_eq!(job.outputs()["errors"], "2");
    assert!(run.stdout.contains("the whole tree was judged"), "{}", run.stdout);
    assert!(the_comment(&fake, number).body.contains("the whole tree was judged"));
    // Git knows, where it has one commit more.
    checkout.git(&["fetch", "--quiet", "--deepen=1", "origin", &event.sha]);
    let (run, job) = step_in(&fake, &event, &checkout, |_| {});
    assert_refused(&run, &job);
    assert!(!run.stdout.contains("whole tree"), "{}", run.stdout);
}
