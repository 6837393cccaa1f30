//! At which lines findings are shown, when the target branch has moved on.

use super::*;

#[test]
fn lines_are_those_of_what_is_looked_at() {
    let (repository, fake, number) = {
        let repository = shop();
        let long = |host: &str| format!("# a\n# b\n# c\n# d\n# e\nDB_HOST={host}\nDB_NAME=orders\n");
        repository
            .write("deploy/production.env", long("orders.prod.shop.example"))
            .commit("Long");
        repository
            .branch("move")
            .write("deploy/production.env", long("orders.staging.shop.example"))
            .commit("Move");
        repository
            .switch("main")
            .write(
                "deploy/production.env",
                format!("# new\n# new\n{}", long("orders.prod.shop.example")),
            )
            .commit("Words");
        let fake = Fake::start(&repository);
        let number = fake.open_pull("move", "main");
        (repository, fake, number)
    };
    let event = fake.opened(number);
    let checkout = repository.checkout_for(&event, Some(2));
    let (run, job) = step_in(&fake, &event, &checkout, |job| {
        job.input("check-run", "true");
    });
    assert_eq!(run.code, 1, "{}", run.all());
    // The log and the links are of what was judged.
    assert!(
        run.stdout.contains("::error file=deploy/production.env,line=8,"),
        "{}",
        run.all()
    );
    let link = format!("/blob/{}/deploy/production.env#L8", event.sha);
    assert!(job.summary().contains(&link), "{}", job.summary());
    assert!(the_comment(&fake, number).body.contains(&link));
    // Comments and check runs are on the pull request's own commit.
    assert_eq!(fake.review_comments(number)[0].line, 6);
    let annotation = &fake.check_runs()[0].annotations[0];
    assert_eq!(
        (annotation["start_line"].as_u64(), annotation["end_line"].as_u64()),
        (Some(6), Some(6))
    );
}
