//! Pull requests: the main flow.

use super::*;

#[test]
fn a_wrong_database_is_said_everywhere() {
    let repository = shop();
    repository
        .branch("move")
        .write("deploy/production.env", WRONG)
        .commit("Move");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    let (run, job) = step(&fake, &repository, &fake.opened(number), Some(2));
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(
        run.stdout.contains("::error file=deploy/production.env,line=1,col=9"),
        "{}",
        run.stdout
    );
    assert!(
        job.summary().contains("production would use staging's database"),
        "{}",
        job.summary()
    );
    let outputs = job.outputs();
    assert_eq!(
        (outputs["verdict"].as_str(), outputs["errors"].as_str()),
        ("violated", "1")
    );
    let comments = fake.comments(number);
    assert_eq!(comments.len(), 1);
    assert!(comments[0].body.contains("production would use staging's database"));
    let lines = fake.review_comments(number);
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].path.as_str(), lines[0].line), ("deploy/production.env", 1));
}
