//! What people read, as a whole: a pull request with a bit of everything. `ENVFENCE_PAGES=DIRECTORY` keeps the pages, for
//! tests/pictures to draw.

use super::*;

const POLICY: &str = "\
version: 1
environments:
  production: {}
  staging: {}
";

/// A shop of some size.
fn mall() -> Repository {
    let values = |environment: &str| {
        format!(
            "replicaCount: 2\nimage:\n  tag: \"4.11\"\ndatabase:\n  host: orders.{environment}.shop.example\n  name: orders\ncache:\n  url: redis://cache.{environment}.shop.example:6379/0\nqueue:\n  url: amqps://orders:s3cr3t-{environment}@mq.{environment}.shop.example/orders\n"
        )
    };
    let settings = |environment: &str| {
        format!(
            "MAIL_DB_HOST=mail.{environment}.shop.example\nMAIL_BUCKET=shop-mail-{environment}\nSEARCH_URL=https://search.{environment}.shop.example\n"
        )
    };
    let mut files = vec![("envfence.yml".to_owned(), POLICY.to_owned())];
    for (environment, short) in [("production", "prod"), ("staging", "staging")] {
        files.push((format!("charts/orders/values-{environment}.yaml"), values(short)));
        files.push((format!("services/mail/{environment}.env"), settings(short)));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    Repository::of(&files)
}

fn replaced(repository: &Repository, path: &str, pairs: &[(&str, &str)]) {
    let mut text = std::fs::read_to_string(repository.path().join(path)).unwrap();
    for (from, to) in pairs {
        assert!(text.contains(from), "{from} in {text}");
        text = text.replacen(from, to, 1);
    }
    repository.write(path, text);
}

/// Keeps a page where it is asked for.
fn keep(name: &str, text: &str) {
    if let Some(directory) = std::env::var_os("ENVFENCE_PAGES") {
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(std::path::Path::new(&directory).join(name), text).unwrap();
    }
}

#[test]
fn a_pull_request_with_a_bit_of_everything() {
    let repository = mall();
    repository.branch("move");
    replaced(
        &repository,
        "charts/orders/values-production.yaml",
        &[
            ("orders.prod.shop.example", "orders.staging.shop.example"),
            ("s3cr3t-prod@mq.prod", "s3cr3t-prod@mq.staging"),
        ],
    );
    replaced(
        &repository,
        "services/mail/production.env",
        &[
            ("mail.prod.shop.example", "localhost"),
            ("shop-mail-prod", "shop-mail-staging"),
        ],
    );
    replaced(
        &repository,
        "envfence.yml",
        &[("version: 1\n", "version: 1\nexclude: [services/**]\n")],
    );
    repository.commit("Move");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("move", "main");
    let before = fake.head(number);
    let (run, job) = step_of_run(&fake, &repository, &fake.opened(number), ("9001", 1));
    assert_eq!(run.code, 1, "{}", run.all());
    let comment = the_comment(&fake, number).body;
    let lines = fake.review_comments(number);
    for page in [&job.summary(), &comment] {
        let first = page.lines().find(|line| line.starts_with('#')).unwrap();
        assert!(first.starts_with("### ❌") && first.contains("production"), "{first}");
        assert!(
            page.contains("this pull request takes more files out after the merge: 1 pattern more"),
            "{page}"
        );
        assert!(page.contains("```mermaid"), "{page}");
        assert!(!page.contains("s3cr3t"), "{page}");
    }
    assert!(lines.len() >= 3, "{lines:#?}");
    keep("summary.md", &job.summary());
    keep("comment.md", &comment);
    let line = lines
        .iter()
        .find(|line| line.path.contains("values-production"))
        .unwrap();
    keep("review.md", &line.body);
    keep("review.diff", &format!("{}\n{}\n", line.path, line.hunk));
    // Half of it is mended.
    replaced(
        &repository,
        "charts/orders/values-production.yaml",
        &[("orders.staging.shop.example", "orders.prod.shop.example")],
    );
    repository.commit("Mend");
    let event = fake.synchronized(number, &before);
    let (run, _) = step_of_run(&fake, &repository, &event, ("9002", 1));
    assert_eq!(run.code, 1, "{}", run.all());
    let lines = fake.review_comments(number);
    let fixed = lines.iter().find(|line| line.body.contains("Fixed in")).unwrap();
    keep("review-fixed.md", &fixed.body);
    keep("review-fixed.diff", &format!("{}\n{}\n", fixed.path, fixed.hunk));
    // And then all of it.
    let before = fake.head(number);
    repository.reset("main").write("README.md", "# Mall\n");
    replaced(
        &repository,
        "charts/orders/values-production.yaml",
        &[("replicaCount: 2", "replicaCount: 3")],
    );
    repository.commit("Something else");
    let event = fake.synchronized(number, &before);
    let (run, good) = step_of_run(&fake, &repository, &event, ("9003", 1));
    assert_passed(&run, &good);
    keep("comment-good.md", &the_comment(&fake, number).body);
    keep("summary-good.md", &good.summary());
}
